import { describe, expect, it } from 'vitest';
import { deriveSeed, seededRandom } from '../../servers/contract/random.ts';
import { normalsFrom } from './fixtures/synthetic-trials.ts';
import { chanceOf, independentChange, type LogChange, pairedChange, ratioOf, relativeChange } from './log-change.ts';
import { type Quantity, scalarQuantity } from './quantity.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantity = (values: readonly number[]) => scalarQuantity(mean(values), values) as Quantity;
const known = (change: LogChange | null) => change as LogChange;

describe('the change between two runs', () => {
  it('has the interval of Welch, and a p that agrees with it', () => {
    const change = known(
      independentChange(quantity([100, 101, 99, 102, 98, 100]), quantity([120, 121, 119, 122, 118, 120])),
    );
    const ratio = ratioOf(change);
    expect(ratio?.value).toBeCloseTo(1.2, 12);
    // By hand: standard errors of ln 0.00577 and 0.00481, 9.7 degrees of freedom, t 2.24.
    expect(Math.log((ratio?.high ?? 0) / 1.2)).toBeCloseTo(2.24 * Math.hypot(0.00577, 0.00481), 3);
    expect((ratio?.low ?? 0) * (ratio?.high ?? 0)).toBeCloseTo(1.44, 10);
    expect(chanceOf(change)).toBeLessThan(1e-6);
  });

  it('does not pair trials of one number, which ran at other times; rounds are paired', () => {
    const blocks = [1, 3, 0.5, 2, 1.5, 0.8];
    const sides = [quantity(blocks), quantity(blocks.map((block) => block * 1.2))] as const;
    expect(ratioOf(known(independentChange(...sides)))?.low).toBeLessThan(1);
    const paired = ratioOf(known(pairedChange(...sides)));
    expect(paired?.low).toBeCloseTo(1.2, 10);
    expect(paired?.high).toBeCloseTo(1.2, 10);
  });

  it('is unknown with too few trials, without a value, or where a round is missing', () => {
    expect(independentChange(quantity([1, 1]), quantity([2, 2]))).toBeNull();
    expect(independentChange(quantity([0, 0, 0, 0]), quantity([2, 2, 2, 2]))).toBeNull();
    expect(pairedChange(quantity([1, 1, 1, 1]), quantity([2, 2, 2]))).toBeNull();
  });

  it.each(['independent', 'paired'] as const)(
    'of equal versions, %s: 1 is in the interval in 95 of 100 runs',
    (way) => {
      let outside = 0;
      let small = 0;
      const runs = 400;
      for (let run = 0; run < runs; run++) {
        const normal = normalsFrom(seededRandom(deriveSeed(7, run)));
        const rounds = Array.from({ length: 6 }, () => 0.3 * normal());
        const trials = () => rounds.map((round) => Math.exp((way === 'paired' ? round : 0) + 0.05 * normal()));
        const change = known(
          (way === 'paired' ? pairedChange : independentChange)(quantity(trials()), quantity(trials())),
        );
        const ratio = ratioOf(change);
        if ((ratio?.low ?? 0) > 1 || (ratio?.high ?? 0) < 1) outside += 1;
        if (chanceOf(change) < 0.05) small += 1;
      }
      // 5 % and twice the standard error of so many runs.
      const most = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / runs);
      expect(outside / runs).toBeLessThan(most);
      expect(small / runs).toBeLessThan(most);
      expect(outside).toBeGreaterThan(0);
    },
  );
});

describe('a change as against others', () => {
  const change = (log: number): LogChange => ({ log, variance: 0.01, degreesOfFreedom: 10 });

  it('is what is left when a machine made all slower', () => {
    const relative = relativeChange(change(0.5), [change(0.2), change(0.2), change(0.2)]);
    expect(relative?.log).toBeCloseTo(0.3, 12);
    expect(relative?.variance).toBeGreaterThan(0.01);
  });

  it('is not moved by one other that changed by itself', () => {
    expect(relativeChange(change(0.2), [change(0.2), change(5), change(0.2)])?.log).toBeCloseTo(0, 12);
  });

  it('is unknown without another', () => {
    expect(relativeChange(change(0.2), [])).toBeNull();
  });
});
