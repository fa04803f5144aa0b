import type { ClientTransport, SubscriberPort } from '../transport.ts';
import type { Connection } from './connection.ts';
import { HttpResponseReader, type ResponseHead } from './http-response.ts';
import { LineReader } from './lines.ts';
import { MAX_EVENT_BYTES } from './reader.ts';

/** What a transport made of exchanges does when something happens. */
interface ExchangeHandlers {
  /** The first request of a subscription has been sent. */
  subscribed(): void;
  /** The answer to a request has been read to its end and counted. */
  answered(): void;
}

/**
 * One `GET` at a time, each answered with the events after the last seen, one a line. The whole exchange, request and
 * answer, is booked when its last byte has been read.
 */
export class LineExchange implements ClientTransport {
  readonly #port: SubscriberPort;
  readonly #path: string;
  readonly #keepAlive: boolean;
  readonly #handlers: ExchangeHandlers;
  #connection: Connection | null = null;
  #response = this.#newResponse();
  #lines = this.#newLines();
  #head: ResponseHead | null = null;
  #readAtUs = 0;
  #waiting = false;
  #responseHeadBytes = 0;
  #refusal = '';

  constructor(port: SubscriberPort, path: string, keepAlive: boolean, handlers: ExchangeHandlers) {
    this.#port = port;
    this.#path = path;
    this.#keepAlive = keepAlive;
    this.#handlers = handlers;
  }

  /** Connects and asks for the first time. */
  subscribe(): void {
    this.#waiting = true;
    this.#connect(() => {
      this.#send();
      this.#handlers.subscribed();
    });
  }

  /** Asks again; false when the answer to the request before is still awaited, or there is no connection to ask on. */
  get(): boolean {
    if (this.#waiting || (this.#keepAlive && this.#connection === null)) return false;
    this.#waiting = true;
    if (this.#keepAlive) this.#send();
    else this.#connect(() => this.#send());
    return true;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  #connect(connected: () => void): void {
    this.#response = this.#newResponse();
    this.#lines = this.#newLines();
    this.#responseHeadBytes = 0;
    this.#connection = this.#port.open({
      connected,
      read: (bytes, length, readAtUs) => this.#read(bytes, length, readAtUs),
      lost: (reason) => this.#lost(reason),
    });
  }

  #send(): void {
    const connection = this.#keepAlive ? '' : 'Connection: close\r\n';
    this.#connection?.send(
      `GET ${this.#path}?after=${this.#port.lastSeq} HTTP/1.1\r\nHost: ${this.#port.authority}\r\n${connection}\r\n`,
    );
  }

  #read(bytes: Buffer, length: number, readAtUs: number): void {
    this.#readAtUs = readAtUs;
    try {
      this.#response.feed(bytes, 0, length);
    } catch (error) {
      this.#lost((error as Error).message);
    }
  }

  #newResponse(): HttpResponseReader {
    return new HttpResponseReader({
      head: (head) => {
        this.#head = head;
        this.#refusal = '';
      },
      body: (bytes, start, end) => {
        if (this.#head?.status === 200) this.#lines.feed(bytes, start, end);
        else this.#refusal += bytes.toString('latin1', start, Math.min(end, start + 200));
      },
      end: () => this.#answered(),
    });
  }

  #newLines(): LineReader {
    return new LineReader(
      (bytes, start, end) => this.#port.event(bytes, start, end, this.#readAtUs, this.#response.envelopes),
      MAX_EVENT_BYTES,
    );
  }

  #answered(): void {
    const { tally } = this.#port;
    const status = this.#head?.status;
    if (status === 200) this.#lines.finish();
    tally.requests += 1;
    tally.requestHeadBytes += this.#connection?.unsettledSentBytes ?? 0;
    tally.responseHeadBytes += this.#response.headBytes - this.#responseHeadBytes;
    this.#responseHeadBytes = this.#response.headBytes;
    this.#connection?.settle();
    if (status === 204) tally.emptyResponses += 1;
    else if (status === 410) this.#port.historyGone(oldestSeqOf(this.#refusal));
    else if (status !== 200) {
      this.#lost(`answered ${status}: ${this.#refusal}`);
      return;
    }
    this.#waiting = false;
    if (!this.#keepAlive) this.close();
    else if (this.#head?.keepAlive === false) {
      this.#lost('the server ended the kept-alive connection');
      return;
    }
    this.#handlers.answered();
  }

  /** The exchange in progress has failed, or the connection between two of them is gone. */
  #lost(reason: string): void {
    // Whatever follows in the same read finds the connection closed.
    if (this.#connection === null) return;
    if (this.#waiting) this.#port.tally.failedRequests += 1;
    this.#waiting = false;
    this.close();
    this.#port.lost(reason);
  }
}

/** `oldestSeq` of a 410's body; throws what is wrong with it. */
export function oldestSeqOf(body: string): number {
  const match = /^\s*\{\s*"oldestSeq"\s*:\s*(\d+)\s*\}\s*$/.exec(body);
  if (match === null) throw new Error(`answered 410 without {"oldestSeq":N}: ${body}`);
  return Number(match[1]);
}
