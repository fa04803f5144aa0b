import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { FeedEvent } from './event.ts';
import type { PushConnection } from './push-connection.ts';

/** What makes one stream of chunks differ from another. */
export interface StreamFormat {
  contentType: string;
  /** The bytes of an event, which become one chunk. */
  encode(event: FeedEvent): Buffer;
  heartbeat: Buffer;
  /** The last words to a subscriber that is dismissed; null when the format has no place for them. */
  farewell(reason: string): string | null;
}

/** A 200 response that never ends, written on node:http's own response: it is what is measured. */
export class StreamedResponse implements PushConnection {
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;

  /** Takes the response over from fastify and sends its head. */
  constructor(reply: FastifyReply, format: StreamFormat) {
    reply.hijack();
    this.#response = reply.raw;
    this.#format = format;
    // An 'error' without a listener would end the process; what there is to do about a lost connection, 'close' tells.
    this.#response.on('error', () => {});
    this.#response.writeHead(200, { 'Content-Type': format.contentType, 'Cache-Control': 'no-store' });
    this.#response.flushHeaders();
  }

  get unsentBytes(): number {
    return this.#response.writableLength;
  }

  get peer(): string {
    const { socket } = this.#response;
    return `${socket?.remoteAddress}:${socket?.remotePort}`;
  }

  send(event: FeedEvent, flushed?: () => void): void {
    this.#write(this.#format.encode(event), flushed);
  }

  // The socket is corked, not the response: a corked response would merge its writes into one chunk.
  cork(): void {
    this.#response.socket?.cork();
  }

  uncork(): void {
    this.#response.socket?.uncork();
  }

  heartbeat(): void {
    this.#write(this.#format.heartbeat);
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

  /**
   * node:http writes a chunk in four parts (size, CRLF, data, CRLF) and corks the socket until the next tick; corking
   * here sends them now, in one system call (writev).
   */
  #write(data: Buffer, flushed?: () => void): void {
    this.cork();
    this.#response.write(data, flushed);
    this.uncork();
  }
}
