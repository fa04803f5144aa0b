import { expect, it } from 'vitest';
import { judge, spreadOf } from './comparison.ts';
import { formatComparisons } from './format-comparison.ts';
import { measureRounds } from './rounds.ts';

const comparison = {
  unit: 'us',
  transport: 'polling',
  series: [
    { contestant: 'driver', values: [8, 10, 9] },
    { contestant: 'peer', values: [10, 20, 9] },
  ],
  targets: [
    { against: 'peer', by: 'ratio' as const, atMost: 0.75 },
    { against: 'peer', by: 'difference' as const, atMost: -2 },
  ],
  atMost: 9,
};

it('has the middle of an even and an odd number of values', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(() => spreadOf([])).toThrow(RangeError);
});

it('judges the median of the ratios of each round, not the ratio of medians', () => {
  const [driver, peer] = judge(comparison);
  expect(driver?.targets).toMatchObject([{ measured: 9, held: true }]);
  expect(peer?.ratio).toEqual({ median: 0.8, min: 0.5, max: 1 });
  expect(peer?.targets).toMatchObject([
    { measured: 0.8, held: false },
    { measured: -2, held: true },
  ]);
});

it('shows what was measured of a target', () => {
  const table = formatComparisons('A title', [comparison]);
  expect(table).toContain('at most 0.75 x: MISSED with 0.80, at most -2 us: held with -2.00');
  expect(
    new Set(
      table
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.length),
    ).size,
  ).toBe(1);
});

it('measures each contestant once in a round, none always after the same one', async () => {
  const order: string[] = [];
  const contestants = ['a', 'b', 'c'].map((contestant) => ({
    contestant,
    measure: async (round: number) => order.push(contestant) + round,
  }));
  const values = await measureRounds(contestants, 3, () => {});
  expect(order.join('')).toBe('abcbcacab');
  expect([...values.values()].map((of) => of.length)).toEqual([3, 3, 3]);
});
