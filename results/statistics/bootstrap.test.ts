import { describe, expect, it } from 'vitest';
import { logHalfWidth, percentileIntervals } from './bootstrap.ts';
import { type Regime, syntheticTrials } from './fixtures/synthetic-trials.ts';
import { sampleOf } from './latency-sample.ts';

const regime: Regime = {
  trials: 5,
  eventsPerTrial: 100,
  deliveriesPerEvent: 5,
  trialSd: 0.05,
  shape: 'lognormal',
  correlation: 0,
};
const percentiles = [
  { fraction: 0.5, value: 3000 },
  { fraction: 0.9, value: 4700 },
];

describe('intervals of percentiles', () => {
  const sample = sampleOf(syntheticTrials(regime, 1));

  it('hold their value, the same each time with one seed', () => {
    const intervals = percentileIntervals(sample, percentiles, 7);
    expect(intervals).toEqual(percentileIntervals(sample, percentiles, 7));
    expect(intervals).not.toEqual(percentileIntervals(sample, percentiles, 8));
    intervals?.forEach(({ low, high }, i) => {
      expect(low).toBeLessThan(percentiles[i]?.value ?? 0);
      expect(high).toBeGreaterThan(percentiles[i]?.value ?? 0);
    });
  });

  it('are absent with two trials', () => {
    expect(percentileIntervals(sampleOf(syntheticTrials({ ...regime, trials: 2 }, 1)), percentiles, 7)).toBeNull();
    expect(percentileIntervals(sampleOf([]), percentiles, 7)).toBeNull();
  });

  it('still reflect the events when all trials are the same', () => {
    const [trial] = syntheticTrials(regime, 1);
    const same = sampleOf([1, 2, 3, 4, 5].map(() => ({ trial: 1, windows: trial?.windows ?? [] })));
    const [interval] = percentileIntervals(same, percentiles, 7) ?? [];
    // One standard error of the median of 500 events: about 1.25 x 0.36 / sqrt(500) = 2 %.
    expect((interval?.high ?? 0) / 3000 - 1).toBeGreaterThan(0.01);
    expect((interval?.high ?? 0) / 3000 - 1).toBeLessThan(0.03);
  });
});

it("takes Student's t for the trials, and at least one standard error of the events", () => {
  expect(logHalfWidth(5, 0.01, 0.0001)).toBeCloseTo(0.27764, 5);
  expect(logHalfWidth(5, 0.0001, 0.01)).toBeCloseTo(0.1, 12);
});
