import type { BucketCounts } from '../statistics/latency-sample.ts';
import { deflate } from './deflate.ts';
import { writeCounts } from './hdr-words.ts';

/*
 * The writing side of the V2 encoding of HdrHistogram, which the library has too, but in 70 KB and with a deflate of its own:
 * a page writes histograms with this and what the browser has.
 */

const COMPRESSED_COOKIE = 0x1c849314;
const COOKIE = 0x1c849313;
const COMPRESSED_HEAD_BYTES = 8;
const HEAD_BYTES = 40;

/** A histogram of whole numbers with these buckets, V2, compressed, base64: the library reads it like one of its own. */
export async function encodeHistogram(buckets: BucketCounts, significantDigits: 2 | 3): Promise<string> {
  const counts: number[] = [];
  writeCounts(counts, buckets, significantDigits);
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint32(0, COOKIE);
  head.setUint32(4, counts.length);
  head.setUint32(12, significantDigits);
  // The lowest value that can be told from 0, the highest, and the unit.
  head.setBigUint64(16, 1n);
  head.setBigUint64(24, BigInt(Math.max(2, (buckets.nextUs.at(-1) ?? 0) - 1)));
  head.setFloat64(32, 1);
  const deflated = await deflate(Uint8Array.from([...new Uint8Array(head.buffer), ...counts]));
  const compressed = new DataView(new ArrayBuffer(COMPRESSED_HEAD_BYTES));
  compressed.setUint32(0, COMPRESSED_COOKIE);
  compressed.setUint32(4, deflated.length);
  const bytes = [...new Uint8Array(compressed.buffer), ...deflated];
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
}
