import { CR, LF } from './byte-search.ts';
import { HeadReader, type ResponseHead } from './http-head.ts';
import { type ByteRange, excerpt, WireError, type WireReader } from './reader.ts';

export type { ResponseHead } from './http-head.ts';

/** What the responses of one connection hand out, in the order head, body..., end. */
export interface HttpResponseHandlers {
  /** Every final response, and 101. */
  head(head: ResponseHead): void;
  /** The next bytes of the body, decoded from chunks; called as often as the reads cut it. */
  body: ByteRange;
  /** The response is whole. */
  end(): void;
  /** After 101, every byte that is not HTTP any more. Without it a 101 is a WireError. */
  upgraded?: ByteRange;
}

// What the next byte is part of.
const HEAD = 0;
const SIZED_BODY = 1;
const BODY_UNTIL_CLOSE = 2;
const CHUNK_SIZE = 3;
const CHUNK_EXTENSION = 4;
const CHUNK_SIZE_LF = 5;
const CHUNK_DATA = 6;
const CHUNK_DATA_CR = 7;
const CHUNK_DATA_LF = 8;
const TRAILERS = 9;
const UPGRADED = 10;
const NOTHING_MORE = 11;

// 13 hex digits are 52 bits, the most that a number holds exactly.
const MAX_CHUNK_SIZE_DIGITS = 13;
// 16 MiB: no read is larger.
const WHOLE_CHUNK_SIZE_DIGITS = 6;
const MAX_CHUNK_EXTENSION_BYTES = 1024;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * The HTTP/1.1 responses of one connection, one after another (RFC 9112): Content-Length, chunked with extensions and
 * trailers, until close, without a body (204, 304); interim responses are passed over; 101 hands over what follows.
 * It expects requests whose answer has a body by these rules alone, so neither HEAD nor CONNECT.
 */
export class HttpResponseReader implements WireReader {
  readonly #handlers: HttpResponseHandlers;
  readonly #maxHeadBytes: number;
  /** Null where there is nothing of a head, so that an endless response does not hold one. */
  #head: HeadReader | null = null;
  #state = HEAD;
  /** Bytes left of the sized body or the chunk. */
  #left = 0;
  #keepAlive = true;
  #chunkSizeDigits = 0;
  #chunkSize = 0;
  #extensionBytes = 0;
  #headBytes = 0;
  #envelopes = 0;

  constructor(handlers: HttpResponseHandlers, { maxHeadBytes = 65_536 }: { maxHeadBytes?: number } = {}) {
    this.#handlers = handlers;
    this.#maxHeadBytes = maxHeadBytes;
  }

  /** Bytes of all heads so far, interim ones included: status lines, header fields, blank lines. */
  get headBytes(): number {
    return this.#headBytes;
  }

  /**
   * Chunks begun plus bodies begun that are not chunked: body bytes handed out at the same count came in the same
   * chunk or in the same response.
   */
  get envelopes(): number {
    return this.#envelopes;
  }

  /**
   * True between responses, after 101, in a body that only the end of the connection ends, and between the chunks of
   * an unfinished response, since a stream is never anything else. Whether an exchange is open, head() and end() tell.
   */
  get between(): boolean {
    switch (this.#state) {
      case HEAD:
        return this.#head?.idle ?? true;
      case CHUNK_SIZE:
        return this.#chunkSizeDigits === 0;
      case BODY_UNTIL_CLOSE:
      case UPGRADED:
      case NOTHING_MORE:
        return true;
      default:
        return false;
    }
  }

