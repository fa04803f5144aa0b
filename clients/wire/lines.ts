import { findByte, LF } from './byte-search.ts';
import { Carry } from './carry.ts';
import { type ByteRange, excerpt, WireError, type WireReader } from './reader.ts';

/**
 * Lines ended by LF (application/x-ndjson), as `polling`, `long-polling` and `http-stream` deliver them: one event a
 * line. A CR is a byte of the line like any other.
 */
export class LineReader implements WireReader {
  readonly #onLine: ByteRange;
  readonly #maxLineBytes: number;
  readonly #carry = new Carry();

  /** `onLine` gets each line without its LF; a line longer than `maxLineBytes`, LF excluded, is a WireError. */
  constructor(onLine: ByteRange, maxLineBytes: number) {
    this.#onLine = onLine;
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
        this.#onLine(this.#carry.bytes, 0, this.#carry.length);
        this.#carry.clear();
      } else {
        this.#checkLength(lineEnd - at, bytes, at, lineEnd);
        this.#onLine(bytes, at, lineEnd);
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
