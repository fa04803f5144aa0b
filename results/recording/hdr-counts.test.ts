import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import { HdrCounts } from './hdr-counts.ts';

const newOracle = (numberOfSignificantValueDigits: 2 | 3) =>
  build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2 ** 40,
    numberOfSignificantValueDigits,
  });

/** Percentiles and count of values, once recorded by the library and once by HdrCounts. */
function bothWays(values: readonly number[], digits: 2 | 3) {
  const oracle = newOracle(digits);
  const counts = new HdrCounts(digits);
  for (const value of values) {
    oracle.recordValue(value);
    counts.record(value);
  }
  const ours = newOracle(digits);
  counts.addTo(ours);
  const seen = (histogram: typeof oracle) => [
    histogram.totalCount,
    ...[0, 1, 10, 50, 90, 99, 100].map((percent) => histogram.getValueAtPercentile(percent)),
  ];
  return { ours: seen(ours), oracle: seen(oracle) };
}

it.each([2, 3] as const)('counts every value where the library does, with %d digits', (digits) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 38 }), { minLength: 1, maxLength: 40 }), (values) => {
      const { ours, oracle } = bothWays(values, digits);
      expect(ours).toEqual(oracle);
    }),
  );
});

it.each([
  0,
  1,
  2047,
  2048,
  2049,
  4095,
  4096,
  2 ** 26,
  2 ** 26 - 1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 32,
  2 ** 38 - 1,
])('counts %d where the library does', (value) => {
  const { ours, oracle } = bothWays([value, value + 1], 3);
  expect(ours).toEqual(oracle);
});
