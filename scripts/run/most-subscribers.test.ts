import { expect, test } from 'vitest';
import { testCell } from './fixtures/test-trial.ts';
import { mostSubscribers } from './most-subscribers.ts';

test.each([1, 2, 999, 27_345, 999_999])('finds the most that fit: %d', (most) => {
  expect(mostSubscribers(testCell('sse'), ({ subscribers }) => subscribers <= most)).toBe(most);
});

test('goes no higher than a scenario may, and no lower than one', () => {
  expect(mostSubscribers(testCell('sse'), () => true)).toBe(1_000_000);
  expect(mostSubscribers(testCell('sse'), () => false)).toBe(1);
});
