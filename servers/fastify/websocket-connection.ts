import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { PushConnection } from './push-connection.ts';

/** "Going away" (RFC 6455 7.4.1): the server stops. */
const GOING_AWAY = 1001;
/** "Try again later" (IANA WebSocket close code registry): the subscriber may resume from its last event. */
const TRY_AGAIN_LATER = 1013;

/**
 * One WebSocket. Handshake, pings, pongs and closes are those of ws; between them, finished frames are written to its
 * socket, since `websocket.send` would frame each event again for each subscriber. Without compression ws itself writes
 * every frame to the socket at once, so the order is kept, and its `bufferedAmount` is what is unsent on the socket.
 */
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

  send(framed: Buffer, flushed?: () => void): void {
    // No frame may follow a close frame.
    if (this.#websocket.readyState === this.#websocket.OPEN) this.#socket.write(framed, flushed);
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
