import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatChosen, formatChosenBytes, formatChosenUs } from '../../numbers.ts';
import { type Axis, type AxisSpan, linearAxis, logAxis } from './axis.ts';
import { textWidthPx } from './text.ts';

const x: Omit<AxisSpan, 'domain'> = { range: [60, 700], direction: 'x', format: formatChosenUs };
const texts = ({ ticks }: Axis) => ticks.map(({ text }) => text);

test('a linear axis has multiples of 1, 2 or 5', () => {
  expect(texts(linearAxis({ ...x, domain: [0, 1_800_000] }))).toEqual([
    '0 us',
    '200 ms',
    '400 ms',
    '600 ms',
    '800 ms',
    '1 s',
    '1.2 s',
    '1.4 s',
    '1.6 s',
    '1.8 s',
  ]);
  expect(texts(linearAxis({ ...x, domain: [-1.25, 1.25], format: formatChosen }))).toEqual([
    '-1',
    '-0.5',
    '0',
    '0.5',
    '1',
  ]);
});

test('a logarithmic axis has 1, 2 and 5 of each power of ten, fewer where they would crowd', () => {
  expect(texts(logAxis({ ...x, domain: [300, 20_000] }))).toEqual(['500 us', '1 ms', '2 ms', '5 ms', '10 ms', '20 ms']);
  expect(texts(logAxis({ ...x, domain: [1, 60_000_000] }))).toEqual([
    '1 us',
    '10 us',
    '100 us',
    '1 ms',
    '10 ms',
    '100 ms',
    '1 s',
    '10 s',
  ]);
  // 1, 2 and 5 are too far apart for this: the axis has multiples instead.
  expect(texts(logAxis({ ...x, domain: [1020, 1180], format: formatChosenBytes }))).toContain('1.1 KB');
});

test('equal ratios are equally far apart on a logarithmic axis', () => {
  const { scale } = logAxis({ ...x, domain: [10, 1000] });
  expect([scale(10), scale(100), scale(1000)].map(Math.round)).toEqual([60, 380, 700]);
});

test('one value alone has an axis around it; a logarithmic one must be above 0', () => {
  for (const axis of [linearAxis, logAxis]) {
    const { scale, ticks } = axis({ ...x, domain: [7, 7] });
    expect(scale(7)).toBeGreaterThan(100);
    expect(scale(7)).toBeLessThan(650);
    expect(ticks.length).toBeGreaterThan(1);
  }
  expect(linearAxis({ ...x, domain: [0, 0] }).scale(0)).toBe(380);
  expect(() => logAxis({ ...x, domain: [0, 5] })).toThrow(RangeError);
});

test('ticks lie within the domain, ascend, are at least two and never overlap, whatever the range', () => {
  const domains = fc
    .tuple(fc.double({ min: 1, max: 6e7, noNaN: true }), fc.double({ min: 1.02, max: 1e7, noNaN: true }))
    .map(([low, ratio]): [number, number] => [low, low * ratio]);
  fc.assert(
    fc.property(domains, fc.constantFrom('linear', 'log'), fc.constantFrom('x', 'y'), (domain, kind, direction) => {
      const range: [number, number] = direction === 'x' ? [60, 560] : [374, 34];
      const { ticks } = (kind === 'log' ? logAxis : linearAxis)({ domain, range, direction, format: formatChosenUs });
      expect(ticks.length).toBeGreaterThan(1);
      expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      for (const [at, tick] of ticks.entries()) {
        expect(tick.at).toBeGreaterThanOrEqual(Math.min(...range) - 1e-6);
        expect(tick.at).toBeLessThanOrEqual(Math.max(...range) + 1e-6);
        const before = ticks[at - 1];
        if (before === undefined) continue;
        const apart = direction === 'y' ? 16 : (textWidthPx(before.text) + textWidthPx(tick.text)) / 2;
        expect(Math.abs(tick.at - before.at)).toBeGreaterThan(apart);
      }
    }),
  );
});
