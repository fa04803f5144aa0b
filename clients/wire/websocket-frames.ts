import { isUtf8 } from 'node:buffer';
import { type Carry, nothingCarried, own } from './carry.ts';
import { type ByteRange, excerpt, WireError, type WireReader } from './reader.ts';

export { expectedAccept, websocketHandshake } from './websocket-handshake.ts';

/** What the frames of a server hand out. */
export interface WebSocketFrameHandlers {
  /** A whole text message; in place unless it is split over reads or fragmented. */
  text: ByteRange;
  /** A whole binary message. Without it one is a WireError. */
  binary?: ByteRange;
  /** Is to be answered with pongFrame of the same bytes (RFC 6455 5.5.3). */
  ping: ByteRange;
  pong?: ByteRange;
  /** `code` is null when the server gave none. Whatever comes after is discarded (RFC 6455 1.4). */
  closing(code: number | null, reason: string): void;
}

/** Opcodes of RFC 6455 5.2. */
export const opcodes = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

const FIN = 0x80;
const RSV = 0x70;
const OPCODE = 0x0f;
const MASK = 0x80;
const LENGTH = 0x7f;
const LENGTH_16_BITS = 126;
const LENGTH_64_BITS = 127;
const MAX_CONTROL_BYTES = 125;

/**
 * The frames of a WebSocket server as a client reads them (RFC 6455 5.2 to 5.5), no extension being negotiated:
 * unmasked, lengths in their shortest form, fragments joined, control frames between fragments.
 *
 * UTF-8 is not validated in text (RFC 6455 8.1 would have the client fail the connection): the observer compares every
 * event byte for byte, which finds invalid UTF-8 too and does not cost a second pass here.
 */
export class WebSocketFrameReader implements WireReader {
  readonly #handlers: WebSocketFrameHandlers;
  readonly #maxMessageBytes: number;
  #header = nothingCarried;
  #message = nothingCarried;
  #control = nothingCarried;
  /** text or binary while a fragmented message is unfinished, otherwise 0. */
  #fragmented = 0;
  #opcode = 0;
  #final = false;
  /** Payload bytes of the frame; of these still to come when it is split over reads. */
  #length = 0;
  #left = 0;
  #closed = false;
  #frames = 0;

  /** A message of more than `maxMessageBytes` is a WireError as soon as its header says so. */
  constructor(handlers: WebSocketFrameHandlers, { maxMessageBytes }: { maxMessageBytes: number }) {
    this.#handlers = handlers;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Data frames begun: text, binary and continuation. */
  get frames(): number {
    return this.#frames;
  }

  get between(): boolean {
    return this.#left === 0 && this.#fragmented === 0 && this.#header.length === 0;
  }

  feed(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#closed) {
      if (this.#left > 0) at = this.#continuePayload(bytes, at, end);
      else if (this.#header.length > 0) at = this.#continueHeader(bytes, at, end);
      else at = this.#readFrame(bytes, at, end);
    }
  }

  #readFrame(bytes: Buffer, at: number, end: number): number {
    const headerEnd = at + (end - at < 2 ? 2 : headerBytes(bytes[at + 1] as number));
    if (headerEnd > end) {
      this.#header = own(this.#header);
      this.#header.append(bytes, at, end);
      return end;
    }
    this.#readHeader(bytes, at);
    return this.#readPayload(bytes, headerEnd, end);
  }

  #continueHeader(bytes: Buffer, start: number, end: number): number {
    const header = this.#header;
    let at = start;
    while (header.length < 2 || header.length < headerBytes(header.bytes[1] as number)) {
      if (at === end) return end;
      header.appendByte(bytes[at++] as number);
    }
    this.#readHeader(header.bytes, 0);
    header.clear();
    return this.#readPayload(bytes, at, end);
  }

