import { transportIds } from '../servers/contract/transports.ts';
import type { Cell, DeliveryCell, Phases } from './cell.ts';

/** Two events before the one that is kept: by then every part of the way has worked twice. */
const GAP_MS = 300;
export const ANATOMY_EVENTS = 3;
/** The last of a feed of this length is due at 600 ms, and the next would be after its end. */
export const ANATOMY_PHASES: Phases = { warmupMs: 0, measureMs: 750, drainMs: 2_000 };
/** No longer than a gap, or an answer would hold two events; and not so short that empty polls fill the page. */
const INTERVAL_MIN_MS = 50;
const INTERVAL_MAX_MS = 250;
/** An event is shown whole, so it is not larger than a reader can take in. */
const PAYLOAD_MAX_BYTES = 1_024;
/** To start the processes and subscribe, the feed, the wait for the last poll, and to close. */
const ESTIMATE_MS = 1_400;

/**
 * For each server the cells whose delivery is taken apart, one for each transport of the plan: that of its first cell, with a
 * single subscriber, a slow feed and evenly spaced events. All of a server have the options and the event size of its
 * first cell, since they share one server process and one feed.
 */
export function anatomyCells(cells: readonly Cell[]): DeliveryCell[][] {
  const delivery = cells.filter((cell) => cell.kind === 'delivery');
  return [...Map.groupBy(delivery, ({ server }) => server).values()].map((ofServer) => {
    const { serverOptions, payloadBytes } = ofServer[0] as DeliveryCell;
    return transportIds.flatMap((transport) => {
      const cell = ofServer.find((each) => each.transport === transport);
      return cell === undefined
        ? []
        : [
            {
              ...cell,
              id: `anatomy/${cell.server}/${transport}`,
              subscribers: 1,
              eventsPerSec: 1000 / GAP_MS,
              payloadBytes: Math.min(payloadBytes, PAYLOAD_MAX_BYTES),
              schedule: { kind: 'constant' as const },
              transportOptions: shownOptions(cell),
              serverOptions,
            },
          ];
    });
  });
}

function shownOptions({ transportOptions }: DeliveryCell): DeliveryCell['transportOptions'] {
  if (!('intervalMs' in transportOptions)) return transportOptions;
  const { intervalMs } = transportOptions;
  return { ...transportOptions, intervalMs: Math.min(INTERVAL_MAX_MS, Math.max(INTERVAL_MIN_MS, intervalMs)) };
}

/** The expected duration of the anatomies of a run of these cells. */
export function estimateAnatomyMs(cells: readonly Cell[]): number {
  return anatomyCells(cells).length * ESTIMATE_MS;
}
