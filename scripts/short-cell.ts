import type { DeliveryCell } from '../scenarios/cell.ts';
import type { TransportId, TransportOptions } from '../servers/contract/transports.ts';

/** As many trials as `quick` has: enough for a claim between two cells. */
export const SHORT_TRIALS = 6;

const transportOptions: TransportOptions = {
  polling: { intervalMs: 50, keepAlive: true },
  'long-polling': { keepAlive: true },
  sse: {},
  'http-stream': {},
  websocket: {},
};

/** A small cell for the tests of the instrument, which make very many trials. */
export function shortCell(id: string, server: string, transport: TransportId): DeliveryCell {
  return {
    kind: 'delivery',
    id,
    server,
    transport,
    subscribers: 20,
    eventsPerSec: 100,
    payloadBytes: 128,
    schedule: { kind: 'poisson' },
    transportOptions: transportOptions[transport],
    headers: 'bare',
    serverOptions: {},
  };
}
