import type { FeedEvent } from './event.ts';

/**
 * Lays events out as the bytes that go on the wire, in one buffer. They are the same for every subscriber of a
 * transport, so they are made once for all.
 */
export type Framing = (events: readonly FeedEvent[]) => Buffer;

const CRLF = Buffer.from('\r\n');
/** FIN and opcode 1 (text). */
const FINAL_TEXT = 0x81;

/**
 * One buffer of these parts. Not from Node's pool of 8 KiB buffers (see encodeEvent): it lives until the slowest
 * subscriber has taken it.
 */
function joined(parts: readonly Buffer[]): Buffer {
  const target = Buffer.allocUnsafeSlow(parts.reduce((bytes, part) => bytes + part.length, 0));
  let end = 0;
  for (const part of parts) end += part.copy(target, end);
  return target;
}

/** One chunk of the chunked transfer coding (RFC 9112 7.1), in parts: the size in hex, the data, each with CRLF. */
function chunkParts(data: Buffer): Buffer[] {
  return [Buffer.from(`${data.length.toString(16)}\r\n`), data, CRLF];
}

/** These bytes as one chunk. */
export function chunkOf(data: string): Buffer {
  return joined(chunkParts(Buffer.from(data)));
}

/** Each event as a chunk of its own. */
export function chunkFraming(encode: (event: FeedEvent) => Buffer): Framing {
  return (events) => joined(events.flatMap((event) => chunkParts(encode(event))));
}

/** The header of an unmasked frame with this much payload (RFC 6455 5.2), the length in its shortest form. */
function textFrameHeader(payloadBytes: number): Buffer {
  if (payloadBytes <= 125) return Buffer.from([FINAL_TEXT, payloadBytes]);
  if (payloadBytes <= 0xffff) return Buffer.from([FINAL_TEXT, 126, payloadBytes >> 8, payloadBytes & 0xff]);
  const header = Buffer.alloc(10);
  header.set([FINAL_TEXT, 127]);
  header.writeUIntBE(payloadBytes, 4, 6);
  return header;
}

/** Each event as a text frame of its own. */
export const textFrameFraming: Framing = (events) =>
  joined(events.flatMap(({ text }) => [textFrameHeader(text.length), text]));
