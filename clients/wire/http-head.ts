import { CR, findByte, LF } from './byte-search.ts';
import { nothingCarried, own } from './carry.ts';
import { excerpt, WireError } from './reader.ts';

/** The head of one response. Its fields hold until the next head begins; header() only during the call that hands it out. */
export interface ResponseHead {
  readonly status: number;
  /** Status line, header fields and the blank line. */
  readonly headBytes: number;
  /** Whether the connection serves another request after this response (RFC 9112 9.3). */
  readonly keepAlive: boolean;
  readonly chunked: boolean;
  /** The Content-Length field, whether or not a body follows; null when there is none. */
  readonly contentLength: number | null;
  /** The value of a field, several of one name joined by ', ' (RFC 9110 5.3); null when there is none. */
  header(name: string): string | null;
}

const VERSION = Buffer.from('HTTP/1.');
const CONTENT_LENGTH = Buffer.from('content-length');
const TRANSFER_ENCODING = Buffer.from('transfer-encoding');
const CONNECTION = Buffer.from('connection');
const KEEP_ALIVE = Buffer.from('keep-alive');
const COLON = 0x3a;
const SPACE = 0x20;
const TAB = 0x09;
const DELETE = 0x7f;
const ZERO = 0x30;
const NINE = 0x39;
// Bytes looked at per step when a head is split over reads: what follows the head is not to be copied with it.
const STEP_BYTES = 1024;
const NO_SOURCE = Buffer.alloc(0);

/** tchar of RFC 9110 5.6.2, by byte. */
const isTokenByte = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  isTokenByte[character.charCodeAt(0)] = 1;
}

/**
 * Reads the lines of one HTTP/1.1 response head or trailer section up to its blank line (RFC 9112 2 to 5), looking only
 * at the fields that decide framing. Strict where lenience is how requests are smuggled: every line ends in CRLF, no
 * line is folded, no byte is a control character.
 */
export class HeadReader implements ResponseHead {
  readonly #maxHeadBytes: number;
  #carry = nothingCarried;
  /** Where the head lies once it is whole. */
  #source: Buffer = NO_SOURCE;
  #start = 0;
  /** Of the section being read: where its unfinished line begins and how far it has been searched, from its start. */
  #lineAt = 0;
  #searched = 0;
  #inTrailers = false;
  #minorVersion = 1;
  #close = false;
  #keepAliveAsked = false;
  status = 0;
  headBytes = 0;
  chunked = false;
  contentLength: number | null = null;

  constructor(maxHeadBytes: number) {
    this.#maxHeadBytes = maxHeadBytes;
  }

  /** False while some bytes of a section have been read and its blank line has not. */
  get idle(): boolean {
    return this.#searched === 0;
  }

  /** RFC 9110 6.4.1 and 15: 1xx, 204 and 304 end with their head, whatever their fields say. */
  get bodyless(): boolean {
    return this.status < 200 || this.status === 204 || this.status === 304;
  }

