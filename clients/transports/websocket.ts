import { randomBytes, randomInt } from 'node:crypto';
import type { ClientTransport, ClientTransportFactory, SubscriberPort } from '../transport.ts';
import type { Connection, ConnectionHandlers } from '../wire/connection.ts';
import { type HttpResponseHandlers, HttpResponseReader, type ResponseHead } from '../wire/http-response.ts';
import { oldestSeqOf } from '../wire/line-exchange.ts';
import { MAX_EVENT_BYTES } from '../wire/reader.ts';
import {
  expectedAccept,
  pongFrame,
  type WebSocketFrameHandlers,
  WebSocketFrameReader,
  websocketHandshake,
} from '../wire/websocket-frames.ts';

const LIMITS = { maxMessageBytes: MAX_EVENT_BYTES };

/** WebSocket (RFC 6455): `/websocket?after=SEQ` upgraded, one text frame for each event, no extensions wanted. */
class WebSocketSubscription
  implements ClientTransport, ConnectionHandlers, HttpResponseHandlers, WebSocketFrameHandlers
{
  readonly #port: SubscriberPort;
  #connection: Connection | null = null;
  /** Made by subscribe(). */
  #frames!: WebSocketFrameReader;
  /** Reads the answer to the handshake; null when that has been read, and all that follows are frames. */
  #response: HttpResponseReader | null = null;
  #key = '';
  #status = 0;
  /** What came since the last settlement. */
  #gotEvent = false;
  #gotHeartbeat = false;
  #handshakeBytes = 0;
  #refusal = '';

  constructor(port: SubscriberPort) {
    this.#port = port;
  }

  subscribe(): void {
    this.#key = randomBytes(16).toString('base64');
    this.#frames = new WebSocketFrameReader(this, LIMITS);
    this.#response = new HttpResponseReader(this);
    this.#refusal = '';
    this.#connection = this.#port.open(this);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  connected(): void {
    const { lastSeq, authority, headers } = this.#port;
    this.#connection?.send(websocketHandshake(lastSeq, authority, this.#key, headers));
  }

  read(bytes: Buffer, length: number): void {
    try {
      if (this.#response === null) this.#frames.feed(bytes, 0, length);
      else this.#response.feed(bytes, 0, length);
    } catch (error) {
      this.lost((error as Error).message);
      return;
    }
    if (!this.#frames.between || !(this.#response?.between ?? true)) return;
    if (this.#gotHeartbeat && !this.#gotEvent)
      this.#port.tally.heartbeatBytes += (this.#connection?.unsettledBytes ?? 0) - this.#handshakeBytes;
    this.#gotHeartbeat = false;
    this.#gotEvent = false;
    this.#handshakeBytes = 0;
    this.#connection?.settle();
  }

  head(head: ResponseHead): void {
    const { tally } = this.#port;
    this.#status = head.status;
    tally.requests += 1;
    const requestBytes = this.#connection?.unsettledSentBytes ?? 0;
    tally.requestHeadBytes += requestBytes;
    tally.responseHeadBytes += head.headBytes;
    tally.handshakeRequestBytes += requestBytes;
    tally.handshakeResponseBytes += head.headBytes;
    this.#handshakeBytes = requestBytes + head.headBytes;
    if (head.status !== 101) return;
    if (head.header('sec-websocket-accept') !== expectedAccept(this.#key))
      throw new Error('wrong Sec-WebSocket-Accept');
    // Some header profiles offer one, as their clients do; the contract forbids the server to agree.
    const extension = head.header('sec-websocket-extensions');
    if (extension !== null) throw new Error(`agreed to the extension ${extension}`);
    this.#response = null;
    this.#port.ready();
  }

  body(bytes: Buffer, start: number, end: number): void {
    this.#refusal += bytes.toString('latin1', start, Math.min(end, start + 200));
  }

  end(): void {
    if (this.#status === 410) {
      this.#port.historyGone(oldestSeqOf(this.#refusal));
      this.lost('the history of the server does not reach back');
    } else {
      this.#port.tally.failedRequests += 1;
      this.lost(`answered ${this.#status} to the handshake: ${this.#refusal}`);
    }
  }

  /** Frames that came in one read with the answer to the handshake. */
  upgraded(bytes: Buffer, start: number, end: number): void {
    this.#frames.feed(bytes, start, end);
  }

  text(bytes: Buffer, start: number, end: number): void {
    this.#gotEvent = true;
    this.#port.event(bytes, start, end, this.#frames.frames);
  }

  ping(bytes: Buffer, start: number, end: number): void {
    this.#gotHeartbeat = true;
    this.#port.tally.heartbeats += 1;
    this.#connection?.send(pongFrame(bytes.subarray(start, end), randomInt(2 ** 32)));
  }

  closing(code: number | null, reason: string): void {
    this.lost(`the server closed: ${code ?? 'no code'} ${reason}`.trim());
  }

  lost(reason: string): void {
    // Whatever follows in the same read finds the connection closed.
    if (this.#connection === null) return;
    this.close();
    this.#port.lost(reason);
  }
}

export const websocket: ClientTransportFactory<'websocket'> = (port) => new WebSocketSubscription(port);
