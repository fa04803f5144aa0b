import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { decodeBuckets } from '../statistics/decode-windows.ts';
import type { BucketCounts } from '../statistics/latency-sample.ts';
import { HdrCounts } from './hdr-counts.ts';
import { encodeHistogram } from './hdr-v2.ts';
import { WordReader, writeCounts, writeWord } from './hdr-words.ts';

type Values = readonly (readonly [value: number, octave: number, count: number])[];

const values: fc.Arbitrary<Values> = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 1e6 })),
  { maxLength: 40 },
);
const significantDigits = fc.constantFrom(2 as const, 3 as const);

function bucketsOf(of: Values, digits: 2 | 3): BucketCounts {
  const counts = new HdrCounts(digits);
  for (const [value, octave, count] of of) counts.record(value * 2 ** octave, count);
  return counts.buckets();
}

function libraryText(of: Values, digits: 2 | 3): string {
  const histogram = build({ bitBucketSize: 32, autoResize: true, numberOfSignificantValueDigits: digits });
  for (const [value, octave, count] of of) histogram.recordValueWithCount(value * 2 ** octave, count);
  return encodeIntoCompressedBase64(histogram);
}

describe('the V2 encoding of HdrHistogram', () => {
  it('has counts of the same length as those of the library, and they are read as they were', () => {
    fc.assert(
      fc.property(significantDigits, values, (digits, of) => {
        const buckets = bucketsOf(of, digits);
        const bytes: number[] = [];
        writeCounts(bytes, buckets, digits);
        const whole = inflateSync(Buffer.from(libraryText(of, digits), 'base64').subarray(8));
        // An empty histogram of the library has a count of 0.
        if (of.length > 0) expect(bytes).toHaveLength(whole.length - 40);
        expect(bytes).not.toContain(0);
        writeWord(bytes, 0);
        const reader = new WordReader(Uint8Array.from(bytes));
        expect(reader.counts(digits)).toEqual(buckets);
        expect(reader.isAtEnd).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is read by the library as the same histogram', async () => {
    await fc.assert(
      fc.asyncProperty(significantDigits, values, async (digits, of) => {
        const text = await encodeHistogram(bucketsOf(of, digits), digits);
        expect(decodeBuckets(text)).toEqual(bucketsOf(of, digits));
        const [ours, theirs] = [text, libraryText(of, digits)].map((each) =>
          decodeFromCompressedBase64(each, 32, false),
        );
        expect(ours?.numberOfSignificantValueDigits).toBe(digits);
        for (const percent of [1, 50, 99, 100]) {
          expect(ours?.getValueAtPercentile(percent)).toBe(theirs?.getValueAtPercentile(percent));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('says what is none', () => {
    const read = (...bytes: number[]) => new WordReader(Uint8Array.from(bytes)).counts(2);
    expect(() => read()).toThrow('cut off');
    expect(() => read(0xff, 0xff)).toThrow('cut off');
    // Minus 2^30: so many empty buckets.
    expect(() => read(0xff, 0xff, 0xff, 0xff, 0x07, 0)).toThrow('too many buckets');
  });
});
