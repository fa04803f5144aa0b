import { expect, it } from 'vitest';
import { HdrCounts } from '../recording/hdr-counts.ts';
import { encodeWindows } from '../recording/latency-windows.ts';
import { decodeTrials } from './decode-windows.ts';
import { effectiveEventsOf } from './effective-events.ts';
import { type Regime, syntheticTrials } from './fixtures/synthetic-trials.ts';

const regime: Regime = {
  trials: 5,
  eventsPerTrial: 600,
  deliveriesPerEvent: 10,
  trialSd: 0.2,
  shape: 'lognormal',
  correlation: 0,
};

/** The mean over several cells of effective events / events. */
function meanShare(simulated: Regime): number {
  const shares = Array.from({ length: 12 }, (_, seed) => {
    const trials = syntheticTrials(simulated, seed);
    return effectiveEventsOf(trials) / (simulated.trials * simulated.eventsPerTrial);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

it('counts nearly every event when events are independent, however many deliveries each has', () => {
  expect(meanShare(regime)).toBeGreaterThan(0.95);
});

it.each([0.3, 0.5, 0.8])('counts the events of an AR(1) series with correlation %d as theory does', (correlation) => {
  // Above or below the median is a value with the autocorrelation (2 / pi) asin(c rho^k), c being the share of the
  // event in the variance of a latency; the deliveries' own part averages out. F(median) has c's asin at lag 0.
  const share = 0.3 ** 2 / (0.3 ** 2 + 0.2 ** 2);
  let sum = 0;
  for (let lag = 1; lag < 200; lag++) sum += (2 / Math.PI) * Math.asin(share * correlation ** lag);
  const ofEvent = (2 / Math.PI) * Math.asin(share) * 0.9 + 0.1;
  const expected = Math.min(1, 1 / (ofEvent + 2 * sum));
  const found = meanShare({ ...regime, correlation });
  expect(found / expected).toBeGreaterThan(0.85);
  // Neighbouring batches are alike too, which batch means cannot see.
  expect(found / expected).toBeLessThan(1.25);
});

it('takes every event for one where there are too few windows to tell', () => {
  const window = new HdrCounts(2);
  window.record(100, 9);
  const windows = encodeWindows(Array(9).fill(1), Array(9).fill(window.buckets()));
  expect(effectiveEventsOf(decodeTrials([{ trial: 1, windows }]))).toBe(9);
  expect(effectiveEventsOf([])).toBe(0);
});
