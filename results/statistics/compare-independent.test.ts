import { describe, expect, it } from 'vitest';
import { deriveSeed, seededRandom } from '../../servers/contract/random.ts';
import { scalarCell } from './compare.ts';
import { independentRatio } from './compare-independent.ts';
import { normalsFrom } from './fixtures/synthetic-trials.ts';

const cell = (values: readonly number[]) =>
  scalarCell(
    'cell',
    values.reduce((sum, value) => sum + value, 0) / values.length,
    values.map((value, i) => ({ trial: i + 1, value })),
  );

describe('the ratio of a cell in two runs', () => {
  it('has the interval of Welch, and a p that agrees with it', () => {
    const base = cell([100, 101, 99, 102, 98, 100]);
    const head = cell([120, 121, 119, 122, 118, 120]);
    const { ratio, p, ranksDiffer } = independentRatio(base, head, 1);
    expect(ratio?.value).toBeCloseTo(1.2, 12);
    // By hand: standard errors of ln 0.00577 and 0.00481, 9.7 degrees of freedom, t 2.24.
    expect(Math.log((ratio?.high ?? 0) / 1.2)).toBeCloseTo(2.24 * Math.hypot(0.00577, 0.00481), 2);
    expect((ratio?.low ?? 0) * (ratio?.high ?? 0)).toBeCloseTo(1.44, 10);
    expect(p).toBeLessThan(1e-6);
    expect(ranksDiffer).toBe(true);
  });

  it('does not pair trials of one number, which ran at other times', () => {
    const blocks = [1, 3, 0.5, 2, 1.5, 0.8];
    const { ratio } = independentRatio(cell(blocks), cell(blocks.map((block) => block * 1.2)), 1);
    expect(ratio?.low).toBeLessThan(1);
    expect(ratio?.high).toBeGreaterThan(1.5);
  });

  it('one wild trial does not let the ranks differ', () => {
    expect(independentRatio(cell([10, 11, 12, 9]), cell([10, 11, 12, 900]), 1).ranksDiffer).toBe(false);
  });

  it('has no interval, or no p, with too few trials, and no ratio without values', () => {
    expect(independentRatio(cell([1, 1]), cell([2, 2]), 1)).toEqual({
      ratio: { value: 2, low: null, high: null },
      p: null,
      ranksDiffer: false,
    });
    expect(independentRatio(cell([1, 1.1, 0.9]), cell([2, 2.1, 1.9]), 1)).toMatchObject({
      p: null,
      ranksDiffer: false,
    });
    expect(independentRatio(cell([0, 0, 0, 0]), cell([2, 2, 2, 2]), 1).ratio).toBeNull();
  });

  it('of equal cells: the interval has 1, and p is above 0.05, in 95 of 100 runs', () => {
    let outside = 0;
    let small = 0;
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      const normal = normalsFrom(seededRandom(deriveSeed(7, run)));
      const trials = () => Array.from({ length: 6 }, () => Math.exp(0.05 * normal()));
      const { ratio, p } = independentRatio(cell(trials()), cell(trials()), deriveSeed(8, run));
      if ((ratio?.low ?? 0) > 1 || (ratio?.high ?? 0) < 1) outside += 1;
      if ((p ?? 1) < 0.05) small += 1;
    }
    // 5 % and twice the standard error of so many runs.
    const most = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / runs);
    expect(outside / runs).toBeLessThan(most);
    expect(small / runs).toBeLessThan(most);
    expect(outside).toBeGreaterThan(0);
  });
});
