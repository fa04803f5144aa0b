import type { BucketCounts } from '../statistics/latency-sample.ts';
import { heldBuckets, indexOf, valueAt } from './hdr-counts.ts';

/*
 * The body of the V2 encoding of HdrHistogram: numbers as LEB128 with zigzag (0, -1, 1, -2 ... are 0, 1, 2, 3 ...). A
 * positive one is the count of the next bucket, a negative one a row of so many empty buckets. A row of one may be written
 * as 0 too, and here it never is, so that a 0 can end a histogram.
 */

const MOST_WORD_BYTES = 9;
/** Beyond 2^53 a number is not whole. */
const MOST_OCTAVES = 54;
/** 2 * 10^digits values have a count of their own, rounded up to a power of two; every octave has half as many. */
const HALF_BUCKETS = { 2: 128, 3: 1024 } as const;

function fault(what: string): RangeError {
  return new RangeError(`no counts of a histogram: ${what}`);
}

/** Appends a whole number from -2^53 to 2^53. */
export function writeWord(bytes: number[], value: number): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
}

/** Appends the counts of buckets, which are those of a histogram with so many significant digits and in ascending order. */
export function writeCounts(bytes: number[], { lowUs, counts }: BucketCounts, significantDigits: 2 | 3): void {
  let next = 0;
  lowUs.forEach((low, at) => {
    const index = indexOf(low, significantDigits);
    if (index > next) writeWord(bytes, next - index);
    writeWord(bytes, counts[at] as number);
    next = index + 1;
  });
}

/** Reads what writeWord and writeCounts wrote. Throws a RangeError where the bytes are something else. */
export class WordReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  word(): number {
    const first = this.#bytes[this.#at] ?? 0x80;
    if (first < 0x80) {
      // Most numbers are one byte, and there are millions in a large document.
      this.#at += 1;
      return first & 1 ? -((first + 1) >> 1) : first >> 1;
    }
    let value = 0;
    for (let position = 0; position < MOST_WORD_BYTES; position++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw fault('they are cut off');
      // The ninth byte is whole.
      value += (position === MOST_WORD_BYTES - 1 ? byte : byte & 0x7f) * 2 ** (7 * position);
      if (byte < 0x80) break;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** The buckets that hold anything, up to and with the next 0. */
  counts(significantDigits: 2 | 3): BucketCounts {
    const half = HALF_BUCKETS[significantDigits];
    const lowUs: number[] = [];
    const nextUs: number[] = [];
    const counts: number[] = [];
    this.#walk(half, (index, count) => {
      lowUs.push(valueAt(index, half));
      nextUs.push(valueAt(index + 1, half));
      counts.push(count);
    });
    return { lowUs, nextUs, counts };
  }

  /** The buckets of so many histograms together, each up to and with its 0. */
  sum(histograms: number, significantDigits: 2 | 3): BucketCounts {
    const half = HALF_BUCKETS[significantDigits];
    const sums: number[] = [];
    for (let read = 0; read < histograms; read++) {
      this.#walk(half, (index, count) => {
        while (sums.length <= index) sums.push(0);
        sums[index] = (sums[index] as number) + count;
      });
    }
    return heldBuckets(sums, half);
  }

  #walk(half: number, visit: (index: number, count: number) => void): void {
    for (let index = 0, word = this.word(); word !== 0; word = this.word()) {
      if (word > 0) visit(index, word);
      index += word < 0 ? -word : 1;
      if (index > half * MOST_OCTAVES) throw fault('there are too many buckets');
    }
  }
}
