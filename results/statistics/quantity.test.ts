import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import { deliveryCells } from '../labels.ts';
import { quickDocument } from '../samples/variants.ts';
import { logPercentiles, varianceOverTrials } from './bootstrap.ts';
import { latencySample } from './decode-windows.ts';
import { percentileQuantity, scalarQuantity } from './quantity.ts';

describe('a percentile of a run', () => {
  it('has the standard error of the bootstrap that its interval was made by', () => {
    for (const { latencyUs, trials } of deliveryCells(quickDocument())) {
      const estimate = latencyUs.p50;
      if (estimate === null) throw new Error('the golden document has a p50 of every cell');
      const sample = latencySample(trials);
      const [variance = 0] = varianceOverTrials(
        trials.length,
        (weights) => logPercentiles(sample.byTrial, [0.5], weights),
        seededRandom(9),
      );
      const quantity = percentileQuantity(
        estimate,
        trials.map(() => null),
        0.5,
        () => sample,
      );
      const error = Math.sqrt(quantity?.uncertainty?.variance ?? 0);
      // Another seed: 4.5 % twice. Larger where the events are the lower limit of the interval.
      expect(error).toBeGreaterThan(0.88 * Math.sqrt(variance));
      expect(quantity?.valuesOfTrials()).toHaveLength(trials.length);
      for (const [at, { latencyUs: ofTrial }] of trials.entries()) {
        // Two significant digits of a histogram are 0.8 %.
        const ratio = (quantity?.valuesOfTrials()[at] ?? 0) / (ofTrial.p50?.value ?? Number.NaN);
        expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
      }
    }
  });

  it('needs no histogram where the percentile of every trial is printed', () => {
    const quantity = percentileQuantity({ value: 5, low: 4, high: 6 }, [4, 5, 6], 0.5, () => null);
    expect(quantity?.valuesOfTrials()).toEqual([4, 5, 6]);
  });

  it('is uncertain by nobody knows how much without an interval', () => {
    const quantity = percentileQuantity({ value: 5, low: null, high: null }, [null, null], 0.5, () => null);
    expect(quantity).toMatchObject({ value: 5, uncertainty: null, logValue: null });
    expect(quantity?.valuesOfTrials()).toEqual([]);
    expect(percentileQuantity({ value: 5, low: 4, high: 6 }, [], 0.5, () => null)).toBeNull();
  });
});

describe('a quantity with a number of each trial', () => {
  it('has the standard error of ln of its mean', () => {
    // s = 10, mean 100, n = 4: 10 / (100 * 2).
    const quantity = scalarQuantity(
      100,
      [90, 100, 100, 110].map((each) => 100 + (each - 100) * Math.sqrt(1.5)),
    );
    expect(Math.sqrt(quantity?.uncertainty?.variance ?? 0)).toBeCloseTo(0.05, 10);
    expect(quantity?.logValue?.(Float64Array.of(1, 1, 1, 1))).toBeCloseTo(Math.log(100), 12);
  });
});