  /** Reads and checks the header at `at`, which lies whole in `bytes`. */
  #readHeader(bytes: Buffer, at: number): void {
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const opcode = first & OPCODE;
    let length = second & LENGTH;
    if ((first & RSV) !== 0 || (second & MASK) !== 0) {
      throw new WireError('an unmasked frame without reserved bits', excerpt(bytes, at, at + 2));
    }
    if (length === LENGTH_16_BITS) {
      length = bytes.readUInt16BE(at + 2);
      if (length < LENGTH_16_BITS) throw shortestLengthExpected(length);
    } else if (length === LENGTH_64_BITS) {
      length = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
      if (length < 2 ** 16) throw shortestLengthExpected(length);
    }
    this.#opcode = opcode;
    this.#final = (first & FIN) !== 0;
    this.#length = length;
    if (opcode >= opcodes.close) {
      if (opcode > opcodes.pong) throw new WireError('a known opcode', `0x${opcode.toString(16)}`);
      if (!this.#final) throw new WireError('a control frame in one piece', 'a fragment of one');
      if (length > MAX_CONTROL_BYTES) {
        throw new WireError(`a control frame of at most ${MAX_CONTROL_BYTES} bytes`, `${length}`);
      }
      return;
    }
    if (opcode > opcodes.binary) throw new WireError('a known opcode', `0x${opcode.toString(16)}`);
    if ((opcode === opcodes.continuation) !== (this.#fragmented !== 0)) {
      throw this.#fragmented === 0
        ? new WireError('the beginning of a message', 'a continuation frame')
        : new WireError('the continuation of a fragmented message', 'the beginning of another');
    }
    if (opcode === opcodes.binary && this.#handlers.binary === undefined) {
      throw new WireError('a text frame', 'a binary frame');
    }
    if (this.#message.length + length > this.#maxMessageBytes) {
      throw new WireError(
        `a message of at most ${this.#maxMessageBytes} bytes`,
        `${this.#message.length + length} with a frame of ${length}`,
      );
    }
    if (!this.#final && opcode !== opcodes.continuation) this.#fragmented = opcode;
    this.#frames++;
  }

  /** Reads the payload that begins at `at`: whole, or as much of it as there is. */
  #readPayload(bytes: Buffer, at: number, end: number): number {
    const stop = at + this.#length;
    if (stop > end) {
      const carry = this.#ownCarry();
      carry.reserve(carry.length + this.#length);
      carry.append(bytes, at, end);
      this.#left = stop - end;
      return end;
    }
    if (this.#opcode >= opcodes.close) {
      this.#deliverControl(bytes, at, stop);
    } else if (this.#final && this.#fragmented === 0) {
      this.#deliverMessage(this.#opcode, bytes, at, stop);
    } else {
      this.#ownCarry().append(bytes, at, stop);
      if (this.#final) this.#deliverCarried();
    }
    return stop;
  }

  /** Where the payload of this frame is collected. */
  #ownCarry(): Carry {
    if (this.#opcode >= opcodes.close) {
      this.#control = own(this.#control);
      return this.#control;
    }
    this.#message = own(this.#message);
    return this.#message;
  }

  #continuePayload(bytes: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + this.#left);
    const isControl = this.#opcode >= opcodes.close;
    const carry = isControl ? this.#control : this.#message;
    carry.append(bytes, at, stop);
    this.#left -= stop - at;
    if (this.#left > 0) return stop;
    if (isControl) {
      this.#deliverControl(carry.bytes, 0, carry.length);
      carry.clear();
    } else if (this.#final) {
      this.#deliverCarried();
    }
    return stop;
  }

  /** Delivers the message whose frames are all in `#message`. */
  #deliverCarried(): void {
    const opcode = this.#fragmented === 0 ? this.#opcode : this.#fragmented;
    this.#fragmented = 0;
    this.#deliverMessage(opcode, this.#message.bytes, 0, this.#message.length);
    this.#message.clear();
  }

  #deliverMessage(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === opcodes.text) this.#handlers.text(bytes, start, end);
    else this.#handlers.binary?.(bytes, start, end);
  }

  #deliverControl(bytes: Buffer, start: number, end: number): void {
    if (this.#opcode === opcodes.ping) this.#handlers.ping(bytes, start, end);
    else if (this.#opcode === opcodes.pong) this.#handlers.pong?.(bytes, start, end);
    else this.#deliverClose(bytes, start, end);
  }

  /** The body of a close frame (RFC 6455 5.5.1, 7.4): nothing, or a code and a reason in UTF-8. */
  #deliverClose(bytes: Buffer, start: number, end: number): void {
    this.#closed = true;
    this.#fragmented = 0;
    this.#message.clear();
    if (start === end) {
      this.#handlers.closing(null, '');
      return;
    }
    const code = end - start < 2 ? 0 : bytes.readUInt16BE(start);
    if (!isSentCloseCode(code) || !isUtf8(bytes.subarray(start + 2, end))) {
      throw new WireError('a close frame with a valid code and a reason in UTF-8', excerpt(bytes, start, end));
    }
    this.#handlers.closing(code, bytes.toString('utf8', start + 2, end));
  }
}

/** The close codes that may be on the wire: RFC 6455 7.4.1 with the additions of the IANA registry, and 7.4.2. */
function isSentCloseCode(code: number): boolean {
  return (code >= 3000 && code <= 4999) || (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006));
}

function headerBytes(secondByte: number): number {
  const length = secondByte & LENGTH;
  if (length < LENGTH_16_BITS) return 2;
  return length === LENGTH_16_BITS ? 4 : 10;
}

function shortestLengthExpected(length: number): WireError {
  return new WireError('a length in its shortest form', `${length} in a longer one`);
}

/** A client's frame (RFC 6455 5.3): final, `payload` masked with the four bytes of `maskKey`, an unsigned 32-bit number. */
export function maskedFrame(opcode: number, payload: Buffer, maskKey: number): Buffer {
  const length = payload.length;
  const lengthForm = length < LENGTH_16_BITS ? length : length < 2 ** 16 ? LENGTH_16_BITS : LENGTH_64_BITS;
  const payloadAt = headerBytes(lengthForm) + 4;
  const frame = Buffer.allocUnsafe(payloadAt + length);
  frame[0] = FIN | opcode;
  frame[1] = MASK | lengthForm;
  if (lengthForm === LENGTH_16_BITS) frame.writeUInt16BE(length, 2);
  else if (lengthForm === LENGTH_64_BITS) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.writeUInt32BE(maskKey, payloadAt - 4);
  for (let i = 0; i < length; i++) {
    frame[payloadAt + i] = (payload[i] as number) ^ (frame[payloadAt - 4 + (i & 3)] as number);
  }
  return frame;
}

/** The answer to a ping with this payload. Like every mask key, this one should be random (RFC 6455 5.3). */
export function pongFrame(payload: Buffer, maskKey: number): Buffer {
  return maskedFrame(opcodes.pong, payload, maskKey);
}

/** A close frame; a reason of more than 123 bytes of UTF-8 is a RangeError. */
export function closeFrame(code: number, reason: string, maskKey: number): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  if (payload.length > MAX_CONTROL_BYTES) {
    throw new RangeError(`a close reason has at most ${MAX_CONTROL_BYTES - 2} bytes, got ${payload.length - 2}`);
  }
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return maskedFrame(opcodes.close, payload, maskKey);
}
