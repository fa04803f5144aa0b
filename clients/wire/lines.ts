import { findByte, LF } from './byte-search.ts';
import { nothingCarried, own } from './carry.ts';
import { type ByteRange, excerpt, WireError, type WireReader } from './reader.ts';

/** What lines are handed to. */
export interface LineHandlers {
  /** A line without its LF. */
  line: ByteRange;
}

/**
 * Lines ended by LF (application/x-ndjson), as `polling`, `long-polling` and `http-stream` deliver them: one event a
 * line. A CR is a byte of the line like any other.
 */
export class LineReader implements WireReader {
  readonly #handlers: LineHandlers;
  readonly #maxLineBytes: number;
  #carry = nothingCarried;

  /** A line longer than `maxLineBytes`, LF excluded, is a WireError. */
  constructor(handlers: LineHandlers, maxLineBytes: number) {
    this.#handlers = handlers;
    this.#maxLineBytes = maxLineBytes;
  }

  get between(): boolean {
    return this.#carry.length === 0;
  }

  feed(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const lineEnd = findByte(bytes, LF, at, end);
      if (lineEnd < 0) {
        this.#extend(bytes, at, end);
        return;
      }
      if (this.#carry.length > 0) {
        this.#extend(bytes, at, lineEnd);
        this.#handlers.line(this.#carry.bytes, 0, this.#carry.length);
        this.#carry.clear();
      } else {
        this.#checkLength(lineEnd - at, bytes, at, lineEnd);
        this.#handlers.line(bytes, at, lineEnd);
      }
      at = lineEnd + 1;
    }
  }

  /** The bytes have ended (end of a response body). Throws a WireError when an unterminated line is held. */
  finish(): void {
    const { bytes, length } = this.#carry;
    if (length > 0) throw new WireError('LF at the end of the last line', `the end after ${excerpt(bytes, 0, length)}`);
  }

  #extend(bytes: Buffer, start: number, end: number): void {
    this.#checkLength(this.#carry.length + end - start, bytes, start, end);
    this.#carry = own(this.#carry);
    this.#carry.append(bytes, start, end);
  }

  #checkLength(lineBytes: number, bytes: Buffer, start: number, end: number): void {
    if (lineBytes <= this.#maxLineBytes) return;
    throw new WireError(
      `a line of at most ${this.#maxLineBytes} bytes`,
      `${lineBytes} with ${excerpt(bytes, start, end)}`,
    );
  }
}
