import type { BucketCounts } from '../statistics/latency-sample.ts';
import { bytesOfBase64, inflate } from './deflate.ts';
import { WordReader, writeCounts, writeWord } from './hdr-words.ts';

/** The latencies of one trial by the events that they belong to. Window k follows window k - 1. */
export interface LatencyWindows {
  /** How many events each window holds. */
  events: number[];
  /**
   * A histogram of each window, with 2 significant digits and in whole microseconds: the counts of one after the other as
   * the V2 encoding of HdrHistogram has them, each ended by a 0; deflated (zlib) together, base64.
   */
  histograms: string;
}

const SIGNIFICANT_DIGITS = 2;

/** More than 20 windows from 0 us to an hour, every bucket held by millions, come to. */
export const MOST_PACKED_BYTES = 1e6;

/** The counts of windows as they are before they are deflated. */
export function packWindows(windows: readonly BucketCounts[]): Uint8Array {
  const bytes: number[] = [];
  for (const window of windows) {
    writeCounts(bytes, window, SIGNIFICANT_DIGITS);
    writeWord(bytes, 0);
  }
  return Uint8Array.from(bytes);
}

/** The counts of so many windows, inflated. Throws a RangeError when the bytes are those of something else. */
export function unpackWindows(bytes: Uint8Array, windows: number): BucketCounts[] {
  const reader = new WordReader(bytes);
  const unpacked: BucketCounts[] = [];
  while (!reader.isAtEnd) unpacked.push(reader.counts(SIGNIFICANT_DIGITS));
  if (unpacked.length !== windows) throw new RangeError(`${unpacked.length} windows, of ${windows}`);
  return unpacked;
}

/** The counts of so many windows together, inflated; faster than to add up what unpackWindows gives. Throws as it does. */
export function unpackSum(bytes: Uint8Array, windows: number): BucketCounts {
  const reader = new WordReader(bytes);
  const sum = reader.sum(windows, SIGNIFICANT_DIGITS);
  if (!reader.isAtEnd) throw new RangeError(`more than ${windows} windows`);
  return sum;
}

/** The latencies of each window, with what browsers have too. Rejects when they cannot be read. */
export async function readWindows({ events, histograms }: LatencyWindows): Promise<BucketCounts[]> {
  const bytes = await inflate(bytesOfBase64(histograms), 'deflate', MOST_PACKED_BYTES);
  if (bytes === null) throw new RangeError('the windows are too large');
  return unpackWindows(bytes, events.length);
}
