import type { ClientTransportFactory } from '../transport.ts';
import { EndlessResponse } from '../wire/endless-response.ts';
import { MAX_EVENT_BYTES } from '../wire/reader.ts';
import { EventStreamReader } from '../wire/sse.ts';

/** Server-Sent Events: `GET /sse?after=SEQ`, one response without end in the text/event-stream format. */
class ServerSentEvents extends EndlessResponse {
  protected override newBody(): EventStreamReader {
    return new EventStreamReader(this, MAX_EVENT_BYTES);
  }

  comment(): void {
    this.heartbeat();
  }
}

export const sse: ClientTransportFactory<'sse'> = (port) => new ServerSentEvents(port, 'sse');
