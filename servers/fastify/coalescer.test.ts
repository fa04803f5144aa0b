import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Coalescer } from './coalescer.ts';
import { encodeEvent, type FeedEvent } from './event.ts';

let delivered: number[][];

beforeEach(() => {
  vi.useFakeTimers();
  delivered = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const events = (...seqs: number[]): FeedEvent[] => seqs.map((seq) => encodeEvent(seq, Buffer.from('text')));
const coalescer = (windowMs: number) =>
  new Coalescer(windowMs, (batch) => delivered.push(batch.map((event) => event.seq)));

test('without a window what was read together is delivered at once, and no timer is made', () => {
  const off = coalescer(0);
  off.add(events(1));
  off.add(events(2, 3));
  off.add([]);
  expect(delivered).toEqual([[1], [2, 3]]);
  expect(vi.getTimerCount()).toBe(0);
});

test('the first event kept fixes the moment, and those that follow do not put it off', () => {
  const twenty = coalescer(20);
  twenty.add(events(1, 2));
  for (const seq of [3, 4, 5]) {
    vi.advanceTimersByTime(6);
    twenty.add(events(seq));
  }
  vi.advanceTimersByTime(1);
  expect(delivered).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(delivered).toEqual([[1, 2, 3, 4, 5]]);
  // The next window is opened by the next event, and not by the end of the last one.
  vi.advanceTimersByTime(100);
  twenty.add(events(6));
  vi.advanceTimersByTime(19);
  expect(delivered).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(delivered[1]).toEqual([6]);
});

test('a timer that fires before its time waits for the rest', () => {
  const early = coalescer(20);
  // libuv counts from when this turn of the event loop began; here, as if that had been 8 ms ago.
  const { setTimeout } = globalThis;
  vi.spyOn(globalThis, 'setTimeout').mockImplementationOnce(((callback: () => void, ms: number) =>
    setTimeout(callback, ms - 8)) as typeof setTimeout);
  early.add(events(1));
  vi.advanceTimersByTime(12);
  early.add(events(2));
  vi.advanceTimersByTime(7);
  expect(delivered).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(delivered).toEqual([[1, 2]]);
});

test('a flush delivers what is kept, once, and leaves no timer', () => {
  const kept = coalescer(20);
  kept.flush();
  kept.add(events(1));
  kept.add(events(2));
  kept.flush();
  kept.flush();
  vi.advanceTimersByTime(100);
  expect(delivered).toEqual([[1, 2]]);
  expect(vi.getTimerCount()).toBe(0);
});
