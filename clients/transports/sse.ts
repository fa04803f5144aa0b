import type { ClientTransportFactory } from '../transport.ts';
import { EndlessResponse } from '../wire/endless-response.ts';
import { MAX_EVENT_BYTES } from '../wire/reader.ts';
import { EventStreamReader } from '../wire/sse.ts';

/** Server-Sent Events: `GET /sse?after=SEQ`, one response without end in the text/event-stream format. */
export const sse: ClientTransportFactory<'sse'> = (port) =>
  new EndlessResponse(
    port,
    '/sse',
    (event, heartbeat) => new EventStreamReader({ event, comment: heartbeat }, MAX_EVENT_BYTES),
  );
