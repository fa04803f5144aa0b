import { expect, test } from 'vitest';
import { compareCells } from '../../labels.ts';
import type { RunDocument } from '../../run-document.ts';
import { sweepDocument } from '../../samples/sweeps.ts';
import { emptyDocument, quickDocument, withCells } from '../../samples/variants.ts';
import { latencyOverheadChart } from './latency-overhead.ts';

const draw = (document: RunDocument) => latencyOverheadChart(compareCells(document));

/** The markers of a series, in px. */
function markers(svg: string, series: string): [number, number][] {
  const group = new RegExp(`data-series="${series}">([\\s\\S]*?)</g>\\n`).exec(svg)?.[1] ?? '';
  return [...group.matchAll(/class="marker[^"]*"[^>]*translate\(([\d.]+) ([\d.]+)\)/g)].map((match) => [
    Number(match[1]),
    Number(match[2]),
  ]);
}

test('fewer bytes lie to the left, a lower median lies below, and the best corner is named', () => {
  const svg = draw(quickDocument())?.chart.text ?? '';
  const [websocket] = markers(svg, 'websocket');
  const [polling] = markers(svg, 'polling');
  const [longPolling] = markers(svg, 'long-polling');
  expect(websocket?.[0]).toBeLessThan(polling?.[0] ?? 0);
  expect(polling?.[0]).toBeLessThan(longPolling?.[0] ?? 0);
  expect(polling?.[1]).toBeLessThan(longPolling?.[1] ?? 0);
  expect(longPolling?.[1]).toBeLessThan(websocket?.[1] ?? 0);
  expect(svg).toContain('sooner and cheaper');
  expect(svg.match(/class="whisker"/g)).toHaveLength(5);
});

test('the cells of a sweep are joined by transport, in the order of the groups', () => {
  const svg = draw(sweepDocument())?.chart.text ?? '';
  expect(svg.match(/class="curve thin"/g)).toHaveLength(5);
  const heights = markers(svg, 'sse').map(([, y]) => y);
  expect(heights).toEqual(heights.toSorted((a, b) => b - a));
  expect(heights).toHaveLength(3);
});

test('the table has the numbers with their intervals', () => {
  expect(draw(quickDocument())?.table.text).toMatch(
    /<th scope="row">websocket<\/th><td>4\.00<\/td><td>[\d.]+ \([\d.]+ to [\d.]+\)</,
  );
});

test('a cell without a median is left out and counted; without any there is no chart', () => {
  const without = withCells(({ cell, latencyUs }) => {
    if (cell.transport === 'sse') latencyUs.p50 = null;
  });
  expect(draw(without)?.note).toContain('Not drawn: 1 cell');
  expect(draw(emptyDocument())).toBeNull();
});
