/** No event text of a feed is larger (scenarios allow payloadBytes up to this), so a reader need not hold more. */
export const MAX_EVENT_BYTES = 1024 * 1024;

/** Bytes [start, end) of `bytes`, valid only during the call: the buffer is overwritten by the next read. */
export type ByteRange = (bytes: Buffer, start: number, end: number) => void;

/**
 * Turns the bytes of one subscriber's TCP connection into units (lines, events, responses, frames).
 *
 * A unit that lies whole in one fed range is handed out in place, in that very buffer; only a unit split over ranges
 * is copied. How the bytes are cut never changes what is handed out. After a WireError a reader is not to be fed again.
 */
export interface WireReader {
  /**
   * Reads bytes [start, end) of `bytes` and keeps no reference to `bytes`.
   * Throws a WireError when they break the protocol or a size limit.
   */
  feed(bytes: Buffer, start: number, end: number): void;
  /** True when no byte of an unfinished unit is held: a good moment to account. */
  readonly between: boolean;
}

/** The peer broke the protocol, or a limit on what one unit may hold. The caller drops the connection. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.expected = expected;
    this.found = found;
  }
}

const EXCERPT_BYTES = 40;

/** The beginning of a range as a short quoted string of printable ASCII, for error messages. */
export function excerpt(bytes: Buffer, start: number, end: number): string {
  const stop = Math.min(end, start + EXCERPT_BYTES);
  const quoted = JSON.stringify(bytes.toString('latin1', start, stop)).replace(
    /[\u007f-\u00ff]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  return stop < end ? `${quoted}... (${end - start} bytes)` : quoted;
}
