import fc from 'fast-check';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import { encodeWindows } from '../recording/latency-windows.ts';
import { decodeBuckets, latencySample } from './decode-windows.ts';
import { Mixture, percentileUs } from './latency-sample.ts';

function histogramOf(valuesUs: readonly number[]) {
  const histogram = build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2 * 3_600_000_000,
    numberOfSignificantValueDigits: 2,
  });
  for (const value of valuesUs) histogram.recordValue(value);
  return histogram;
}
const bucketsOf = (valuesUs: readonly number[]) => decodeBuckets(encodeIntoCompressedBase64(histogramOf(valuesUs)));
const windowsOf = (...windows: readonly number[][]) =>
  encodeWindows(
    windows.map((valuesUs) => valuesUs.length),
    windows.map(bucketsOf),
  );
const latencies = fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { minLength: 1, maxLength: 30 });

it('reads every bucket of a histogram', () => {
  expect(bucketsOf([3, 3, 255, 256, 257, 70_001])).toEqual({
    lowUs: [3, 255, 256, 69_632],
    nextUs: [4, 256, 258, 70_144],
    counts: [2, 1, 2, 1],
  });
  expect(() => decodeBuckets('no histogram')).toThrow();
});

it('finds the percentile of any mixture in the bucket of the value with that rank', () => {
  const groups = fc.array(fc.record({ latencies, weight: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(groups, fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1), (parts, fraction) => {
      const values = parts
        .flatMap((part) => Array.from({ length: part.weight }, () => part.latencies).flat())
        .sort((a, b) => a - b);
      const mixture = new Mixture(parts.map((part) => bucketsOf(part.latencies)));
      const us = mixture.percentileUs(
        fraction,
        Float64Array.from(parts, ({ weight }) => weight),
      );
      const ranked = values[Math.ceil(fraction * values.length) - 1];
      expect(us === null).toBe(ranked === undefined);
      if (us === null || ranked === undefined) return;
      // The library gives the highest whole value of its bucket.
      const highest = histogramOf([ranked]).getValueAtPercentile(100);
      expect(us).toBeLessThanOrEqual(highest + 0.5);
      expect(us).toBeGreaterThan(highest - Math.max(1, highest / 128) - 0.5);
    }),
  );
});

it('finds the percentile of a group alone, as a mixture with nothing of the others has it', () => {
  fc.assert(
    fc.property(latencies, latencies, fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1), (one, other, fraction) => {
      const mixture = new Mixture([bucketsOf(one), bucketsOf(other)]);
      expect(percentileUs(bucketsOf(one), fraction)).toBe(mixture.percentileUs(fraction, Float64Array.of(1, 0)));
    }),
  );
  expect(percentileUs(bucketsOf([]), 0.5)).toBeNull();
});

it('keeps trials and windows apart and leaves out what has no delivery', () => {
  const sample = latencySample([
    { trial: 1, windows: windowsOf([100, 200], [], [300]) },
    { trial: 2, windows: windowsOf([]) },
    { trial: 3, windows: windowsOf([50]) },
  ]);
  expect(sample.trials).toEqual([1, 3]);
  expect(sample.windowCounts).toEqual([2, 1]);
  expect([sample.byTrial.groups, sample.byWindow.groups]).toEqual([2, 3]);
  expect(sample.byTrial.percentileUs(1, Float64Array.of(1, 0))).toBeCloseTo(301.5, 5);
  expect(sample.byTrial.percentileUs(1, Float64Array.of(0, 1))).toBeCloseTo(50.5, 5);
  expect(new Mixture([]).percentileUs(0.5, Float64Array.of())).toBeNull();
});
