import type { ClientTransportFactory } from '../transport.ts';
import { EndlessResponse } from '../wire/endless-response.ts';
import { LineReader } from '../wire/lines.ts';
import { MAX_EVENT_BYTES } from '../wire/reader.ts';

const SPACE = 0x20;

/** HTTP streaming: `GET /http-stream?after=SEQ`, one response without end, a line for each event. */
export const httpStream: ClientTransportFactory<'http-stream'> = (port) =>
  new EndlessResponse(
    port,
    '/http-stream',
    (event, heartbeat) =>
      new LineReader((bytes, start, end) => {
        // A line of one space keeps the connection alive; no event is that.
        if (end - start === 1 && bytes[start] === SPACE) heartbeat();
        else event(bytes, start, end);
      }, MAX_EVENT_BYTES),
  );
