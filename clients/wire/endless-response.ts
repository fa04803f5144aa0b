import type { ClientTransport, SubscriberPort } from '../transport.ts';
import type { Connection } from './connection.ts';
import { HttpResponseReader, type ResponseHead } from './http-response.ts';
import { oldestSeqOf } from './line-exchange.ts';
import type { ByteRange, WireReader } from './reader.ts';

/** Makes the reader of a body: each event's text to `event`, each sign of life to `heartbeat`. */
type BodyReaderFactory = (event: ByteRange, heartbeat: () => void) => WireReader;

/** One `GET` whose response never ends; every event in it is booked with its framing when its last byte has been read. */
export class EndlessResponse implements ClientTransport {
  readonly #port: SubscriberPort;
  readonly #path: string;
  readonly #newBody: BodyReaderFactory;
  #connection: Connection | null = null;

  constructor(port: SubscriberPort, path: string, newBody: BodyReaderFactory) {
    this.#port = port;
    this.#path = path;
    this.#newBody = newBody;
  }

  subscribe(): void {
    const port = this.#port;
    let readAtUs = 0;
    let head: ResponseHead | null = null;
    let refusal = '';
    const body = this.#newBody(
      (bytes, start, end) => port.event(bytes, start, end, readAtUs, response.envelopes),
      () => {
        port.tally.heartbeats += 1;
      },
    );
    const response = new HttpResponseReader({
      head: (received) => {
        head = received;
        port.tally.requests += 1;
        port.tally.requestHeadBytes += connection.unsettledSentBytes;
        port.tally.responseHeadBytes += received.headBytes;
        if (received.status === 200) port.ready();
      },
      body: (bytes, start, end) => {
        if (head?.status === 200) body.feed(bytes, start, end);
        else refusal += bytes.toString('latin1', start, Math.min(end, start + 200));
      },
      end: () => {
        if (head?.status === 200) this.#lost('the server ended the stream');
        else if (head?.status === 410) {
          port.historyGone(oldestSeqOf(refusal));
          this.#lost('the history of the server does not reach back');
        } else {
          port.tally.failedRequests += 1;
          this.#lost(`answered ${head?.status}: ${refusal}`);
        }
      },
    });
    const connection = port.open({
      connected: () =>
        connection.send(`GET ${this.#path}?after=${port.lastSeq} HTTP/1.1\r\nHost: ${port.authority}\r\n\r\n`),
      read: (bytes, length, at) => {
        readAtUs = at;
        try {
          response.feed(bytes, 0, length);
        } catch (error) {
          this.#lost((error as Error).message);
          return;
        }
        if (response.between && body.between) connection.settle();
      },
      lost: (reason) => this.#lost(reason),
    });
    this.#connection = connection;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  #lost(reason: string): void {
    // Whatever follows in the same read finds the connection closed.
    if (this.#connection === null) return;
    this.close();
    this.#port.lost(reason);
  }
}
