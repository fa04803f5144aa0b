import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { PushConnection } from './push-connection.ts';

/** What makes one stream of chunks differ from another, beside its events. */
export interface StreamFormat {
  contentType: string;
  /** A chunk. */
  heartbeat: Buffer;
  /** The last words to a subscriber that is dismissed; null when the format has no place for them. */
  farewell(reason: string): string | null;
}

/**
 * A 200 response that never ends. Its head and its end are node:http's; between them, finished chunks are written to the
 * response's socket, since `response.write` would frame each chunk again for each subscriber, in four parts, and join the
 * events of one tick in one chunk. node:http counts what is unsent on the socket, whoever wrote it.
 */
export class StreamedResponse implements PushConnection {
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;

  /** Takes the response over from fastify and sends its head. */
  constructor(reply: FastifyReply, format: StreamFormat) {
    reply.hijack();
    this.#response = reply.raw;
    this.#format = format;
    // An 'error' without a listener would end the process; what there is to do about a lost connection, 'close' tells.
    this.#response.on('error', ignore);
    this.#response.writeHead(200, { 'Content-Type': format.contentType, 'Cache-Control': 'no-store' });
    this.#response.flushHeaders();
  }

  /** Calls back when the response has the socket: at once, unless the request was sent behind another (pipelining). */
  whenOpen(callback: () => void): void {
    if (this.#response.socket !== null) callback();
    else
      this.#response.write('', (error) => {
        if (!error) callback();
      });
  }

  get unsentBytes(): number {
    return this.#response.writableLength;
  }

  get peer(): string {
    const { socket } = this.#response;
    return `${socket?.remoteAddress}:${socket?.remotePort}`;
  }

  send(framed: Buffer, flushed?: () => void): void {
    const { socket } = this.#response;
    if (socket?.writable) socket.write(framed, flushed);
  }

  heartbeat(): void {
    this.send(this.#format.heartbeat);
  }

  dismiss(reason: string): void {
    const farewell = this.#format.farewell(reason);
    if (farewell !== null) this.#response.write(farewell);
    this.end();
  }

  end(): void {
    const { socket } = this.#response;
    this.#response.end(() => socket?.end());
  }

  destroy(): void {
    this.#response.destroy();
  }
}

function ignore(): void {}
