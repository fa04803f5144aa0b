import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineQueue, type Place as PlaceOf } from './deadline-queue.ts';

type Place = PlaceOf<string>;

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
  const b = queue.add('b');
  queue.add('c');
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(20);
  queue.delete(b);
  queue.delete(b);
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

test('places are in the order in which they were added, wherever one is taken out', () => {
  const queue = new DeadlineQueue<string>(100, () => {});
  const items = () => [...queue.places()].map(({ item }) => item).join('');
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((item) => queue.add(item)) as [Place, Place, Place, Place];
  queue.delete(b);
  expect(items()).toBe('acd');
  queue.delete(d);
  queue.delete(b);
  expect(items()).toBe('ac');
  queue.delete(a);
  expect(items()).toBe('c');
  queue.add('e');
  expect(items()).toBe('ce');
  for (const place of queue.places()) queue.delete(place);
  expect(items()).toBe('');
  queue.delete(c);
  queue.add('f');
  expect(items()).toBe('f');
});
