import type { ClientTransportFactory } from '../transport.ts';
import { EndlessResponse } from '../wire/endless-response.ts';
import { LineReader } from '../wire/lines.ts';
import { MAX_EVENT_BYTES } from '../wire/reader.ts';

const SPACE = 0x20;

/** HTTP streaming: `GET /http-stream?after=SEQ`, one response without end, a line for each event. */
class HttpStream extends EndlessResponse {
  protected override newBody(): LineReader {
    return new LineReader(this, MAX_EVENT_BYTES);
  }

  line(bytes: Buffer, start: number, end: number): void {
    // A line of one space keeps the connection alive; no event is that.
    if (end - start === 1 && bytes[start] === SPACE) this.heartbeat();
    else this.event(bytes, start, end);
  }
}

export const httpStream: ClientTransportFactory<'http-stream'> = (port) => new HttpStream(port, 'http-stream');
