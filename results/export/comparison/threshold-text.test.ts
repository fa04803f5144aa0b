import { expect, test } from 'vitest';
import type { ThresholdOutcome } from '../../thresholds/threshold-outcome.ts';
import { judged, thresholdThat, wholeDocument } from './fixtures/judged.ts';
import { gatedThresholds } from './threshold-text.ts';

const gated = (...thresholds: ThresholdOutcome[]) => {
  const { comparison, gate } = judged(wholeDocument(), wholeDocument(), thresholds);
  return gatedThresholds(comparison, gate);
};

test('what a threshold does to the gate', () => {
  const effectOf = (outcome: ThresholdOutcome) => gated(outcome)[0]?.effect;
  expect(effectOf(thresholdThat('pass'))).toBe('pass');
  expect(effectOf(thresholdThat('fail'))).toBe('fail');
  expect(effectOf(thresholdThat('missing'))).toBe('missing');
  expect(effectOf(thresholdThat('undecided'))).toBe('undecided');
  expect(effectOf(thresholdThat('undecided', { undecided: 'fail' }))).toBe('fail');
  expect(effectOf(thresholdThat('missing', { severity: 'warn' }))).toBe('warning');
  expect(effectOf(thresholdThat('fail', { severity: 'warn' }))).toBe('warning');
  expect(effectOf(thresholdThat('undecided', { severity: 'warn', undecided: 'fail' }))).toBe('warning');
});

test('the result of each cell in a sentence', () => {
  const [failed, missing] = gated(thresholdThat('fail'), thresholdThat('missing'));
  expect(failed?.sentence).toBe('websocket: 2.13 ms (2.09 to 2.18 ms), limit < 2 ms, 6 trials');
  expect(missing?.sentence).toBe('websocket: —, limit < 2 ms, the cell failed');
});

test('one that was left out does nothing', () => {
  const { comparison, gate } = judged(wholeDocument(), wholeDocument(), [thresholdThat('fail')]);
  const [planned] = comparison.head.plan.thresholds ?? [];
  if (planned === undefined) throw new Error('the plan has no threshold');
  Object.assign(planned, { leftOutBecause: 'the transport is not in this run', cells: [] });
  expect(gatedThresholds(comparison, { ...gate, thresholds: [] })[0]).toMatchObject({ effect: 'none' });
});
