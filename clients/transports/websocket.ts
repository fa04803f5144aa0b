import { randomBytes, randomInt } from 'node:crypto';
import type { ClientTransportFactory, SubscriberPort } from '../transport.ts';
import { HttpResponseReader, type ResponseHead } from '../wire/http-response.ts';
import { PushSubscription } from '../wire/push-subscription.ts';
import { MAX_EVENT_BYTES } from '../wire/reader.ts';
import {
  expectedAccept,
  pongFrame,
  type WebSocketFrameHandlers,
  WebSocketFrameReader,
  websocketHandshake,
} from '../wire/websocket-frames.ts';

const LIMITS = { maxMessageBytes: MAX_EVENT_BYTES };
const SWITCHING_PROTOCOLS = 101;

/** WebSocket (RFC 6455): `/websocket?after=SEQ` upgraded, one text frame for each event, no extensions wanted. */
class WebSocketSubscription extends PushSubscription implements WebSocketFrameHandlers {
  /** Made by subscribe(). */
  #frames!: WebSocketFrameReader;
  /** Reads the answer to the handshake; null when that has been read, and all that follows are frames. */
  #response: HttpResponseReader | null = null;
  #key = '';

  constructor(port: SubscriberPort) {
    super(port, SWITCHING_PROTOCOLS);
  }

  protected override newReaders(): void {
    this.#key = randomBytes(16).toString('base64');
    this.#frames = new WebSocketFrameReader(this, LIMITS);
    this.#response = new HttpResponseReader(this);
  }

  override connected(): void {
    const { lastSeq, authority, headers } = this.port;
    this.connection?.send(websocketHandshake(lastSeq, authority, this.#key, headers));
  }

  protected override feed(bytes: Buffer, end: number): void {
    if (this.#response === null) this.#frames.feed(bytes, 0, end);
    else this.#response.feed(bytes, 0, end);
  }

  protected override get between(): boolean {
    return this.#frames.between && (this.#response?.between ?? true);
  }

  protected override accepted(head: ResponseHead): void {
    if (head.header('sec-websocket-accept') !== expectedAccept(this.#key))
      throw new Error('wrong Sec-WebSocket-Accept');
    // Some header profiles offer one, as their clients do; the contract forbids the server to agree.
    const extension = head.header('sec-websocket-extensions');
    if (extension !== null) throw new Error(`agreed to the extension ${extension}`);
    this.#response = null;
    super.accepted(head);
  }

  /** Frames that came in one read with the answer to the handshake. */
  upgraded(bytes: Buffer, start: number, end: number): void {
    this.#frames.feed(bytes, start, end);
  }

  text(bytes: Buffer, start: number, end: number): void {
    this.push(bytes, start, end, this.#frames.frames);
  }

  ping(bytes: Buffer, start: number, end: number): void {
    this.heartbeat();
    this.connection?.send(pongFrame(bytes.subarray(start, end), randomInt(2 ** 32)));
  }

  closing(code: number | null, reason: string): void {
    this.lost(`the server closed: ${code ?? 'no code'} ${reason}`.trim());
  }
}

export const websocket: ClientTransportFactory<'websocket'> = (port) => new WebSocketSubscription(port);
