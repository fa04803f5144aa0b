import { expect, test } from 'vitest';
import { compareCells } from '../../labels.ts';
import type { RunDocument } from '../../run-document.ts';
import { quickDocument, withCells } from '../../samples/variants.ts';
import { serverCostChart } from './server-cost.ts';

const draw = (document: RunDocument) =>
  serverCostChart(compareCells(document).groups[0] ?? { title: '', cells: [], labels: new Map() });

const chart = draw(quickDocument());
const svg = chart?.chart.text ?? '';

test('bars of server and driver for CPU and memory of each cell, in proportion', () => {
  const bars = [
    ...svg.matchAll(
      /<g class="bar (server|driver)"><title>([^<]*): ([\d.]+) [^<]*<\/title><rect[^>]* width="([\d.]+)"/g,
    ),
  ];
  expect(bars).toHaveLength(20);
  const ratios = bars
    .filter(([, , title]) => title?.endsWith('CPU per delivery'))
    .map(([, , , value, width]) => Number(width) / Number(value));
  expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.03);
  // Five rows of four bars, and the one of the legend.
  expect(svg.match(/class="spread"/g)).toHaveLength(21);
});

test('the table has values with the smallest and the largest trial', () => {
  expect(chart?.table.text.match(/<tr>/g)).toHaveLength(6);
  expect(chart?.table.text).toMatch(/<td>[\d.]+ \([\d.]+ to [\d.]+\)<\/td>/);
});

test('what the system does not tell is left out with a reason; without the server there is no chart', () => {
  const withoutMemory = withCells(({ serverUsage }) => {
    serverUsage.rssBytesPerSubscriber = null;
  });
  expect(draw(withoutMemory)?.note).toBe(
    'Not drawn: memory per subscriber, which this system does not tell of the server.',
  );
  const without = withCells((cell) => {
    cell.serverUsage = { cpuUsPerDelivery: null, rssBytes: null, rssBytesPerSubscriber: null };
  });
  expect(draw(without)).toBeNull();
});

test('memory that shrank is drawn to the left of zero', () => {
  const document = withCells(({ cell, serverUsage }) => {
    if (cell.transport === 'sse') serverUsage.rssBytesPerSubscriber = -4_000;
  });
  expect(draw(document)?.chart.text).toContain('sse, server, memory per subscriber: -4.00 KB');
});
