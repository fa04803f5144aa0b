import { CR, findByte, LF } from './byte-search.ts';
import { nothingCarried, own } from './carry.ts';
import { type ByteRange, excerpt, WireError, type WireReader } from './reader.ts';

/** What an event stream hands out. */
export interface EventStreamHandlers {
  /** The data of one event; in place unless the event is split over reads or its data has several lines. */
  event: ByteRange;
  /** A comment line, the usual heartbeat. */
  comment?: () => void;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const DATA = Buffer.from('data');
const ID = Buffer.from('id');
const EVENT = Buffer.from('event');
const RETRY = Buffer.from('retry');
const DATA_PREFIX = Buffer.from('\ndata: ');
const COLON = 0x3a;
const SPACE = 0x20;
const ZERO = 0x30;
// The digits of a number that is held exactly.
const MAX_ID_DIGITS = 15;

/**
 * A text/event-stream (WHATWG HTML 9.2.6, "Interpreting an event stream"): LF, CR and CRLF end lines, one leading byte
 * order mark is skipped, data lines are joined by LF, an event without a data line is not dispatched, and what is
 * unfinished at the end of the stream is discarded. Bytes are handed out as they are: UTF-8 is not validated here,
 * since the observer compares every event byte for byte.
 */
export class EventStreamReader implements WireReader {
  readonly #handlers: EventStreamHandlers;
  readonly #maxEventBytes: number;
  readonly #maxLineBytes: number;
  /** The unfinished line. */
  #line = nothingCarried;
  /** The data so far, when it could not stay in place. */
  #data = nothingCarried;
  #type = nothingCarried;
  /** The spec's "last event ID buffer", when a field of this block has set it. */
  #pendingId = nothingCarried;
  #idPending = false;
  /** The "last event ID string": this number, or when it is not one, the bytes in `#id`. */
  #numericId: number | null = null;
  #id = nothingCarried;
  #dataLines = 0;
  /** Where a single data line lies while it is still in place; null when it is in `#data`. */
  #inPlace: Buffer | null = null;
  #inPlaceStart = 0;
  #inPlaceEnd = 0;
  /** A field came after the last blank line. */
  #blockOpen = false;
  #skipLineFeed = false;
  /** Bytes of the byte order mark seen; its length when the beginning is behind us. */
  #markBytes = 0;
  #retryMs: number | null = null;

  /** An event with more than `maxEventBytes` of data, or a line that could only be part of one, is a WireError. */
  constructor(handlers: EventStreamHandlers, maxEventBytes: number) {
    this.#handlers = handlers;
    this.#maxEventBytes = maxEventBytes;
    this.#maxLineBytes = maxEventBytes + 'data: '.length;
  }

  get between(): boolean {
    return (
      this.#line.length === 0 &&
      !this.#blockOpen &&
      (this.#markBytes === 0 || this.#markBytes === BYTE_ORDER_MARK.length)
    );
  }

  /** The last event ID, during event() that of this event; '' when there was none. Made on demand: no string per event. */
  get lastEventIdText(): string {
    return this.#numericId?.toString() ?? this.#id.bytes.toString('utf8', 0, this.#id.length);
  }

  /** During event(), the type of this event: its `event` field, or the spec's default, 'message'. */
  get eventTypeText(): string {
    return this.#type.length === 0 ? 'message' : this.#type.bytes.toString('utf8', 0, this.#type.length);
  }

  /** The last reconnection time the server asked for, or null. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  feed(bytes: Buffer, start: number, end: number): void {
    let at = this.#markBytes < BYTE_ORDER_MARK.length ? this.#passByteOrderMark(bytes, start, end) : start;
    if (at === end) return;
    if (this.#skipLineFeed) {
      this.#skipLineFeed = false;
      if (bytes[at] === LF) at++;
    }
    // Each is searched again only when passed, so a feed reads its bytes at most twice however rare one of them is.
    let lineFeed = -1;
    let carriageReturn = findByte(bytes, CR, at, end);
    if (carriageReturn < 0) carriageReturn = end;
    while (at < end) {
      if (carriageReturn === end && !this.#blockOpen && this.#line.length === 0) {
        const next = this.#readSimpleEvent(bytes, at, end);
        if (next > at) {
          at = next;
          continue;
        }
      }
      if (lineFeed < at) lineFeed = findByte(bytes, LF, at, end);
      if (lineFeed < 0) lineFeed = end;
      if (carriageReturn < at) carriageReturn = findByte(bytes, CR, at, end);
      if (carriageReturn < 0) carriageReturn = end;
      const lineEnd = Math.min(lineFeed, carriageReturn);
      if (lineEnd === end) break;
      this.#readLine(bytes, at, lineEnd);
      at = lineEnd + 1;
      if (bytes[lineEnd] === CR) {
        if (at === end) this.#skipLineFeed = true;
        else if (bytes[at] === LF) at++;
      }
    }
    this.#letGo(bytes, at, end);
  }

  /** At the beginning of the stream: returns where its text begins, as far as these bytes tell. */
  #passByteOrderMark(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (bytes[at] !== BYTE_ORDER_MARK[this.#markBytes]) {
        if (this.#markBytes > 0) this.#keepLine(BYTE_ORDER_MARK, 0, this.#markBytes);
        this.#markBytes = BYTE_ORDER_MARK.length;
        return at;
      }
      at++;
      this.#markBytes++;
      if (this.#markBytes === BYTE_ORDER_MARK.length) return at;
    }
    return at;
  }

