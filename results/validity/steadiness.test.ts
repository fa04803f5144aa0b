import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import type { CompletedCell, TrialResult } from '../delivery-result.ts';
import { decodeWindows, encodeWindows, LatencyWindowsRecorder, WINDOWS_MOST } from '../recording/latency-windows.ts';
import { goldenCell, judgeAgain } from './fixtures/judged-trials.ts';

const EVENTS = 120;
/** The windows of the first third, which is what is held against the rest. */
const FIRST = Math.ceil(WINDOWS_MOST / 3);

/** The golden cell of sse, its trials with latencies around 1 ms times this factor at each window. */
function cellWith(factor: (window: number, trial: number) => number, seed = 1): CompletedCell {
  const random = seededRandom(seed);
  const cell = goldenCell('sse');
  for (const trial of cell.trials) {
    const windows = new LatencyWindowsRecorder(1, EVENTS);
    for (let event = 0; event < EVENTS; event += 1) {
      const window = Math.floor((event * WINDOWS_MOST) / EVENTS);
      // What all deliveries of an event have in common, as far apart as in a real trial.
      const eventUs = 1_000 * factor(window, trial.trial) * Math.exp(0.6 * (random() + random() + random() - 1.5));
      for (let delivery = 0; delivery < 10; delivery += 1) windows.record(event + 1, eventUs * (0.8 + 0.4 * random()));
    }
    trial.windows = windows.data();
  }
  return judgeAgain(cell);
}

const steadinessOf = ({ validity }: CompletedCell | TrialResult) =>
  validity.checks.find(({ id }) => id === 'steadiness');

describe('the course of the measure phase', () => {
  it('is found where every trial begins half as slow again', () => {
    const cell = cellWith((window) => (window < FIRST ? 1.5 : 1));
    expect(steadinessOf(cell)).toMatchObject({ ok: false, severity: 'warning' });
    expect(steadinessOf(cell)?.value).toBeGreaterThan(30);
  });

  it('is found where latency drifts', () => {
    expect(steadinessOf(cellWith((window) => 1 + (1.5 * window) / WINDOWS_MOST))).toMatchObject({ ok: false });
  });

  it('is no matter where one trial was disturbed, and is seen in that trial', () => {
    const cell = cellWith((window, trial) => (trial === 1 && window < FIRST ? 3 : 1));
    expect(steadinessOf(cell)?.ok).toBe(true);
    expect(cell.trials.map((trial) => steadinessOf(trial)?.ok)).toEqual([false, ...Array(5).fill(true)]);
  });

  it('raises a false alarm in no more than 1 of 100 steady cells', () => {
    const alarms = Array.from({ length: 100 }, (_, seed) => steadinessOf(cellWith(() => 1, seed + 10))?.ok);
    expect(alarms.filter((ok) => ok !== true).length).toBeLessThanOrEqual(1);
  });

  it('is not asked of a few windows', () => {
    const cell = goldenCell('sse');
    for (const trial of cell.trials) {
      trial.windows = encodeWindows(trial.windows.events.slice(0, 11), decodeWindows(trial.windows).slice(0, 11));
    }
    expect(steadinessOf(judgeAgain(cell))).toBeUndefined();
  });
});
