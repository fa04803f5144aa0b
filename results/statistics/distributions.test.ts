import fc from 'fast-check';
import { cumulativeStdNormalProbability, probit } from 'simple-statistics';
import { expect, it } from 'vitest';
import { normalCdf, studentCdf, studentQuantile } from './distributions.ts';

// Printed by SciPy 1.17.
it.each([
  [-8, 6.22096057427174e-16],
  [-3, 0.0013498980316300933],
  [-1.96, 0.024997895148220435],
  [0, 0.5],
  [0.3, 0.6179114221889526],
  [2.5, 0.9937903346742238],
])('has the normal probability of %d', (z, probability) => {
  expect(normalCdf(z) / probability).toBeCloseTo(1, 10);
});

it.each([
  [0.975, 1, 12.706204736174694],
  [0.975, 2, 4.302652729749462],
  [0.975, 4, 2.7764451051977934],
  [0.975, 5.5, 2.501858617589239],
  [0.995, 4, 4.604094871349992],
  [0.995, 30, 2.7499956535672254],
  [0.6, 9, 0.260955336473911],
  [0.05, 4, -2.1318467863266495],
  [0.975, 1000, 1.9623390808264083],
  [0.975, Number.POSITIVE_INFINITY, 1.959963984540054],
])("has the quantile %d of Student's t with %d degrees of freedom", (probability, degreesOfFreedom, t) => {
  expect(studentQuantile(probability, degreesOfFreedom)).toBeCloseTo(t, 9);
});

it('agrees with the normal distribution of a library, to the digits of its table and its probit', () => {
  fc.assert(
    fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (z) => {
      expect(Math.abs(normalCdf(z) - cumulativeStdNormalProbability(z))).toBeLessThan(0.005);
      const probability = normalCdf(z);
      expect(Math.abs(studentQuantile(probability, Number.POSITIVE_INFINITY) - z)).toBeLessThan(1e-6);
      expect(Math.abs(probit(probability) - z)).toBeLessThan(0.01);
    }),
  );
});

it('inverts itself for any level and any degrees of freedom', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 1, max: 500, noNaN: true }),
      (p, n) => {
        expect(studentCdf(studentQuantile(p, n), n)).toBeCloseTo(p, 9);
      },
    ),
  );
});

it('refuses what has no quantile', () => {
  expect(() => studentQuantile(1, 4)).toThrow(RangeError);
  expect(() => studentQuantile(0.975, 0)).toThrow(/degrees of freedom above 0, got 0.975 and 0/);
});
