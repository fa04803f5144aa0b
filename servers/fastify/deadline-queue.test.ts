import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineQueue } from './deadline-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('items expire in order after the delay, deleted ones never, with one timer for all', () => {
  const expired: string[] = [];
  const queue = new DeadlineQueue<string>(100, (item) => expired.push(item));
  queue.add('a');
  vi.advanceTimersByTime(40);
  queue.add('b');
  queue.add('c');
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(20);
  queue.delete('b');
  vi.advanceTimersByTime(39);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(expired).toEqual(['a']);
  vi.advanceTimersByTime(40);
  expect(expired).toEqual(['a', 'c']);
  expect(vi.getTimerCount()).toBe(0);
});

test('an item added while others expire is not forgotten', () => {
  const expired: string[] = [];
  const queue = new DeadlineQueue<string>(100, (item) => {
    expired.push(item);
    if (item === 'a') queue.add('again');
  });
  queue.add('a');
  vi.advanceTimersByTime(100);
  expect(expired).toEqual(['a']);
  vi.advanceTimersByTime(101);
  expect(expired).toEqual(['a', 'again']);
});
