import type { TransportId } from '../../servers/contract/transports.ts';
import type { ClientTransport, SubscriberPort } from '../transport.ts';
import type { Connection, ConnectionHandlers } from './connection.ts';
import { type HttpResponseHandlers, HttpResponseReader, type ResponseHead } from './http-response.ts';
import { LineReader } from './lines.ts';
import { MAX_EVENT_BYTES } from './reader.ts';
import { RequestTexts } from './request-texts.ts';

/**
 * One `GET` at a time, each answered with the events after the last seen, one a line. The whole exchange, request and
 * answer, is booked when its last byte has been read. It is itself what its connection and its readers call back, as
 * PushSubscription is, and for the same reason.
 */
export abstract class LineExchange implements ClientTransport, ConnectionHandlers, HttpResponseHandlers {
  protected readonly port: SubscriberPort;
  readonly #requests: RequestTexts;
  readonly #keepAlive: boolean;
  #connection: Connection | null = null;
  // Made anew for each connection.
  #response!: HttpResponseReader;
  #lines!: LineReader;
  #status = 0;
  #lengthDigits = 0;
  /** The seq that the request in hand asked after. */
  #askedAfter = 0;
  #serverKeepsAlive = true;
  /** The first request of a subscription is still to be sent. */
  #subscribing = false;
  #waiting = false;
  #responseHeadBytes = 0;
  #refusal = '';

  constructor(port: SubscriberPort, transport: TransportId, keepAlive: boolean) {
    this.port = port;
    this.#requests = RequestTexts.of({ transport, authority: port.authority, headers: port.headers, keepAlive });
    this.#keepAlive = keepAlive;
  }

  /** The first request of a subscription has been sent. */
  protected abstract subscribed(): void;
  /** The answer to a request has been read to its end and counted. */
  protected abstract answered(): void;

  /** Connects and asks for the first time. */
  subscribe(): void {
    this.#subscribing = true;
    this.#waiting = true;
    this.#connect();
  }

  /** Asks again; false when the answer to the request before is still awaited, or there is no connection to ask on. */
  protected get(): boolean {
    if (this.#waiting || (this.#keepAlive && this.#connection === null)) return false;
    this.#waiting = true;
    if (this.#keepAlive) this.#send();
    else this.#connect();
    return true;
  }

  close(): void {
    this.#disconnect();
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  #connect(): void {
    this.#response = new HttpResponseReader(this);
    this.#lines = new LineReader(this, MAX_EVENT_BYTES);
    this.#responseHeadBytes = 0;
    this.#connection = this.port.open(this);
  }

  connected(): void {
    this.#send();
    if (!this.#subscribing) return;
    this.#subscribing = false;
    this.subscribed();
  }

  #send(): void {
    this.#askedAfter = this.port.lastSeq;
    this.#connection?.send(this.#requests.after(this.#askedAfter));
  }

  read(bytes: Buffer, length: number): void {
    try {
      this.#response.feed(bytes, 0, length);
    } catch (error) {
      this.lost((error as Error).message);
    }
  }

  head({ status, keepAlive, contentLength }: ResponseHead): void {
    this.#status = status;
    this.#lengthDigits = contentLength === null ? 0 : decimalDigits(contentLength);
    this.#serverKeepsAlive = keepAlive;
    this.#refusal = '';
  }

  body(bytes: Buffer, start: number, end: number): void {
    if (this.#status === 200) this.#lines.feed(bytes, start, end);
    else this.#refusal += bytes.toString('latin1', start, Math.min(end, start + 200));
  }

  line(bytes: Buffer, start: number, end: number): void {
    this.port.event(bytes, start, end, this.#response.envelopes);
  }

  end(): void {
    const { tally } = this.port;
    const status = this.#status;
    if (status === 200) this.#lines.finish();
    tally.requests += 1;
    const requestBytes = this.#connection?.unsettledSentBytes ?? 0;
    const responseHeadBytes = this.#response.headBytes - this.#responseHeadBytes;
    tally.requestHeadBytes += requestBytes;
    tally.responseHeadBytes += responseHeadBytes;
    this.#responseHeadBytes = this.#response.headBytes;
    tally.afterDigits += decimalDigits(this.#askedAfter);
    if (status === 204) {
      tally.emptyResponses += 1;
      tally.emptyRequestBytes += requestBytes;
      tally.emptyResponseBytes += responseHeadBytes;
    } else if (status === 200) tally.lengthDigits += this.#lengthDigits;
    this.#connection?.settle();
    if (status === 410) this.port.historyGone(oldestSeqOf(this.#refusal));
    else if (status !== 200 && status !== 204) {
      this.lost(`answered ${status}: ${this.#refusal}`);
      return;
    }
    this.#waiting = false;
    if (!this.#keepAlive) this.#disconnect();
    else if (!this.#serverKeepsAlive) {
      this.lost('the server ended the kept-alive connection');
      return;
    }
    this.answered();
  }

  /** The exchange in progress has failed, or the connection between two of them is gone. */
  lost(reason: string): void {
    // Whatever follows in the same read finds the connection closed.
    if (this.#connection === null) return;
    if (this.#waiting) this.port.tally.failedRequests += 1;
    this.#waiting = false;
    this.#disconnect();
    this.port.lost(reason);
  }
}

/** Digits of a whole number of 0 or more, in decimal. */
function decimalDigits(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}

/** `oldestSeq` of a 410's body; throws what is wrong with it. */
export function oldestSeqOf(body: string): number {
  const match = /^\s*\{\s*"oldestSeq"\s*:\s*(\d+)\s*\}\s*$/.exec(body);
  if (match === null) throw new Error(`answered 410 without {"oldestSeq":N}: ${body}`);
  return Number(match[1]);
}