  /**
   * The form our servers send, `id: N LF data: TEXT LF LF`, in one step when it lies whole at `at`; returns the
   * position after it, or `at` for the general path. The caller has made sure that there is no CR.
   */
  #readSimpleEvent(bytes: Buffer, at: number, end: number): number {
    if (bytes[at] !== 0x69 || bytes[at + 1] !== 0x64 || bytes[at + 2] !== COLON || bytes[at + 3] !== SPACE) return at;
    const idStart = at + 4;
    let idEnd = idStart;
    let id = 0;
    for (; idEnd < end; idEnd++) {
      const digit = (bytes[idEnd] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      id = id * 10 + digit;
    }
    // Only a number that is written in these very digits may stand for them.
    const idDigits = idEnd - idStart;
    if (idDigits === 0 || idDigits > MAX_ID_DIGITS || (bytes[idStart] === ZERO && idDigits > 1)) return at;
    const textStart = idEnd + DATA_PREFIX.length;
    if (textStart >= end || idEnd - at > this.#maxLineBytes) return at;
    for (let i = 0; i < DATA_PREFIX.length; i++) if (bytes[idEnd + i] !== DATA_PREFIX[i]) return at;
    const textEnd = findByte(bytes, LF, textStart, end);
    if (textEnd < 0 || textEnd + 1 === end || bytes[textEnd + 1] !== LF) return at;
    this.#checkLength('an event', this.#maxEventBytes, textEnd - textStart, bytes, textStart, textEnd);
    this.#numericId = id;
    this.#handlers.event(bytes, textStart, textEnd);
    return textEnd + 2;
  }

  #readLine(bytes: Buffer, start: number, end: number): void {
    const line = this.#line;
    this.#checkLength('a line', this.#maxLineBytes, line.length + end - start, bytes, start, end);
    if (line.length === 0) {
      this.#interpret(bytes, start, end);
    } else {
      line.append(bytes, start, end);
      const { length } = line;
      // Cleared first, so that nothing is appended to it twice; its bytes stay until the rest of this feed is kept.
      const whole = line.bytes;
      line.clear();
      this.#interpret(whole, 0, length);
    }
  }

  #interpret(bytes: Buffer, start: number, end: number): void {
    if (start === end) {
      this.#dispatch();
      return;
    }
    if (bytes[start] === COLON) {
      this.#handlers.comment?.();
      return;
    }
    this.#blockOpen = true;
    if (isField(DATA, bytes, start, end)) {
      this.#addData(bytes, valueStart(DATA, bytes, start, end), end);
    } else if (isField(ID, bytes, start, end)) {
      const from = valueStart(ID, bytes, start, end);
      if (findByte(bytes, 0, from, end) >= 0) return;
      this.#pendingId = own(this.#pendingId);
      this.#pendingId.clear();
      this.#pendingId.append(bytes, from, end);
      this.#idPending = true;
    } else if (isField(EVENT, bytes, start, end)) {
      this.#type = own(this.#type);
      this.#type.clear();
      this.#type.append(bytes, valueStart(EVENT, bytes, start, end), end);
    } else if (isField(RETRY, bytes, start, end)) {
      const value = bytes.toString('latin1', valueStart(RETRY, bytes, start, end), end);
      if (/^[0-9]+$/.test(value)) this.#retryMs = Number(value);
    }
  }

  #addData(bytes: Buffer, start: number, end: number): void {
    let dataBytes = end - start;
    if (this.#dataLines > 0) {
      this.#keepData();
      dataBytes += this.#data.length + 1;
    }
    this.#checkLength('an event', this.#maxEventBytes, dataBytes, bytes, start, end);
    if (this.#dataLines === 0) {
      this.#inPlace = bytes;
      this.#inPlaceStart = start;
      this.#inPlaceEnd = end;
    } else {
      this.#data.appendByte(LF);
      this.#data.append(bytes, start, end);
    }
    this.#dataLines++;
  }

  #dispatch(): void {
    if (this.#idPending) {
      const freed = this.#id;
      this.#id = this.#pendingId;
      this.#pendingId = freed;
      this.#idPending = false;
      this.#numericId = null;
    }
    if (this.#dataLines > 0) {
      if (this.#inPlace !== null) this.#handlers.event(this.#inPlace, this.#inPlaceStart, this.#inPlaceEnd);
      else this.#handlers.event(this.#data.bytes, 0, this.#data.length);
    }
    this.#inPlace = null;
    this.#dataLines = 0;
    this.#data.clear();
    this.#type.clear();
    this.#blockOpen = false;
  }

  /** Copies what must outlive feed(): the data that lie in `bytes`, and the unfinished line. */
  #letGo(bytes: Buffer, rest: number, end: number): void {
    this.#keepData();
    if (rest < end) {
      this.#checkLength('a line', this.#maxLineBytes, this.#line.length + end - rest, bytes, rest, end);
      this.#keepLine(bytes, rest, end);
    }
  }

  #keepLine(bytes: Buffer, start: number, end: number): void {
    this.#line = own(this.#line);
    this.#line.append(bytes, start, end);
  }

  #keepData(): void {
    if (this.#inPlace === null) return;
    this.#data = own(this.#data);
    this.#data.append(this.#inPlace, this.#inPlaceStart, this.#inPlaceEnd);
    this.#inPlace = null;
  }

  #checkLength(unit: string, limit: number, length: number, bytes: Buffer, start: number, end: number): void {
    if (length <= limit) return;
    throw new WireError(`${unit} of at most ${limit} bytes`, `${length} with ${excerpt(bytes, start, end)}`);
  }
}

function isField(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const nameEnd = start + name.length;
  if (nameEnd > end || (nameEnd < end && bytes[nameEnd] !== COLON)) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}

/** Where the value of a field begins: after the colon and one space, or at the end of a line that is the name alone. */
function valueStart(name: Buffer, bytes: Buffer, start: number, end: number): number {
  const afterColon = Math.min(end, start + name.length + 1);
  return afterColon < end && bytes[afterColon] === SPACE ? afterColon + 1 : afterColon;
}
