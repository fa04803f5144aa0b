import { transportIds } from '../servers/contract/transports.ts';
import type { Cell, DeliveryCell, Phases } from './cell.ts';

/** Beyond this load the trial would measure the queues of a busy machine, not what the driver adds to each delivery. */
const SUBSCRIBERS_MAX = 100;
const EVENTS_PER_SEC_MAX = 100;
/** Below this a trial of a second would have too few events to tell. */
const EVENTS_PER_SEC_MIN = 50;
/** Polls of all subscribers together; the same two limits for polling. */
const POLLS_PER_SEC_MIN = 100;
const POLLS_PER_SEC_MAX = 2_000;
/** The last event of a trial waits for a poll, so a longer interval makes the calibration longer and nothing else. */
const INTERVAL_MAX_MS = 250;
const INTERVAL_MIN_MS = 10;
/** Of every event of a calibration; a report names it. */
export const CALIBRATION_PAYLOAD_BYTES = 128;
/**
 * A feed of a second, of which the first part is for the compiler; the drain ends when everything has arrived. A few hundred
 * polls a second take longer to be compiled than thousands of deliveries: after 400 ms a poll takes twice the CPU that it
 * takes after 2 s, a delivery as much.
 */
const PHASES: Phases = { warmupMs: 400, measureMs: 600, drainMs: 2_000 };
const POLLING_WARMUP_MS = 1_500;
/** To start the processes of a trial, which are ready at once, to connect, drain and close. */
const AROUND_FEED_MS = 700;

/** One short trial of the driver against the null server. */
export interface CalibrationTrial {
  cell: DeliveryCell;
  phases: Phases;
  estimateMs: number;
}

/**
 * The calibration trials for these cells: one of each transport, at the most subscribers and the highest rate that the
 * cells have of it, both bounded. Events are evenly spaced. Of polling the rate is that of the polls of a subscriber, so
 * that each poll is answered with one event.
 */
export function calibrationTrials(cells: readonly Cell[]): CalibrationTrial[] {
  const delivery = cells.filter((cell) => cell.kind === 'delivery');
  return transportIds.flatMap((transport) => {
    const own = delivery.filter((cell) => cell.transport === transport);
    if (own.length === 0) return [];
    const phases = transport === 'polling' ? { ...PHASES, warmupMs: POLLING_WARMUP_MS } : PHASES;
    return [{ cell: calibrationCell(own), phases, estimateMs: AROUND_FEED_MS + phases.warmupMs + phases.measureMs }];
  });
}

function calibrationCell(cells: DeliveryCell[]): DeliveryCell {
  const { transport } = cells[0] as DeliveryCell;
  const most = (of: (cell: DeliveryCell) => number) => Math.max(...cells.map(of));
  const subscribers = Math.min(
    SUBSCRIBERS_MAX,
    most((cell) => cell.subscribers),
  );
  const intervalMs = pollIntervalMs(cells, subscribers);
  const eventsPerSec =
    intervalMs === null
      ? within(
          EVENTS_PER_SEC_MIN,
          most((cell) => cell.eventsPerSec),
          EVENTS_PER_SEC_MAX,
        )
      : 1000 / intervalMs;
  const options = intervalMs === null ? {} : { intervalMs };
  return {
    kind: 'delivery',
    id: `calibration/${transport}`,
    server: 'null-server',
    transport,
    subscribers,
    eventsPerSec,
    payloadBytes: CALIBRATION_PAYLOAD_BYTES,
    schedule: { kind: 'constant' },
    transportOptions: transport === 'long-polling' || intervalMs !== null ? { ...options, keepAlive: true } : {},
    headers: 'bare',
    serverOptions: {},
  };
}

/** The shortest interval of these cells, within the bounds; null where nothing is polled. */
function pollIntervalMs(cells: readonly DeliveryCell[], subscribers: number): number | null {
  const intervals = cells.flatMap(({ transportOptions }) =>
    'intervalMs' in transportOptions ? [transportOptions.intervalMs] : [],
  );
  if (intervals.length === 0) return null;
  const shortestMs = Math.max(INTERVAL_MIN_MS, (subscribers / POLLS_PER_SEC_MAX) * 1000);
  const longestMs = Math.min(INTERVAL_MAX_MS, (subscribers / POLLS_PER_SEC_MIN) * 1000);
  return within(shortestMs, Math.min(...intervals), longestMs);
}

const within = (low: number, value: number, high: number) => Math.min(high, Math.max(low, value));

/** The expected duration of the calibration of a run of these cells. */
export function estimateCalibrationMs(cells: readonly Cell[]): number {
  return calibrationTrials(cells).reduce((sum, { estimateMs }) => sum + estimateMs, 0);
}
