import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import { type LatencyWindow, LatencyWindowsRecorder, mergeWindows } from './latency-windows.ts';

const contents = ({ events, histogram }: LatencyWindow) => {
  const decoded = decodeFromCompressedBase64(histogram, 32, false);
  return [events, decoded.totalCount, ...[0, 50, 100].map((percent) => decoded.getValueAtPercentile(percent))];
};

const deliveries = fc.array(
  fc.record({ event: fc.nat({ max: 99 }), latencyUs: fc.integer({ min: 0, max: 5_000_000 }) }),
  { maxLength: 200 },
);

it('puts every delivery of an event into one window, and every event into exactly one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), deliveries, (events, all) => {
      const recorder = new LatencyWindowsRecorder(11, events);
      const within = all.filter(({ event }) => event < events);
      for (const { event, latencyUs } of within) recorder.record(11 + event, latencyUs);
      const windows = recorder.data();
      expect(windows).toHaveLength(Math.min(events, 30));
      expect(windows.reduce((sum, window) => sum + window.events, 0)).toBe(events);
      let first = 0;
      for (const window of windows) {
        const next = first + window.events;
        const count = within.filter(({ event }) => event >= first && event < next).length;
        expect(decodeFromCompressedBase64(window.histogram, 32, false).totalCount).toBe(count);
        first = next;
      }
    }),
    { numRuns: 30 },
  );
});

it('keeps values within 0.8 %, and leaves out negative ones', () => {
  const recorder = new LatencyWindowsRecorder(1, 1);
  for (const latencyUs of [-5, 123_456]) recorder.record(1, latencyUs);
  const [window] = recorder.data();
  const [, count, , value = 0] = contents(window as LatencyWindow);
  expect(count).toBe(1);
  expect(Math.abs((value as number) / 123_456 - 1)).toBeLessThan(0.008);
});

it('merges the windows of workers into what one worker would have recorded', () => {
  fc.assert(
    fc.property(deliveries, deliveries, (some, others) => {
      const recorded = (part: typeof some) => {
        const recorder = new LatencyWindowsRecorder(1, 100);
        for (const { event, latencyUs } of part) recorder.record(1 + event, latencyUs);
        return recorder.data();
      };
      const merged = mergeWindows([recorded(some), recorded(others)]);
      expect(merged.map(contents)).toEqual(recorded([...some, ...others]).map(contents));
    }),
    { numRuns: 20 },
  );
});

it('has no window without an event, and refuses to merge windows of different feeds', () => {
  expect(new LatencyWindowsRecorder(1, 0).data()).toEqual([]);
  const of = (events: number) => new LatencyWindowsRecorder(1, events).data();
  expect(() => mergeWindows([of(60), of(61)])).toThrow(RangeError);
});
