import { connect, type Socket } from 'node:net';
import { Arrivals } from './arrivals.ts';

/** The head of an answer. */
export interface RawHead {
  status: number;
  /** Names in small letters; the values of a repeated header joined by a comma. */
  headers: Record<string, string>;
  /** From the status line through the blank line. */
  bytes: number;
}

/**
 * One HTTP/1.1 connection on a bare socket, for what a library does not show: where one chunk ends and the next begins,
 * whether the connection stays open, and when it is cut. Understands only what the contract allows: answers without a
 * body, with Content-Length, and chunked (RFC 9112, sections 6 and 7).
 */
export class RawHttp {
  readonly socket: Socket;
  readonly heads = new Arrivals<RawHead>();
  /** The chunks of chunked answers; a body with Content-Length counts as one. */
  readonly chunks = new Arrivals<Buffer>();
  /** The status of each answer that was read to its proper end. */
  readonly completed = new Arrivals<number>();
  /** Bytes after a 101, as they come. */
  onUpgraded: ((bytes: Buffer) => void) | null = null;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #neededBytes = 0;
  #state: 'head' | 'size' | 'chunk' | 'body' | 'last' | 'upgraded' = 'head';
  #bodyBytes = 0;

  constructor(host: string, port: number) {
    this.socket = connect({ host, port, noDelay: true });
    this.socket.on('data', (bytes: Buffer) => this.#feed(bytes));
    this.socket.on('error', (error) => this.#finish(error.message));
    this.socket.on('close', () => this.#finish('connection closed'));
  }

  /** Sends a GET; `head` are further header lines. */
  get(path: string, head: Record<string, string> = {}): this {
    const lines = Object.entries({ Host: 'localhost', ...head }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    return this;
  }

  close(): void {
    this.socket.destroy();
  }

  #finish(how: string): void {
    this.heads.finish(how);
    this.chunks.finish(how);
    this.completed.finish(how);
  }

  /** Pieces are joined only when a whole unit is there, so that a long chunk in many reads is not copied each time. */
  #feed(bytes: Buffer): void {
    if (this.#state === 'upgraded') {
      this.onUpgraded?.(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes < this.#neededBytes) return;
    let rest: Buffer | null = Buffer.concat(this.#held);
    for (let next = this.#step(rest); next !== null && rest.length > 0; next = this.#step(rest)) rest = next;
    this.#held = rest.length > 0 ? [rest] : [];
    this.#heldBytes = rest.length;
  }

  /** Takes one unit off the front and gives the rest; null when the unit is not whole. */
  #step(bytes: Buffer): Buffer | null {
    this.#neededBytes = 0;
    if (this.#state === 'upgraded') {
      if (bytes.length > 0) this.onUpgraded?.(bytes);
      return Buffer.alloc(0);
    }
    if (this.#state === 'chunk' || this.#state === 'body') return this.#stepBody(bytes);
    const end = bytes.indexOf(this.#state === 'head' ? '\r\n\r\n' : '\r\n');
    if (end === -1) return null;
    const text = bytes.toString('latin1', 0, end);
    if (this.#state === 'head') {
      this.#readHead(text);
      return bytes.subarray(end + 4);
    }
    const size = Number.parseInt(text, 16);
    if (this.#state === 'last') this.#complete();
    else if (Number.isNaN(size)) this.socket.destroy(new Error(`chunk size expected, got ${JSON.stringify(text)}`));
    else if (size === 0) this.#state = 'last';
    else {
      this.#state = 'chunk';
      this.#bodyBytes = size;
    }
    return bytes.subarray(end + 2);
  }

  #stepBody(bytes: Buffer): Buffer | null {
    const trailerBytes = this.#state === 'chunk' ? 2 : 0;
    this.#neededBytes = this.#bodyBytes + trailerBytes;
    if (bytes.length < this.#neededBytes) return null;
    this.chunks.push(Buffer.from(bytes.subarray(0, this.#bodyBytes)));
    if (this.#state === 'chunk') this.#state = 'size';
    else this.#complete();
    return bytes.subarray(this.#bodyBytes + trailerBytes);
  }

  #complete(): void {
    this.#state = 'head';
    this.completed.push(this.heads.items.at(-1)?.status ?? 0);
  }

  #readHead(text: string): void {
    const [statusLine = '', ...lines] = text.split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    }
    const status = Number(statusLine.split(' ')[1]);
    const lengthBytes = Number(headers['content-length'] ?? 0);
    this.heads.push({ status, headers, bytes: text.length + 4 });
    if (status === 101) this.#state = 'upgraded';
    else if (headers['transfer-encoding']?.toLowerCase() === 'chunked') this.#state = 'size';
    else if (status !== 204 && status !== 304 && lengthBytes > 0) {
      this.#state = 'body';
      this.#bodyBytes = lengthBytes;
    } else this.#complete();
  }
}
