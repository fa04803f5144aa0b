import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortPath } from './short-path.ts';

/** Every point that a path goes through, in tenths of a px; absolute and relative commands without curves. */
function pointsOf(data: string): string[] {
  const points: string[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  for (const [, command = '', rest = ''] of data.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const numbers = (rest.match(/-?(?:\d*\.\d+|\d+)/g) ?? []).map(Number);
    if (command.toLowerCase() === 'z') {
      [x, y] = [startX, startY];
      points.push('closed');
      continue;
    }
    const isRelative = command === command.toLowerCase();
    const kind = command.toLowerCase();
    for (let at = 0; at < numbers.length; at += kind === 'h' || kind === 'v' ? 1 : 2) {
      const [first = 0, second = 0] = [numbers[at], numbers[at + 1]];
      const [fromX, fromY] = isRelative ? [x, y] : [0, 0];
      if (kind === 'h') x = fromX + first;
      else if (kind === 'v') y = fromY + first;
      else [x, y] = [fromX + first, fromY + second];
      if (kind === 'm' && at === 0) {
        [startX, startY] = [x, y];
        points.push('moved');
      }
      points.push(`${Math.round(x * 10)},${Math.round(y * 10)}`);
    }
  }
  return points;
}

const coordinate = fc.integer({ min: -5_000, max: 20_000 }).map((tenths) => tenths / 10);
const step = fc.oneof(
  fc.tuple(fc.constantFrom('M', 'L'), coordinate, coordinate).map(([command, x, y]) => `${command}${x},${y}`),
  fc.tuple(fc.constantFrom('H', 'V', 'h', 'v'), coordinate).map(([command, to]) => `${command}${to}`),
  fc.constant('Z'),
);

test('a short path goes through the same points as the long one, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const data = `M${[10, 20].join(' ')}${steps.join('')}`;
      expect(pointsOf(shortPath(data))).toEqual(pointsOf(data));
    }),
  );
});

test.each([
  ['M10 20L12.5,18', 'm10 20 2.5-2'],
  ['M570.3 91h2M576.3 91h2', 'm570.3 91h2m4 0h2'],
  ['M0,0L0.5,0.5L1,1Z', 'm0 0 .5.5 .5.5z'],
])('%s becomes %s', (data, short) => {
  expect(shortPath(data)).toBe(short);
});

test('curves and arcs are left alone', () => {
  expect(shortPath('M3,0A3,3,0,1,1,-3,0')).toBe('M3,0A3,3,0,1,1,-3,0');
});
