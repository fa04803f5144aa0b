import { expect, test } from 'vitest';
import type { RunDocument } from '../../run-document.ts';
import { sweepDocument } from '../../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, failTheory, quickDocument, withCells } from '../../samples/variants.ts';
import { theoryGroups } from '../theory-groups.ts';
import { residualChart } from './theory-residuals.ts';

const chartOf = (document: RunDocument) => residualChart(theoryGroups(document));
const svgOf = (document: RunDocument) => chartOf(document)?.chart.text ?? '';

/** Where the ends of the band of tolerance and its middle are. */
function band(svg: string) {
  const [, x = '', width = ''] = /class="tolerance" x="([\d.]+)"[^>]* width="([\d.]+)"/.exec(svg) ?? [];
  return { middle: Number(x) + Number(width) / 2, half: Number(width) / 2 };
}

test('a mark for each prediction, at its residual in tolerances', () => {
  const document = quickDocument();
  const svg = svgOf(document);
  const rows = theoryGroups(document).flatMap((group) => group.rows);
  const { middle, half } = band(svg);
  // The legend has a marker for each transport too.
  const xs = [...svg.matchAll(/class="marker" d="[^"]*" transform="translate\(([\d.]+) [\d.]+\)/g)].slice(5);
  const drawn = xs.map(([, x]) => (Number(x) - middle) / half).sort((a, b) => a - b);
  const wanted = rows.map(({ row }) => (row.tolerance === 0 ? 0 : row.residual / row.tolerance)).sort((a, b) => a - b);
  expect(drawn).toHaveLength(rows.length);
  for (const [at, value] of wanted.entries()) expect(drawn[at]).toBeCloseTo(value, 2);
  expect(svg).not.toContain('class="cross"');
});

test('what does not hold is a cross with its name and how far it is off', () => {
  const svg = svgOf(doubtfulDocument());
  expect(svg.match(/class="cross"/g)).toHaveLength(1);
  // 1,500 instead of 1,000 within 100: five tolerances, beyond the end of the axis.
  expect(/class="failed"[^>]*>([^<]*)</.exec(svg)?.[1]).toBe('websocket ! +5.0 ▸');
  expect(chartOf(doubtfulDocument())?.farthest).toEqual({
    quantity: 'mean latency',
    label: 'websocket !',
    tolerances: '+5.0',
  });
  const low = withCells((cell) => failTheory(cell, 'p50 latency', 880, 'a cause'));
  expect(/class="failed"[^>]*>([^<]*)</.exec(svgOf(low))?.[1]).toBe('polling −1.2');
});

test('a residual without any tolerance is off by more than can be said', () => {
  const document = withCells((cell) => {
    for (const row of cell.theory.slice(0, 1)) Object.assign(row, { residual: 1, tolerance: 0, holds: false });
  });
  expect(svgOf(document)).toContain('more than the tolerance of 0 ▸');
  expect(svgOf(document)).not.toMatch(/NaN|Infinity/);
});

test('of many cells the ends of each line are drawn, and the table has them', () => {
  const document = sweepDocument();
  expect(chartOf(document)?.isCrowded).toBe(false);
  const [cell] = document.cells;
  document.cells = Array.from({ length: 40 }, () => cell as (typeof document.cells)[number]);
  const chart = chartOf(document);
  expect(chart?.isCrowded).toBe(true);
  const quantities = new Set(theoryGroups(document).map(({ quantity }) => quantity)).size;
  expect(chart?.chart.text.match(/class="marker"/g)).toHaveLength(1 + 2 * quantities);
  expect(chart?.table.text).toContain('<td>40</td>');
});

test('without predictions there is no chart', () => {
  expect(chartOf(emptyDocument())).toBeNull();
});
