import { expect, test } from 'vitest';
import { shortened, textWidthPx, wrapped } from './text.ts';

test('a text is cut to the width it may have, and not before', () => {
  expect(shortened('polling', 100)).toBe('polling');
  const cut = shortened('unbroken'.repeat(20), 100);
  expect(cut).toMatch(/^unbroken.*…$/);
  expect(textWidthPx(cut)).toBeLessThanOrEqual(100);
  expect(textWidthPx('測定')).toBeGreaterThan(textWidthPx('ab'));
});

test('a text is broken between words, and cut when the lines do not suffice', () => {
  expect(wrapped('latency of an event that meets a quiet server', 160, 3)).toEqual([
    'latency of an event',
    'that meets a quiet',
    'server',
  ]);
  expect(wrapped('one two three four', 60, 2)).toEqual(['one two', 'three…']);
  expect(wrapped('', 60, 2)).toEqual([]);
});
