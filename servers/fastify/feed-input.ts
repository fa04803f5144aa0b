import { isUtf8 } from 'node:buffer';

/** The largest event text of the contract. */
export const MAX_TEXT_BYTES = 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const SPACE = 0x20;
// 16 digits of SEQ, one space, the text.
const MAX_LINE_BYTES = 17 + MAX_TEXT_BYTES;

/** The feed broke the contract: the server cannot go on without losing or altering an event. */
export class FeedError extends Error {}

/**
 * Splits the feed on standard input, `SEQ`, one space, TEXT, LF, into events, whatever the chunks it arrives in.
 * The text is handed over as the bytes that came, as a view that is valid only during the call.
 */
export class FeedInput {
  readonly #onEvent: (seq: number, text: Buffer) => void;
  #nextSeq = 1;
  /** The beginning of a line whose LF has not come yet. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(onEvent: (seq: number, text: Buffer) => void) {
    this.#onEvent = onEvent;
  }

  /** Throws a FeedError at the first line that is malformed or out of sequence. */
  write(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#line(this.#completed(chunk.subarray(start, end)));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The input ended. Throws a FeedError when it ended within a line. */
  end(): void {
    if (this.#pendingBytes > 0) throw new FeedError(`the feed ended within the line of event ${this.#nextSeq}`);
  }

  #keep(part: Buffer): void {
    this.#pending.push(part);
    this.#pendingBytes += part.length;
    if (this.#pendingBytes > MAX_LINE_BYTES) {
      throw new FeedError(`the line of event ${this.#nextSeq} is longer than ${MAX_LINE_BYTES} bytes`);
    }
  }

  #completed(rest: Buffer): Buffer {
    if (this.#pendingBytes === 0) return rest;
    const line = Buffer.concat([...this.#pending, rest]);
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }

  #line(line: Buffer): void {
    const separator = line.indexOf(SPACE);
    const seq = separator === -1 ? '' : line.toString('latin1', 0, separator);
    if (!/^[1-9]\d{0,15}$/.test(seq)) {
      const beginning = JSON.stringify(line.toString('utf8', 0, 60));
      throw new FeedError(`expected "${this.#nextSeq} TEXT", got a line that begins with ${beginning}`);
    }
    if (Number(seq) !== this.#nextSeq) throw new FeedError(`expected event ${this.#nextSeq}, got event ${seq}`);
    const text = line.subarray(separator + 1);
    const problem = problemOfText(text);
    if (problem !== null) throw new FeedError(`the text of event ${seq} ${problem}`);
    this.#nextSeq += 1;
    this.#onEvent(Number(seq), text);
  }
}

/** What the contract forbids in an event text, since some transport could not carry it. */
function problemOfText(text: Buffer): string | null {
  if (text.length > MAX_TEXT_BYTES) return `has ${text.length} bytes; at most ${MAX_TEXT_BYTES} are allowed`;
  if (text.length === 1 && text[0] === SPACE) return 'is a single space, which is the heartbeat of http-stream';
  if (text.includes(CR)) return 'contains a CR, which would end an SSE line';
  if (text.includes(NUL)) return 'contains a NUL';
  if (!isUtf8(text)) return 'is not UTF-8';
  return null;
}
