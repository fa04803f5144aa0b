import { expect, test } from 'vitest';
import { type Direction, rowOrder } from './row-order.ts';

const texts = (...all: string[]) => all.map((text) => ({ text, value: null }));
const values = (...all: (string | null)[]) => all.map((value) => ({ text: value === null ? '—' : 'shown', value }));

test.each<[string, { text: string; value: string | null }[], Direction, number[]]>([
  ['numbers by their value', values('10', '9', '0.5'), 'ascending', [2, 1, 0]],
  ['and the other way round', values('10', '9', '0.5'), 'descending', [0, 1, 2]],
  ['unknown values are last', values(null, '2', '', '1'), 'ascending', [3, 1, 0, 2]],
  ['in both directions', values(null, '2', '', '1'), 'descending', [1, 3, 0, 2]],
  ['equal rows keep their order', values('1', '1', '0'), 'descending', [0, 1, 2]],
  ['texts that are numbers are numbers', texts('1,000', '20', '—', '3.5'), 'ascending', [3, 1, 0, 2]],
  ['texts by their characters', texts('sse', 'polling', 'long-polling'), 'ascending', [2, 1, 0]],
  ['numbers before texts', [...texts('b'), ...values('7'), ...texts('a')], 'ascending', [1, 2, 0]],
  ['values that are no numbers are texts', values('constant', 'burst'), 'ascending', [1, 0]],
  ['nothing', [], 'ascending', []],
])('%s', (_, cells, direction, order) => {
  expect(rowOrder(cells, direction)).toEqual(order);
});
