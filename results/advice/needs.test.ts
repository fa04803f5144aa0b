import { expect, test } from 'vitest';
import { headersWords, needsWords, positionOf, presets, scaleOf, scales, valueAt } from './needs.ts';

test('a position of a slider is a round value, ten to a decade, and found again', () => {
  expect([0, 1, 5, 9, 10, 27, -10, -7].map(valueAt)).toEqual([1, 1.2, 3, 8, 10, 500, 0.1, 0.2]);
  for (let position = -40; position <= 70; position += 1) {
    expect(positionOf(valueAt(position))).toBe(position);
    expect(valueAt(position + 1)).toBeGreaterThan(valueAt(position));
  }
  expect(valueAt(positionOf(128))).toBe(120);
});

test('the ends of all scales are positions, and all presets are within them', () => {
  for (const { quantity, lowest, highest } of scales) {
    expect([valueAt(positionOf(lowest)), valueAt(positionOf(highest))]).toEqual([lowest, highest]);
    for (const { needs } of presets) {
      expect(needs[quantity]).toBeGreaterThanOrEqual(lowest);
      expect(needs[quantity]).toBeLessThanOrEqual(highest);
    }
  }
});

test('values are said in words', () => {
  expect([0.001, 0.5, 0.7, 1, 1000].map(scaleOf('eventsPerSec').words)).toEqual([
    'an event every 1,000 s',
    'an event every 2 s',
    'an event every 1.43 s',
    '1 event/s',
    '1,000 events/s',
  ]);
  expect(scaleOf('subscribers').words(1)).toBe('1 subscriber');
  expect(headersWords(2000)).toBe('requests of 2,000 B');
  const [chat] = presets;
  if (chat === undefined) throw new Error('no preset');
  expect(needsWords({ ...chat.needs, statistic: 'p99' }, false)).toBe(
    'an event every 2 s, 1,000 subscribers, 200 B, browser headers, at most 1 s for 99 % of the deliveries (p99)',
  );
});
