import type { Schedule } from '../servers/contract/feed.ts';
import {
  defaultServerOptions,
  type ServerOptions,
  type TransportId,
  type TransportOptions,
} from '../servers/contract/transports.ts';
import type { CapacityCell, DeliveryCell } from './cell.ts';
import type { Scenario } from './schema.ts';

/** At two seconds each, more than five hours. */
export const MOST_TRIALS = 10_000;

/**
 * How many cells there are, counted before any is made: six axes of a hundred values would not fit in memory. A server
 * has feeds * variants + capacity of them, where variants are the transports with their subscribers, headers and options.
 */
export function countCells(scenario: Scenario, transports: readonly TransportId[]) {
  const serverOptions = Object.values(scenario.serverOptions);
  const variants = transports
    .map((id) => {
      const options = Object.values<readonly unknown[]>(scenario.transportOptions[id]);
      return (
        subscribersOf(scenario, id).length *
        scenario.headers.length *
        [...options, ...serverOptions].reduce((n, values) => n * values.length, 1)
      );
    })
    .reduce((sum, n) => sum + n, 0);
  return {
    feeds: scenario.eventsPerSec.length * scenario.payloadBytes.length,
    variants,
    capacity: scenario.capacity?.connections.length ?? 0,
  };
}

/** The numbers of subscribers of a transport: those of the scenario up to the transport's own limit. */
function subscribersOf({ subscribers, subscribersMax }: Scenario, transport: TransportId): number[] {
  return subscribers.filter((count) => count <= (subscribersMax[transport] ?? Number.POSITIVE_INFINITY));
}

/** Every point of the matrix of one server and transport. */
export function deliveryCellsOf(scenario: Scenario, server: string, transport: TransportId): DeliveryCell[] {
  const serverOptionSets = combinations(scenario.serverOptions).map(changedOptions);
  const cells: DeliveryCell[] = [];
  for (const subscribers of subscribersOf(scenario, transport)) {
    for (const eventsPerSec of scenario.eventsPerSec) {
      for (const payloadBytes of scenario.payloadBytes) {
        for (const headers of scenario.headers) {
          for (const options of combinations(scenario.transportOptions[transport])) {
            const feed = { subscribers, eventsPerSec, payloadBytes, schedule: scheduleName(scenario.schedule) };
            // As with options: the default said aloud changes no cell.
            const parameters = headers === 'bare' ? feed : { ...feed, headers };
            for (const serverOptions of serverOptionSets) {
              cells.push({
                kind: 'delivery',
                id: cellId([server, transport], { ...parameters, ...options, ...serverOptions }),
                server,
                transport,
                subscribers,
                eventsPerSec,
                payloadBytes,
                schedule: scenario.schedule,
                transportOptions: options as TransportOptions[TransportId],
                headers,
                serverOptions,
              });
            }
          }
        }
      }
    }
  }
  return cells;
}

/** The measurements of the request ceiling of one server. */
export function capacityCellsOf({ capacity }: Scenario, server: string): CapacityCell[] {
  if (capacity === undefined) return [];
  return capacity.connections.map((connections) => ({
    kind: 'capacity',
    id: cellId([server, 'capacity', 'polling'], { connections }),
    server,
    transport: 'polling',
    connections,
    durationMs: capacity.durationMs,
  }));
}

/** Every combination of one value of each axis; the last axis varies fastest. Axes in alphabetical order. */
function combinations(axes: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  return Object.keys(axes)
    .sort()
    .reduce<Record<string, unknown>[]>(
      (rows, key) => rows.flatMap((row) => (axes[key] ?? []).map((value) => ({ ...row, [key]: value }))),
      [{}],
    );
}

/** The options that differ from the contract's defaults, in the contract's order: a default said aloud changes no cell. */
function changedOptions(options: Readonly<Record<string, unknown>>): Partial<ServerOptions> {
  const keys = Object.keys(defaultServerOptions) as (keyof ServerOptions)[];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = options[key];
      return value === undefined || value === defaultServerOptions[key] ? [] : [[key, value]];
    }),
  );
}

/** `constant`, `poisson` or `burst:20`, as in the id of a cell. */
export function scheduleName(schedule: Schedule): string {
  return schedule.kind === 'burst' ? `burst:${schedule.eventsPerBurst}` : schedule.kind;
}

function cellId(names: string[], parameters: Record<string, unknown>): string {
  return [...names, ...Object.entries(parameters).map(([key, value]) => `${key}=${String(value)}`)].join('/');
}
