import { expect, it } from 'vitest';
import { eventsNeeded, secondsStillNeeded } from './percentile-support.ts';

it.each([
  [0.5, 6],
  [0.9, 36],
  [0.99, 368],
  [0.999, 3688],
  [0.9999, 36_887],
])('p%d needs %d events', (fraction, events) => {
  expect(eventsNeeded(fraction)).toBe(events);
});

it('tells how much longer it takes', () => {
  expect(secondsStillNeeded(0.99, 184, 10_000)).toBe(10);
  expect(secondsStillNeeded(0.99, 400, 10_000)).toBe(0);
  expect(secondsStillNeeded(0.99, 0, 10_000)).toBeNull();
});
