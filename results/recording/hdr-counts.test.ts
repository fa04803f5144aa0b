import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import { HdrCounts } from './hdr-counts.ts';

const newOracle = () =>
  build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2 ** 40,
    numberOfSignificantValueDigits: 3,
  });

/** Percentiles and count of values, once recorded by the library and once by HdrCounts. */
function bothWays(values: readonly number[]) {
  const oracle = newOracle();
  const counts = new HdrCounts();
  for (const value of values) {
    oracle.recordValue(value);
    counts.record(value);
  }
  const ours = newOracle();
  counts.addTo(ours);
  const seen = (histogram: typeof oracle) => [
    histogram.totalCount,
    ...[0, 1, 10, 50, 90, 99, 100].map((percent) => histogram.getValueAtPercentile(percent)),
  ];
  return { ours: seen(ours), oracle: seen(oracle) };
}

it('counts every value where the library does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 38 }), { minLength: 1, maxLength: 40 }), (values) => {
      const { ours, oracle } = bothWays(values);
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
  const { ours, oracle } = bothWays([value, value + 1]);
  expect(ours).toEqual(oracle);
});
