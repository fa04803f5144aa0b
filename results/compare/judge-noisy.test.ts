import { describe, expect, it } from 'vitest';
import { independentChange } from '../statistics/log-change.ts';
import { type Quantity, scalarQuantity } from '../statistics/quantity.ts';
import type { CompareOptions } from './change.ts';
import { judgeNoisy, type NoisyPair } from './judge-noisy.ts';
import { metrics, type NoisyMetric } from './metrics.ts';

const metric = metrics.find(({ kind }) => kind === 'noisy') as NoisyMetric;
const options: CompareOptions = { margin: 0.05, tolerance: 0.005, isPaired: false };

function pair(before: readonly number[], after: readonly number[]): NoisyPair {
  const quantity = (values: readonly number[]) =>
    scalarQuantity(values.reduce((sum, value) => sum + value, 0) / values.length, values) as Quantity;
  const [base, head] = [quantity(before), quantity(after)];
  return { metric, base, head, change: independentChange(base, head), control: null };
}

const judged = (of: NoisyPair) => judgeNoisy(of, of.change, options);

describe('a timed metric', () => {
  it('is worse when interval, p, size, noise floor and ranks agree', () => {
    const decided = judged(pair([100, 101, 99, 100, 102, 98], [130, 131, 129, 130, 132, 128])).decide(0.001);
    expect(decided).toMatchObject({ verdict: 'worse', note: null });
    expect(decided.noiseFloor).toBeLessThan(1.02);
  });

  it('is undecided within what halves of a run differ by', () => {
    const drift = [100, 100, 100, 120, 120, 120];
    const decided = judged(
      pair(
        drift,
        drift.map((value) => value * 1.15),
      ),
    ).decide(0.001);
    expect(decided).toMatchObject({ verdict: 'undecided', note: 'no larger than halves of one run differ by' });
    expect(decided.noiseFloor).toBeCloseTo(1.2, 6);
  });

  it('is undecided where the driver took as much longer for its own part', () => {
    const slower = pair([100, 101, 99, 100, 102, 98], [130, 131, 129, 130, 132, 128]);
    const control = { log: Math.log(1.28), variance: 1e-4, degreesOfFreedom: 10 };
    const decided = judged({ ...slower, control }).decide(0.001);
    expect(decided).toMatchObject({ verdict: 'undecided', note: expect.stringContaining('it may be the machine') });
    expect(judged({ ...slower, control: { ...control, log: 0 } }).decide(0.001).verdict).toBe('worse');
  });

  it('is undecided by one wild trial', () => {
    const wild = pair([100, 101, 99, 100, 102, 98], [100, 101, 99, 100, 102, 900]);
    // As if the interval and p had been misled.
    const misled = { log: Math.log(2.3), variance: 1e-4, degreesOfFreedom: 10 };
    expect(judgeNoisy(wild, misled, options).decide(0.001).verdict).toBe('undecided');
  });

  it('is the same within the margin, however sure the difference is', () => {
    const decided = judged(pair([100, 100.1, 99.9, 100], [102, 102.1, 101.9, 102])).decide(1e-9);
    expect(decided.verdict).toBe('same');
  });
});
