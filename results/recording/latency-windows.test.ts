import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeBuckets } from '../statistics/latency-sample.ts';
import { decodeSum, decodeWindows, encodeWindows, LatencyWindowsRecorder, mergeWindows } from './latency-windows.ts';
import { readWindows } from './packed-windows.ts';

const deliveries = fc.array(
  fc.record({ event: fc.nat({ max: 99 }), latencyUs: fc.integer({ min: 0, max: 5_000_000 }) }),
  { maxLength: 200 },
);
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

it('puts every delivery of an event into one window, and every event into exactly one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), deliveries, (events, all) => {
      const recorder = new LatencyWindowsRecorder(11, events);
      const within = all.filter(({ event }) => event < events);
      for (const { event, latencyUs } of within) recorder.record(11 + event, latencyUs);
      const windows = recorder.data();
      expect(windows.events).toHaveLength(Math.min(events, 20));
      expect(total(windows.events)).toBe(events);
      let first = 0;
      for (const [window, { counts }] of decodeWindows(windows).entries()) {
        const next = first + (windows.events[window] as number);
        expect(total(counts)).toBe(within.filter(({ event }) => event >= first && event < next).length);
        first = next;
      }
    }),
    { numRuns: 30 },
  );
});

it('keeps values within 0.8 %, and leaves out negative ones', () => {
  const recorder = new LatencyWindowsRecorder(1, 1);
  for (const latencyUs of [-5, 123_456]) recorder.record(1, latencyUs);
  const [window] = decodeWindows(recorder.data());
  expect(window?.counts).toEqual([1]);
  const [low, next] = [window?.lowUs[0] as number, window?.nextUs[0] as number];
  expect(low).toBeLessThanOrEqual(123_456);
  expect(next).toBeGreaterThan(123_456);
  expect(next / low - 1).toBeLessThan(0.008);
});

it('merges the windows of workers into what one worker would have recorded', () => {
  fc.assert(
    fc.property(deliveries, deliveries, (some, others) => {
      const recorded = (part: typeof some) => {
        const recorder = new LatencyWindowsRecorder(1, 100);
        for (const { event, latencyUs } of part) recorder.record(1 + event, latencyUs);
        return recorder.data();
      };
      expect(mergeWindows([recorded(some), recorded(others)])).toEqual(recorded([...some, ...others]));
    }),
    { numRuns: 20 },
  );
});

it('reads all windows together as their sum', () => {
  fc.assert(
    fc.property(deliveries, (all) => {
      const recorder = new LatencyWindowsRecorder(1, 100);
      for (const { event, latencyUs } of all) recorder.record(1 + event, latencyUs);
      const windows = recorder.data();
      expect(decodeSum(windows)).toEqual(mergeBuckets(decodeWindows(windows)));
    }),
    { numRuns: 20 },
  );
  const { histograms } = new LatencyWindowsRecorder(1, 3).data();
  expect(() => decodeSum({ events: [1, 1], histograms })).toThrow('more than 2 windows');
  expect(() => decodeSum({ events: [1, 1, 1, 1], histograms })).toThrow('cut off');
});

it('has no window without an event, and refuses to merge windows of different feeds, or none', () => {
  expect(decodeWindows(new LatencyWindowsRecorder(1, 0).data())).toEqual([]);
  const of = (events: number) => new LatencyWindowsRecorder(1, events).data();
  expect(() => mergeWindows([of(60), of(61)])).toThrow(RangeError);
  expect(() => mergeWindows([])).toThrow(RangeError);
});

it('is read in the same way with what a browser has', async () => {
  const recorder = new LatencyWindowsRecorder(1, 7);
  for (let event = 1; event <= 7; event += 2) recorder.record(event, 300 * event);
  expect(await readWindows(recorder.data())).toEqual(decodeWindows(recorder.data()));
});

it('says what it cannot read', async () => {
  const windows = encodeWindows([1, 1], decodeWindows(new LatencyWindowsRecorder(1, 2).data()));
  const bomb = { events: [1], histograms: deflateSync(Buffer.alloc(2_000_000, 1)).toString('base64') };
  const broken = [{ ...windows, events: [2] }, { ...windows, histograms: 'none' }, bomb];
  for (const each of broken) {
    expect(() => decodeWindows(each)).toThrow();
    await expect(readWindows(each)).rejects.toThrow();
  }
});
