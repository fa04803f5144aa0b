import { expect, test } from 'vitest';
import { TimelineRecorder } from './timeline-recorder.ts';

const originUs = 5_000_000;
const times = (feedMs: number) => ({ originUs, measureUs: originUs, drainUs: originUs + feedMs * 1000 });

/** A worker that connects 10 subscribers, then gets 100 requests/s answered with 50 bytes each, read at odd moments. */
function recorded(fromMs: number, toMs: number, everyMs: number): TimelineRecorder {
  const recorder = new TimelineRecorder();
  for (let atMs = fromMs; atMs <= toMs; atMs += everyMs) {
    const requests = Math.max(0, atMs) / 10;
    recorder.read({
      atUs: originUs + atMs * 1000,
      openConnections: atMs === fromMs ? 0 : 10,
      requests,
      wireBytes: 50 * requests,
    });
  }
  return recorder;
}

test('readings at odd moments come out at whole steps from the start of the feed', () => {
  expect(recorded(-130, 1_100, 41).data(times(1_000))).toEqual({
    atMs: [-200, 0, 200, 400, 600, 800, 1_000],
    openConnections: [0, 10, 10, 10, 10, 10, 10],
    requests: [0, expect.closeTo(0, -1), 20, 40, 60, 80, 100],
    wireBytes: [0, expect.closeTo(0, -2), 1_000, 2_000, 3_000, 4_000, 5_000],
  });
});

test('a step is as long as the feed needs it, and a long connect phase is cut', () => {
  const steps = (feedMs: number) => {
    const { atMs } = recorded(-20_000, feedMs, 200).data(times(feedMs));
    expect(atMs.length).toBeLessThanOrEqual(25);
    expect(atMs.at(-1)).toBeLessThanOrEqual(feedMs);
    return (atMs[1] as number) - (atMs[0] as number);
  };
  expect([200, 3_000, 3_300, 8_000, 15_000, 30_000, 100_000].map(steps)).toEqual([
    200, 200, 500, 500, 1_000, 2_000, 10_000,
  ]);
});

test('counters never fall', () => {
  const { requests, wireBytes } = recorded(-500, 9_000, 173).data(times(8_000));
  for (const counts of [requests, wireBytes]) expect(counts).toEqual(counts.toSorted((a, b) => a - b));
});

test('a worker that read nothing has no moments', () => {
  expect(new TimelineRecorder().data(times(1_000)).atMs).toEqual([]);
});
