import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  byteUnits,
  formatBytes,
  formatChosen,
  formatChosenBytes,
  formatChosenUs,
  formatCount,
  formatList,
  formatShare,
  formatUs,
  formatUsRange,
  keepUnits,
  significant,
  unitFor,
  unitForAll,
} from './numbers.ts';

test.each([
  [0, '0'],
  [1, '1.00'],
  [0.01234, '0.0123'],
  [0.9996, '1.00'],
  [9.996, '10.0'],
  [99.96, '100'],
  [126.4, '126'],
  [12345, '12,300'],
  [1_234_567, '1,230,000'],
  [-4.567, '-4.57'],
])('significant(%d) is %s', (value, text) => {
  expect(significant(value)).toBe(text);
});

test('significant refuses what is no number', () => {
  expect(() => significant(Number.NaN)).toThrow(RangeError);
});

test.each([
  [812, '812 us'],
  [999.4, '999 us'],
  [999.6, '1.00 ms'],
  [12_345, '12.3 ms'],
  [1_200_000, '1.20 s'],
  [75_000_000, '75.0 s'],
])('formatUs(%d) is %s', (us, text) => {
  expect(formatUs(us)).toBe(text);
});

test('a range has one unit where both ends suit it', () => {
  expect([formatUsRange(1470, 1790), formatUsRange(812, 1200)]).toEqual(['1.47 to 1.79 ms', '812 us to 1.20 ms']);
});

test('a chosen time has no more digits than it was given', () => {
  expect([100_000, 1_000_000, 2_500_000, 250].map(formatChosenUs)).toEqual(['100 ms', '1 s', '2.5 s', '250 us']);
  expect([500, 2_000, 1_500_000].map(formatChosenBytes)).toEqual(['500 B', '2 KB', '1.5 MB']);
  expect([0.05, 2_000, 0.1 + 0.2].map(formatChosen)).toEqual(['0.05', '2,000', '0.3']);
});

test('a number and its unit stay together, and nothing else does', () => {
  expect(keepUnits('4.00 B in 1.5 ms, 3 % of 5 subscribers and 2 Bs').split(' ')).toEqual([
    '4.00\u00a0B',
    'in',
    '1.5\u00a0ms,',
    '3\u00a0%',
    'of',
    '5',
    'subscribers',
    'and',
    '2',
    'Bs',
  ]);
});

test('bytes are in decimal units', () => {
  expect([formatBytes(4), formatBytes(1000), formatBytes(1024), formatBytes(25_769_803_776)]).toEqual([
    '4.00 B',
    '1.00 KB',
    '1.02 KB',
    '25.8 GB',
  ]);
});

test('counts are exact and grouped', () => {
  expect([formatCount(0), formatCount(999), formatCount(1000), formatCount(1_234_567)]).toEqual([
    '0',
    '999',
    '1,000',
    '1,234,567',
  ]);
});

test('the unit of a column is that of its median', () => {
  expect(unitForAll(byteUnits, [1, 2000, 3_000_000]).symbol).toBe('KB');
  expect(unitForAll(byteUnits, []).symbol).toBe('B');
});

test('shares and lists', () => {
  expect(formatShare(0.0312)).toBe('3.12 %');
  expect([formatList([]), formatList(['a']), formatList(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});

test('any number within reason: no exponent, and within half of its third digit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (value) => {
      const text = significant(value);
      expect(text).toMatch(/^\d{1,3}(,\d{3})*(\.\d+)?$/);
      expect(Math.abs(Number(text.replaceAll(',', '')) - value) / value).toBeLessThanOrEqual(0.00501);
      expect(value / unitFor(byteUnits, value).size).toBeLessThan(value >= 1e9 ? Number.POSITIVE_INFINITY : 1000);
    }),
  );
});
