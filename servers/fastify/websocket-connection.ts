import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { FeedEvent } from './event.ts';
import type { PushConnection } from './push-connection.ts';

/** "Going away" (RFC 6455 7.4.1): the server stops. */
const GOING_AWAY = 1001;
/** "Try again later" (IANA WebSocket close code registry): the subscriber may resume from its last event. */
const TRY_AGAIN_LATER = 1013;

/** `binary: false` makes a Buffer a text frame, so the text is not encoded again for each subscriber. */
const TEXT_FRAME = { binary: false };

/** One WebSocket, with a text frame for each event; ws sends header and text in one system call (writev). */
export class WebsocketConnection implements PushConnection {
  readonly #websocket: WebSocket;
  readonly #socket: Socket;

  constructor(websocket: WebSocket, socket: Socket) {
    this.#websocket = websocket;
    this.#socket = socket;
  }

  get unsentBytes(): number {
    return this.#websocket.bufferedAmount;
  }

  get peer(): string {
    return `${this.#socket.remoteAddress}:${this.#socket.remotePort}`;
  }

  send(event: FeedEvent, flushed?: () => void): void {
    this.#websocket.send(event.text, TEXT_FRAME, flushed);
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  heartbeat(): void {
    this.#websocket.ping();
  }

  dismiss(reason: string): void {
    this.#websocket.close(TRY_AGAIN_LATER, reason);
  }

  end(): void {
    this.#websocket.close(GOING_AWAY);
  }

  destroy(): void {
    this.#websocket.terminate();
  }
}
