import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mannKendall } from './trend.ts';

// Printed by SciPy 1.17 (kendalltau against time, exact).
it.each([
  [[1, 3, 2, 4, 5, 6, 8, 7], 24, 0.8571428571428571, 0.001736111111111111],
  [[5, 1, 4, 2, 8, 7, 9, 3, 6, 10], 19, 0.4222222222222222, 0.10831349206349207],
])('finds S, tau and p of %j', (series, s, tau, p) => {
  expect(mannKendall(series)).toEqual({ s, tau: expect.closeTo(tau, 12), p: expect.closeTo(p, 12) });
});

it('finds tau-b of a series with ties, as SciPy does', () => {
  const trend = mannKendall([1, 2, 2, 3, 3, 3, 5, 4, 6, 7, 7, 8]);
  expect(trend?.tau).toBeCloseTo(0.9298547766256364, 12);
  expect(trend?.p).toBeLessThan(0.001);
});

it('counts the orders of short series itself', () => {
  const orders = (values: number[]): number[][] =>
    values.length === 0
      ? [[]]
      : values.flatMap((value) => orders(values.filter((other) => other !== value)).map((rest) => [value, ...rest]));
  const trends = orders([1, 2, 3, 4, 5]).map((series) => mannKendall(series));
  for (const trend of trends) {
    const atLeast = trends.filter((other) => Math.abs(other?.s ?? 0) >= Math.abs(trend?.s ?? 0)).length;
    expect(trend?.p).toBeCloseTo(atLeast / trends.length, 12);
  }
});

it('has a small p as often as it says when there is no trend, and none but a large one when there is nothing', () => {
  const found = fc
    .sample(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 30, maxLength: 30 }), {
      numRuns: 1000,
      seed: 5,
    })
    .filter((series) => (mannKendall(series)?.p ?? 1) < 0.05).length;
  expect(found).toBeLessThan(80);
  expect(mannKendall([4, 4, 4, 4, 4, 4])).toEqual({ s: 0, tau: 0, p: 1 });
  expect(mannKendall([1, 2, 3, 4])).toBeNull();
  expect(mannKendall([1, 2, 3, 4, 5])?.p).toBeCloseTo(2 / 120, 12);
});
