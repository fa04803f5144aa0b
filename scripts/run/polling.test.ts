import { describe, expect, it } from 'vitest';
import { mergeLatencies } from '../../results/recording/latency.ts';
import { fastify, runTestTrial, testCell } from './fixtures/test-trial.ts';

const INTERVAL_MS = 250;
const SUBSCRIBERS = 100;

describe('polling every 250 ms with random phases', () => {
  it('waits as a uniform distribution does, and keeps its plan of polls', async () => {
    const cell = testCell('polling', {
      subscribers: SUBSCRIBERS,
      eventsPerSec: 50,
      schedule: { kind: 'poisson' },
      transportOptions: { intervalMs: INTERVAL_MS, keepAlive: true },
    });
    const measureMs = 4_000;
    const { record } = await runTestTrial(fastify, cell, { warmupMs: 500, measureMs, drainMs: 3_000 });
    const { fromDue, pollLateness, skippedPolls, tallies } = record.measurement;
    const latencies = mergeLatencies([fromDue]);

    // Wait uniform over the interval: mean T/2, quantile q at q T. Over 100 phases and some 200 events the standard
    // error of the mean is 0.4 % of it, so 3 % is not luck.
    const intervalUs = INTERVAL_MS * 1_000;
    expect(Math.abs((latencies.meanUs as number) / (intervalUs / 2) - 1)).toBeLessThan(0.03);
    expect(Math.abs((latencies.percentileUs(90) as number) / (0.9 * intervalUs) - 1)).toBeLessThan(0.03);
    expect(Math.abs((latencies.percentileUs(99) as number) / (0.99 * intervalUs) - 1)).toBeLessThan(0.03);
    expect(fromDue.maxUs).toBeLessThan(intervalUs * 1.2);

    // 16 polls each in 4 s, none left out. At each edge of the phase the polls of the last 3 ms or so are answered on its
    // other side, at 400 polls a second about one, so the difference of the two has a deviation of 1.5: six of those.
    const planned = SUBSCRIBERS * (measureMs / INTERVAL_MS);
    expect(skippedPolls).toBe(0);
    expect(pollLateness.count).toBe(planned);
    expect(pollLateness.negativeCount).toBe(0);
    expect(Math.abs(tallies.measure.requests - planned)).toBeLessThanOrEqual(9);
    expect(mergeLatencies([pollLateness]).percentileUs(50)).toBeLessThan(intervalUs / 50);
  });
});