  get keepAlive(): boolean {
    if (this.#close || (this.#minorVersion === 0 && !this.#keepAliveAsked)) return false;
    return this.bodyless || this.chunked || this.contentLength !== null;
  }

  header(name: string): string | null {
    if (this.#source === NO_SOURCE) throw new Error('header() may be called only while the head is handed out');
    const wanted = `${name.toLowerCase()}:`;
    const values: string[] = [];
    for (const line of this.#source
      .toString('latin1', this.#start, this.#start + this.headBytes)
      .split('\r\n')
      .slice(1)) {
      if (line.slice(0, wanted.length).toLowerCase() !== wanted) continue;
      values.push(line.slice(wanted.length).replace(/^[ \t]+|[ \t]+$/g, ''));
    }
    return values.length === 0 ? null : values.join(', ');
  }

  /**
   * Reads on in a response head. Returns the position after its blank line, the fields of this object then being those
   * of the head until release(), or -1 when all of [start, end) was taken and more is needed.
   */
  readHead(bytes: Buffer, start: number, end: number): number {
    if (this.#searched === 0) {
      this.#inTrailers = false;
      this.#close = this.#keepAliveAsked = this.chunked = false;
      this.contentLength = null;
    }
    return this.#read(bytes, start, end);
  }

  /** The same for the trailer section of a chunked body (RFC 9112 7.1.2); its fields change nothing. */
  readTrailers(bytes: Buffer, start: number, end: number): number {
    this.#inTrailers = true;
    const after = this.#read(bytes, start, end);
    if (after >= 0) this.#carry.clear();
    return after;
  }

  /** Ends the validity of the head. */
  release(): void {
    this.#source = NO_SOURCE;
    this.#carry.clear();
  }

  #read(bytes: Buffer, start: number, end: number): number {
    if (this.#carry.length === 0) {
      const after = this.#readLines(bytes, start, end);
      if (after >= 0) return after;
      this.#carry = own(this.#carry);
      this.#carry.append(bytes, start, end);
      return after;
    }
    const carry = this.#carry;
    for (let at = start; at < end; at += STEP_BYTES) {
      const held = carry.length;
      carry.append(bytes, at, Math.min(end, at + STEP_BYTES));
      const after = this.#readLines(carry.bytes, 0, carry.length);
      if (after >= 0) return at + after - held;
    }
    return -1;
  }

  /** Takes every whole line of a section that begins at `base`. */
  #readLines(bytes: Buffer, base: number, end: number): number {
    for (;;) {
      const lineFeed = findByte(bytes, LF, base + this.#searched, end);
      const searched = (lineFeed < 0 ? end : lineFeed + 1) - base;
      if (searched > this.#maxHeadBytes) {
        throw new WireError(`a response head of at most ${this.#maxHeadBytes} bytes`, excerpt(bytes, base, end));
      }
      this.#searched = searched;
      if (lineFeed < 0) return -1;
      const lineStart = base + this.#lineAt;
      const lineEnd = lineFeed - 1;
      if (lineEnd < lineStart || bytes[lineEnd] !== CR) {
        throw new WireError(
          'CRLF at the end of a line of the head',
          `LF alone after ${excerpt(bytes, lineStart, lineFeed)}`,
        );
      }
      if (this.#lineAt === 0 && !this.#inTrailers) {
        this.#readStatusLine(bytes, lineStart, lineEnd);
      } else if (lineEnd === lineStart) {
        this.#lineAt = this.#searched = 0;
        if (!this.#inTrailers) {
          this.#source = bytes;
          this.#start = base;
          this.headBytes = searched;
        }
        return lineFeed + 1;
      } else {
        this.#readField(bytes, lineStart, lineEnd);
      }
      this.#lineAt = searched;
    }
  }

  /** `HTTP/1.1 200 reason` (RFC 9112 4); the space before an absent reason may be missing, as many servers leave it out. */
  #readStatusLine(bytes: Buffer, start: number, end: number): void {
    const minorVersion = digit(bytes[start + 7]);
    const hundreds = digit(bytes[start + 9]);
    const tens = digit(bytes[start + 10]);
    const ones = digit(bytes[start + 11]);
    const valid =
      end - start >= 12 &&
      textIs(VERSION, bytes, start) &&
      (minorVersion === 0 || minorVersion === 1) &&
      bytes[start + 8] === SPACE &&
      hundreds >= 1 &&
      hundreds <= 5 &&
      tens >= 0 &&
      ones >= 0 &&
      (end - start === 12 || (bytes[start + 12] === SPACE && isPrintable(bytes, start + 13, end)));
    if (!valid) throw new WireError("a status line such as 'HTTP/1.1 200 OK'", excerpt(bytes, start, end));
    this.#minorVersion = minorVersion;
    this.status = hundreds * 100 + tens * 10 + ones;
  }

  #readField(bytes: Buffer, start: number, end: number): void {
    let colon = start;
    while (isTokenByte[bytes[colon] as number] === 1) colon++;
    if (colon === start || bytes[colon] !== COLON) {
      throw new WireError('a field line such as "Name: value", not folded', excerpt(bytes, start, end));
    }
    let valueStart = colon + 1;
    if (!isPrintable(bytes, valueStart, end)) {
      throw new WireError('a field value without control characters', excerpt(bytes, start, end));
    }
    const nameBytes = colon - start;
    if (
      this.#inTrailers ||
      (nameBytes !== CONTENT_LENGTH.length && nameBytes !== TRANSFER_ENCODING.length && nameBytes !== CONNECTION.length)
    )
      return;
    let valueEnd = end;
    while (valueStart < end && isBlank(bytes[valueStart])) valueStart++;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) valueEnd--;
    if (nameBytes === CONTENT_LENGTH.length && nameIs(CONTENT_LENGTH, bytes, start)) {
      this.#readContentLength(bytes, valueStart, valueEnd);
    } else if (nameBytes === TRANSFER_ENCODING.length && nameIs(TRANSFER_ENCODING, bytes, start)) {
      this.#readTransferEncoding(bytes, valueStart, valueEnd);
    } else if (nameBytes === CONNECTION.length && nameIs(CONNECTION, bytes, start)) {
      this.#readConnection(bytes, valueStart, valueEnd);
    }
  }

  /** The list of connection options (RFC 9110 7.6.1); usually it is one. */
  #readConnection(bytes: Buffer, start: number, end: number): void {
    if (end - start === KEEP_ALIVE.length && nameIs(KEEP_ALIVE, bytes, start)) {
      this.#keepAliveAsked = true;
      return;
    }
    for (const option of bytes.toString('latin1', start, end).toLowerCase().split(',')) {
      if (option.trim() === 'close') this.#close = true;
      if (option.trim() === 'keep-alive') this.#keepAliveAsked = true;
    }
  }

  #readContentLength(bytes: Buffer, start: number, end: number): void {
    let length = start < end ? 0 : -1;
    for (let at = start; at < end && length >= 0; at++) {
      const byte = bytes[at] as number;
      length = byte < ZERO || byte > NINE ? -1 : length * 10 + byte - ZERO;
      if (length > Number.MAX_SAFE_INTEGER) length = -1;
    }
    if (length < 0) throw new WireError('a Content-Length in digits', excerpt(bytes, start, end));
    if (this.contentLength !== null && this.contentLength !== length) {
      throw new WireError('one Content-Length', `${this.contentLength} and ${length}`);
    }
    this.contentLength = length;
    this.#rejectTwoFramings();
  }

  #readTransferEncoding(bytes: Buffer, start: number, end: number): void {
    if (this.chunked || this.#minorVersion === 0 || bytes.toString('latin1', start, end).toLowerCase() !== 'chunked') {
      throw new WireError('at most one Transfer-Encoding, in HTTP/1.1, and that chunked', excerpt(bytes, start, end));
    }
    this.chunked = true;
    this.#rejectTwoFramings();
  }

  #rejectTwoFramings(): void {
    if (!this.chunked || this.contentLength === null) return;
    throw new WireError('Content-Length or Transfer-Encoding', 'both (RFC 9112 6.3)');
  }
}

/** Whether a reason or a field value has no control character but tabs (RFC 9110 5.5). */
function isPrintable(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if ((byte < SPACE && byte !== TAB) || byte === DELETE) return false;
  }
  return true;
}

function digit(byte: number | undefined): number {
  return byte === undefined || byte < ZERO || byte > NINE ? -1 : byte - ZERO;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** Whether the bytes at `start` are `name` (lower case letters and hyphens) in any case; the length is known to fit. */
function nameIs(name: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < name.length; i++) {
    // Setting bit 5 lowers a letter and leaves '-' alone; no other tchar becomes one of these.
    if (((bytes[start + i] as number) | 0x20) !== name[i]) return false;
  }
  return true;
}

function textIs(text: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}
