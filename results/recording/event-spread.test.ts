import { expect, it } from 'vitest';
import { EventSpreadRecorder, mergeSpreads } from './event-spread.ts';

function recorded(...deliveries: [seq: number, latencyUs: number][]) {
  const recorder = new EventSpreadRecorder(5, 3);
  for (const [seq, latencyUs] of deliveries) recorder.record(seq, latencyUs);
  return recorder.data();
}

it('keeps count, sum, first and last of every event', () => {
  expect(recorded([5, 30], [5, 10], [7, 4], [5, 20])).toEqual({
    counts: [3, 0, 1],
    sumsUs: [60, 0, 4],
    firstUs: [10, 0, 4],
    lastUs: [30, 0, 4],
  });
});

it('merges workers: an event that only one of them delivered has its numbers', () => {
  const merged = mergeSpreads([recorded([5, 30], [5, 10]), recorded([5, 50], [6, 7])]);
  expect(merged.counts.slice(0, 2)).toEqual([3, 1]);
  expect(merged.sumsUs.slice(0, 2)).toEqual([90, 7]);
  expect(merged.firstUs.slice(0, 2)).toEqual([10, 7]);
  expect(merged.lastUs.slice(0, 2)).toEqual([50, 7]);
});

it('records nothing of a feed too long to be told event by event', () => {
  const recorder = new EventSpreadRecorder(1, 20_001);
  recorder.record(1, 5);
  expect(recorder.data().counts).toEqual([]);
});
