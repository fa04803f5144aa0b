import type { ClientTransport, SubscriberPort } from '../transport.ts';
import type { Connection, ConnectionHandlers } from './connection.ts';
import type { HttpResponseHandlers, ResponseHead } from './http-response.ts';
import { oldestSeqOf } from './line-exchange.ts';

/**
 * One connection that a single request opens and on which the server then pushes: its handshake, its refusal, its loss,
 * and the booking of heartbeats. Subclasses read the protocol.
 *
 * It is itself what its connection and its readers call back: closures for each subscriber were more memory to be
 * fetched for each event, and cost more CPU than reading the protocol does.
 */
export abstract class PushSubscription implements ClientTransport, ConnectionHandlers, HttpResponseHandlers {
  protected readonly port: SubscriberPort;
  protected connection: Connection | null = null;
  /** Of the answer to the handshake; 0 until it has come. */
  protected status = 0;
  /** The status with which the server accepts the subscription. */
  readonly #acceptedStatus: number;
  /** What came since the last settlement. */
  #gotEvent = false;
  #gotHeartbeat = false;
  #handshakeBytes = 0;
  #refusal = '';

  constructor(port: SubscriberPort, acceptedStatus: number) {
    this.port = port;
    this.#acceptedStatus = acceptedStatus;
  }

  /** Makes readers for a new connection. */
  protected abstract newReaders(): void;

  /** The next bytes for the readers; throws what is wrong with them. */
  protected abstract feed(bytes: Buffer, end: number): void;

  /** Whether no reader is inside of anything. */
  protected abstract get between(): boolean;

  /** Sends the request. */
  abstract connected(): void;

  subscribe(): void {
    this.newReaders();
    this.status = 0;
    this.#refusal = '';
    this.connection = this.port.open(this);
  }

  close(): void {
    this.connection?.close();
    this.connection = null;
  }

  read(bytes: Buffer, length: number): void {
    try {
      this.feed(bytes, length);
    } catch (error) {
      this.lost((error as Error).message);
      return;
    }
    if (!this.between) return;
    if (this.#gotHeartbeat && !this.#gotEvent)
      this.port.tally.heartbeatBytes += (this.connection?.unsettledBytes ?? 0) - this.#handshakeBytes;
    this.#gotHeartbeat = false;
    this.#gotEvent = false;
    this.#handshakeBytes = 0;
    this.connection?.settle();
  }

  head(head: ResponseHead): void {
    const { tally } = this.port;
    const { status, headBytes } = head;
    this.status = status;
    tally.requests += 1;
    const requestBytes = this.connection?.unsettledSentBytes ?? 0;
    tally.requestHeadBytes += requestBytes;
    tally.responseHeadBytes += headBytes;
    tally.handshakeRequestBytes += requestBytes;
    tally.handshakeResponseBytes += headBytes;
    this.#handshakeBytes = requestBytes + headBytes;
    if (status === this.#acceptedStatus) this.accepted(head);
  }

  /** Subscribed. Throws what else is wrong with the answer. */
  protected accepted(_head: ResponseHead): void {
    this.port.ready();
  }

  /** Bytes of the body of a refusal. */
  body(bytes: Buffer, start: number, end: number): void {
    this.#refusal += bytes.toString('latin1', start, Math.min(end, start + 200));
  }

  end(): void {
    if (this.status === this.#acceptedStatus) this.lost('the server ended the stream');
    else if (this.status === 410) {
      this.port.historyGone(oldestSeqOf(this.#refusal));
      this.lost('the history of the server does not reach back');
    } else {
      this.port.tally.failedRequests += 1;
      this.lost(`answered ${this.status}: ${this.#refusal}`);
    }
  }

  /** The text of an event, whose envelope is the `envelope`th of the connection. */
  protected push(bytes: Buffer, start: number, end: number, envelope: number): void {
    this.#gotEvent = true;
    this.port.event(bytes, start, end, envelope);
  }

  protected heartbeat(): void {
    this.#gotHeartbeat = true;
    this.port.tally.heartbeats += 1;
  }

  lost(reason: string): void {
    // Whatever follows in the same read finds the connection closed.
    if (this.connection === null) return;
    this.close();
    this.port.lost(reason);
  }
}