  feed(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case HEAD: {
          this.#head ??= new HeadReader(this.#maxHeadBytes);
          const after = this.#head.readHead(bytes, at, end);
          if (after < 0) return;
          this.#beginResponse(this.#head);
          at = after;
          break;
        }
        case SIZED_BODY:
        case CHUNK_DATA: {
          const stop = Math.min(end, at + this.#left);
          this.#left -= stop - at;
          // Moved on first, so that `between` and the counters are right for whoever looks during body().
          const whole = this.#left === 0;
          const sized = this.#state === SIZED_BODY;
          if (whole && !sized) this.#state = CHUNK_DATA_CR;
          this.#handlers.body(bytes, at, stop);
          if (whole && sized) this.#endResponse();
          at = stop;
          break;
        }
        case CHUNK_SIZE: {
          const after = this.#readWholeChunk(bytes, at, end);
          at = after > at ? after : this.#readChunkSize(bytes, at, end);
          break;
        }
        case CHUNK_EXTENSION:
          at = this.#passExtension(bytes, at, end);
          break;
        case CHUNK_SIZE_LF:
          expectByte(LF, bytes, at++, end, 'LF at the end of a chunk size');
          this.#beginChunk();
          break;
        case CHUNK_DATA_CR:
          expectByte(CR, bytes, at++, end, 'CRLF after the data of a chunk');
          this.#state = CHUNK_DATA_LF;
          break;
        case CHUNK_DATA_LF:
          expectByte(LF, bytes, at++, end, 'CRLF after the data of a chunk');
          this.#state = CHUNK_SIZE;
          break;
        case TRAILERS: {
          this.#head ??= new HeadReader(this.#maxHeadBytes);
          const after = this.#head.readTrailers(bytes, at, end);
          if (after < 0) return;
          this.#endResponse();
          at = after;
          break;
        }
        case BODY_UNTIL_CLOSE:
          this.#handlers.body(bytes, at, end);
          return;
        case UPGRADED:
          this.#handlers.upgraded?.(bytes, at, end);
          return;
        default:
          throw new WireError('nothing after the last response of a connection', excerpt(bytes, at, end));
      }
    }
  }

  /** The connection has ended: ends a body that only this ends; a WireError when a response is cut short by it. */
  finish(): void {
    if (this.#state === BODY_UNTIL_CLOSE) this.#endResponse();
    const whole =
      this.#state === UPGRADED || this.#state === NOTHING_MORE || (this.#state === HEAD && (this.#head?.idle ?? true));
    if (!whole) throw new WireError('a whole response', `the end of the connection in its ${this.#part()}`);
  }

  #beginResponse(head: HeadReader): void {
    this.#headBytes += head.headBytes;
    if (head.status < 200 && head.status !== 101) {
      head.release();
      return;
    }
    if (head.status === 101 && this.#handlers.upgraded === undefined) {
      throw new WireError('a final response', 'status 101, which was not asked for');
    }
    const sized = !head.bodyless && !head.chunked && head.contentLength !== null;
    this.#left = sized ? (head.contentLength as number) : 0;
    this.#keepAlive = head.keepAlive;
    if (head.status === 101) this.#state = UPGRADED;
    else if (head.bodyless || (sized && this.#left === 0)) this.#state = HEAD;
    else if (head.chunked) this.#state = CHUNK_SIZE;
    else this.#state = sized ? SIZED_BODY : BODY_UNTIL_CLOSE;
    if (this.#state === SIZED_BODY || this.#state === BODY_UNTIL_CLOSE) this.#envelopes++;
    const whole = this.#state === HEAD;
    if (!whole && !sized) this.#head = null;
    this.#handlers.head(head);
    head.release();
    if (whole) this.#endResponse();
  }

  #endResponse(): void {
    this.#state = this.#keepAlive ? HEAD : NOTHING_MORE;
    this.#handlers.end();
  }

  /**
   * A chunk that lies whole at `at`, without an extension, in one step: the usual case, in which going through the states
   * cost more than all the rest. Returns the position after it, or `at` for the general path.
   */
  #readWholeChunk(bytes: Buffer, at: number, end: number): number {
    let size = 0;
    let sizeEnd = at;
    for (const stop = Math.min(end, at + WHOLE_CHUNK_SIZE_DIGITS); sizeEnd < stop; sizeEnd++) {
      const digit = hexDigit(bytes[sizeEnd] as number);
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    const data = sizeEnd + 2;
    const after = data + size + 2;
    const isWhole =
      this.#chunkSizeDigits === 0 &&
      size > 0 &&
      after <= end &&
      bytes[sizeEnd] === CR &&
      bytes[sizeEnd + 1] === LF &&
      bytes[after - 2] === CR &&
      bytes[after - 1] === LF;
    if (!isWhole) return at;
    this.#envelopes++;
    this.#state = CHUNK_DATA_CR;
    this.#handlers.body(bytes, data, data + size);
    this.#state = CHUNK_SIZE;
    return after;
  }

  /** chunk-size = 1*HEXDIG (RFC 9112 7.1), then CR, or an extension, which blanks may precede. */
  #readChunkSize(bytes: Buffer, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      const digit = hexDigit(byte);
      if (digit >= 0 && this.#chunkSizeDigits < MAX_CHUNK_SIZE_DIGITS) {
        this.#chunkSize = this.#chunkSize * 16 + digit;
        this.#chunkSizeDigits++;
        continue;
      }
      if (this.#chunkSizeDigits > 0 && byte === CR) {
        this.#state = CHUNK_SIZE_LF;
        return at + 1;
      }
      if (this.#chunkSizeDigits > 0 && (byte === SEMICOLON || byte === SPACE || byte === TAB)) {
        this.#state = CHUNK_EXTENSION;
        return at;
      }
      throw new WireError(`a chunk size of 1 to ${MAX_CHUNK_SIZE_DIGITS} hex digits and CRLF`, excerpt(bytes, at, end));
    }
    return end;
  }

  #passExtension(bytes: Buffer, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === CR) {
        this.#state = CHUNK_SIZE_LF;
        return at + 1;
      }
      if ((byte < SPACE && byte !== TAB) || ++this.#extensionBytes > MAX_CHUNK_EXTENSION_BYTES) {
        throw new WireError(
          `a chunk extension of at most ${MAX_CHUNK_EXTENSION_BYTES} bytes and CRLF`,
          excerpt(bytes, at, end),
        );
      }
    }
    return end;
  }

  #beginChunk(): void {
    this.#left = this.#chunkSize;
    this.#chunkSize = 0;
    this.#chunkSizeDigits = 0;
    this.#extensionBytes = 0;
    if (this.#left === 0) {
      this.#state = TRAILERS;
    } else {
      this.#state = CHUNK_DATA;
      this.#envelopes++;
    }
  }

  #part(): string {
    if (this.#state === HEAD) return 'head';
    return this.#state === TRAILERS ? 'trailers' : 'body';
  }
}

function expectByte(byte: number, bytes: Buffer, at: number, end: number, what: string): void {
  if (bytes[at] !== byte) throw new WireError(what, excerpt(bytes, at, end));
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
