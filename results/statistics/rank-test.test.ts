import fc from 'fast-check';
import { permutationTest, wilcoxonRankSum } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import { mannWhitneyP, smallestMannWhitneyP } from './rank-test.ts';

/** Every way to choose `size` of the places 0 to `total` - 1. */
function subsets(total: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const all: number[][] = [];
  for (let first = from; first <= total - size; first++) {
    for (const rest of subsets(total, size - 1, first + 1)) all.push([first, ...rest]);
  }
  return all;
}

/** The same p by the definition: the rank sum of every subset, from a library. */
function pByListing(a: readonly number[], b: readonly number[]): number {
  const pooled = [...a, ...b];
  const mean = (a.length * (pooled.length + 1)) / 2;
  const distance = (places: readonly number[]) =>
    Math.abs(
      wilcoxonRankSum(
        places.map((place) => pooled[place] as number),
        pooled.filter((_, place) => !places.includes(place)),
      ) - mean,
    );
  const observed = distance(a.map((_, place) => place));
  const all = subsets(pooled.length, a.length);
  return all.filter((places) => distance(places) >= observed - 1e-9).length / all.length;
}

describe('the Mann-Whitney test', () => {
  // Printed by SciPy 1.17 (mannwhitneyu, exact).
  it.each([
    [[1.1, 2.2, 3.3, 4.4], [2.5, 3.5, 4.5, 5.5, 6.5], 1 / 9],
    [[1, 2, 3], [4, 5, 6, 7], 0.05714285714285714],
    [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], 2 / 924],
  ])('gives %j against %j its exact p', (a, b, p) => {
    expect(mannWhitneyP(a, b)).toBeCloseTo(p, 12);
  });

  it('agrees with the list of all subsets, with ties or without', () => {
    const values = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(mannWhitneyP(a, b)).toBeCloseTo(pByListing(a, b), 10);
      }),
      { numRuns: 60 },
    );
  });

  it("is the limit of a library's permutation test of the ranks", () => {
    // Eight of each, so that the library's means are exact and its ties are ties.
    const a = [3, 5, 8, 9, 12, 13, 16, 15];
    const b = [1, 2, 4, 6, 7, 10, 11, 14];
    const p = permutationTest(a, b, 'two_side', 40_000, seededRandom(1));
    expect(Math.abs(mannWhitneyP(a, b) - p)).toBeLessThan(0.01);
  });

  it('goes over to the normal limit for many values', () => {
    const series = (count: number, factor: number, modulus: number, offset: number) =>
      Array.from({ length: count }, (_, i) => ((i * factor) % modulus) + offset);
    // Printed by SciPy 1.17 (mannwhitneyu, asymptotic): 65 values, 53 of them different.
    expect(mannWhitneyP(series(35, 37, 101, 0), series(30, 53, 89, 9))).toBeCloseTo(0.5318817478148194, 12);
    const exact = mannWhitneyP(series(30, 37, 101, 0), series(30, 53, 89, 20));
    const limit = mannWhitneyP([...series(30, 37, 101, 0), 50], [...series(30, 53, 89, 20), 50]);
    expect(Math.abs(exact - limit)).toBeLessThan(0.01);
  });

  it('is 1 for equal values and does not depend on which sample comes first', () => {
    expect(mannWhitneyP([2, 2, 2], [2, 2])).toBe(1);
    const many = new Array(40).fill(2);
    expect(mannWhitneyP(many, many)).toBe(1);
    const a = [1, 5, 7, 7, 9];
    const b = [2, 3, 7, 11];
    expect(mannWhitneyP(a, b)).toBeCloseTo(mannWhitneyP(b, a), 12);
  });

  it('refuses empty samples and what is no number', () => {
    expect(() => mannWhitneyP([], [1])).toThrow(RangeError);
    expect(() => mannWhitneyP([Number.NaN], [1])).toThrow(RangeError);
  });
});

it.each([
  [3, 3, 0.1],
  [4, 4, 0.02857],
  [5, 5, 0.00794],
  [6, 6, 0.00216],
])('%d against %d trials have no p below %d', (a, b, p) => {
  expect(smallestMannWhitneyP(a, b)).toBeCloseTo(p, 5);
});
