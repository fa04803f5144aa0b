import { crc32 } from 'node:zlib';
import { deriveSeed, seededRandom } from './random.ts';

/**
 * The event text: one line of JSON, an array with a fixed order,
 *
 *     [SEQ,DUE_US,"CHECKSUM","FILLER"]
 *
 * SEQ from 1 without a hole; DUE_US whole microseconds since the start of the feed; CHECKSUM eight hex digits, the
 * CRC-32 (IEEE 802.3) of the whole text without those eight digits; FILLER recomputable from (seed, seq, length).
 * The text is exactly `payloadBytes` long. An array and not an object, because key names alone would make the 32-byte
 * events of the `payload` scenario impossible.
 */
export interface EventHead {
  seq: number;
  /** Whole microseconds since the start of the feed. */
  dueUs: number;
}

/** What makes a feed's texts what they are, together with the schedule. */
export interface FeedText {
  seed: number;
  /** Exact size of every event text in bytes. */
  payloadBytes: number;
}

// `[` `,` `,"` + 8 digits + `","` `"]`
const FIXED_BYTES = 17;
const CHECKSUM_BYTES = 8;

// Words and three-digit numbers: about 1.6 bits a character, which deflates about 4 : 1, like ordinary JSON.
const WORDS = (
  'price bid ask open close high low volume time user room text state order item count total page size name ' +
  'temp wind rain speed level power score team goal shot pass foul red green blue amber north south east west ' +
  'alpha beta gamma delta kilo mega giga live idle busy ready done fail skip next prev first last left right up down'
).split(' ');

/** The smallest payloadBytes that holds every event of a feed ending with this seq and due time. */
export function minimumPayloadBytes(lastSeq: number, lastDueUs: number): number {
  return FIXED_BYTES + String(lastSeq).length + String(lastDueUs).length;
}

function writeFiller(target: Buffer, start: number, end: number, seed: number): void {
  const random = seededRandom(seed);
  let at = start;
  while (at < end) {
    const word = WORDS[Math.floor(random() * WORDS.length)] as string;
    const number = Math.floor(random() * 1000);
    at += target.write(`${word} ${String(number).padStart(3, '0')} `, at, end - at, 'latin1');
  }
}

/**
 * The text of one event, byte for byte the same wherever it is computed.
 * Throws a RangeError when payloadBytes is too small for this seq and due time (see minimumPayloadBytes).
 */
export function eventText(feed: FeedText, seq: number, dueUs: number): Buffer {
  const head = `[${seq},${dueUs},"`;
  const { payloadBytes } = feed;
  const fillerStart = head.length + CHECKSUM_BYTES + 3;
  const fillerEnd = payloadBytes - 2;
  if (fillerEnd < fillerStart) {
    throw new RangeError(
      `event ${seq} due at ${dueUs} us needs at least ${minimumPayloadBytes(seq, dueUs)} bytes, payloadBytes is ${payloadBytes}`,
    );
  }
  const text = Buffer.allocUnsafe(payloadBytes);
  text.write(head, 0, 'latin1');
  text.write('","', head.length + CHECKSUM_BYTES, 'latin1');
  writeFiller(text, fillerStart, fillerEnd, deriveSeed(feed.seed, seq, payloadBytes));
  text.write('"]', fillerEnd, 'latin1');
  const checksum = crc32(text.subarray(head.length + CHECKSUM_BYTES), crc32(text.subarray(0, head.length)));
  text.write(checksum.toString(16).padStart(CHECKSUM_BYTES, '0'), head.length, 'latin1');
  return text;
}

const HEAD = /^\[([1-9]\d{0,15}),(0|[1-9]\d{0,15}),"/;

/** The seq and due time that a text claims, or null when it does not begin like an event. Nothing is verified here. */
export function readEventHead(bytes: Buffer, start: number, end: number): EventHead | null {
  const match = HEAD.exec(bytes.toString('latin1', start, Math.min(end, start + 40)));
  return match === null ? null : { seq: Number(match[1]), dueUs: Number(match[2]) };
}

/** Whether a text is whole: its checksum is that of its other bytes. Needs no seed, so anybody can check a feed. */
export function checksumHolds(text: Buffer): boolean {
  const head = HEAD.exec(text.toString('latin1', 0, 40))?.[0];
  if (head === undefined || text.length < head.length + CHECKSUM_BYTES) return false;
  const rest = text.subarray(head.length + CHECKSUM_BYTES);
  const expected = crc32(rest, crc32(text.subarray(0, head.length)));
  const stated = text.toString('latin1', head.length, head.length + CHECKSUM_BYTES);
  return stated === expected.toString(16).padStart(CHECKSUM_BYTES, '0');
}
