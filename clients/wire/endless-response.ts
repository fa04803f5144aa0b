import type { TransportId } from '../../servers/contract/transports.ts';
import type { ClientTransport, SubscriberPort } from '../transport.ts';
import type { Connection, ConnectionHandlers } from './connection.ts';
import { type HttpResponseHandlers, HttpResponseReader, type ResponseHead } from './http-response.ts';
import { oldestSeqOf } from './line-exchange.ts';
import type { WireReader } from './reader.ts';
import { RequestTexts } from './request-texts.ts';

/**
 * One `GET` whose response never ends; every event in it is booked with its framing when its last byte has been read.
 *
 * It is itself what its connection and its readers call back: closures for each subscriber were more memory to be
 * fetched for each event, and cost more CPU than reading the protocol does.
 */
export abstract class EndlessResponse implements ClientTransport, ConnectionHandlers, HttpResponseHandlers {
  readonly #port: SubscriberPort;
  readonly #requests: RequestTexts;
  #connection: Connection | null = null;
  // Made by subscribe().
  #response!: HttpResponseReader;
  #body!: WireReader;
  #status = 0;
  /** What came since the last settlement. */
  #gotEvent = false;
  #gotHeartbeat = false;
  #handshakeBytes = 0;
  #refusal = '';

  constructor(port: SubscriberPort, transport: TransportId) {
    this.#port = port;
    const { authority, headers } = port;
    this.#requests = RequestTexts.of({ transport, authority, headers, keepAlive: true });
  }

  /** A reader of the body from its beginning; it calls `event` and `heartbeat`. */
  protected abstract newBody(): WireReader;

  subscribe(): void {
    this.#response = new HttpResponseReader(this);
    this.#body = this.newBody();
    this.#status = 0;
    this.#refusal = '';
    this.#connection = this.#port.open(this);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  connected(): void {
    this.#connection?.send(this.#requests.after(this.#port.lastSeq));
  }

  read(bytes: Buffer, length: number): void {
    try {
      this.#response.feed(bytes, 0, length);
    } catch (error) {
      this.lost((error as Error).message);
      return;
    }
    if (!this.#response.between || !this.#body.between) return;
    if (this.#gotHeartbeat && !this.#gotEvent)
      this.#port.tally.heartbeatBytes += (this.#connection?.unsettledBytes ?? 0) - this.#handshakeBytes;
    this.#gotHeartbeat = false;
    this.#gotEvent = false;
    this.#handshakeBytes = 0;
    this.#connection?.settle();
  }

  head({ status, headBytes }: ResponseHead): void {
    this.#status = status;
    const { tally } = this.#port;
    tally.requests += 1;
    const requestBytes = this.#connection?.unsettledSentBytes ?? 0;
    tally.requestHeadBytes += requestBytes;
    tally.responseHeadBytes += headBytes;
    tally.handshakeRequestBytes += requestBytes;
    tally.handshakeResponseBytes += headBytes;
    this.#handshakeBytes = requestBytes + headBytes;
    if (status === 200) this.#port.ready();
  }

  body(bytes: Buffer, start: number, end: number): void {
    if (this.#status === 200) this.#body.feed(bytes, start, end);
    else this.#refusal += bytes.toString('latin1', start, Math.min(end, start + 200));
  }

  /** The text of an event. */
  event(bytes: Buffer, start: number, end: number): void {
    this.#gotEvent = true;
    this.#port.event(bytes, start, end, this.#response.envelopes);
  }

  protected heartbeat(): void {
    this.#gotHeartbeat = true;
    this.#port.tally.heartbeats += 1;
  }

  end(): void {
    if (this.#status === 200) this.lost('the server ended the stream');
    else if (this.#status === 410) {
      this.#port.historyGone(oldestSeqOf(this.#refusal));
      this.lost('the history of the server does not reach back');
    } else {
      this.#port.tally.failedRequests += 1;
      this.lost(`answered ${this.#status}: ${this.#refusal}`);
    }
  }

  lost(reason: string): void {
    // Whatever follows in the same read finds the connection closed.
    if (this.#connection === null) return;
    this.close();
    this.#port.lost(reason);
  }
}
