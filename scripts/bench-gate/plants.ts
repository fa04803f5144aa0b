import type { TransportId } from '../../servers/contract/transports.ts';

/** What a server does worse than it did. */
export type Plant =
  | { kind: 'none' }
  /** One byte more in every delivery; one request, one connection more in a trial; one event lost by one subscriber. */
  | { kind: 'byte' | 'request' | 'connection' | 'loss' }
  /** A sleep before each event. */
  | { kind: 'sleep'; sleepUs: number };

/** The environment variable that tells the server. */
export const PLANT_VARIABLE = 'PLANT';

/** Where in the feed of a trial it happens, when it happens once: in the measure phase. */
export const plantedAtSeq = 40;

export function readPlant(text: string | undefined): Plant {
  return text === undefined ? { kind: 'none' } : (JSON.parse(text) as Plant);
}

/** The transport on which each is planted, and the metric in which it is to be found. */
export const plantedOn = {
  byte: { transport: 'sse', metric: 'bytes.overheadPerDelivery' },
  request: { transport: 'long-polling', metric: 'requests.empty' },
  connection: { transport: 'sse', metric: 'connections.opened' },
  loss: { transport: 'sse', metric: 'deliveries.missing' },
  sleep: { transport: 'sse', metric: 'latencyUs.p50' },
} as const satisfies Record<Exclude<Plant['kind'], 'none'>, { transport: TransportId; metric: string }>;
