import { expect, test } from 'vitest';
import { deliveryCells } from '../../labels.ts';
import { pollIntervalDocument, serverDocument, sweepDocument } from '../../samples/sweeps.ts';
import { quickDocument } from '../../samples/variants.ts';
import { sweepChart } from './sweep.ts';
import { type Sweep, sweepsOf } from './sweep-lines.ts';
import { type SweepQuantity, sweepQuantities } from './sweep-quantities.ts';

const [latency] = sweepQuantities as [SweepQuantity];

test('an axis for what is swept: numbers, in order, logarithmic where they are geometric', () => {
  const { sweeps, note } = sweepsOf(sweepDocument());
  expect(note).toBeNull();
  expect(
    sweeps.map(({ axis, title, lines }) => [axis.title, axis.values, axis.isLogarithmic, title, lines.length]),
  ).toEqual([['subscribers', [100, 500, 2000], true, '', 5]]);
  expect(sweepsOf(quickDocument()).sweeps).toEqual([]);
  expect(sweepsOf(serverDocument()).sweeps).toEqual([]);
});

test('an option of the server that can be 0 begins one step before; headers are swept by the bytes of a request', () => {
  const coalescing = sweepDocument();
  for (const { cell } of deliveryCells(coalescing)) {
    cell.serverOptions = { coalesceMs: { 100: 0, 500: 5, 2000: 100 }[cell.subscribers] as number };
    cell.subscribers = 100;
  }
  const [sweep] = sweepsOf(coalescing).sweeps as [Sweep];
  expect(sweep.axis.values).toEqual([0, 5, 100]);
  expect(sweep.axis.values.map(sweep.axis.tick)).toEqual(['off', '5 ms', '100 ms']);
  expect(sweepChart(sweep, latency, [])?.chart.text).not.toMatch(/NaN|Infinity/);

  const headers = sweepDocument();
  for (const { cell } of deliveryCells(headers)) {
    cell.headers = ({ 100: 'bare', 500: 'fetch', 2000: 'browser' } as const)[cell.subscribers as 100];
    cell.subscribers = 100;
  }
  const [byHeaders] = sweepsOf(headers).sweeps as [Sweep];
  expect(byHeaders.axis.values.map(byHeaders.axis.tick)).toEqual(['bare, 56 B', 'fetch, 185 B', 'browser, 702 B']);
});

test('two axes: the one over the other', () => {
  const document = sweepDocument();
  const more = sweepDocument();
  for (const { cell } of deliveryCells(more)) {
    cell.payloadBytes = 4096;
    cell.id = `${cell.id}/more`;
  }
  document.cells.push(...more.cells);
  expect(sweepsOf(document).sweeps.map(({ axis, title }) => `${axis.parameter}: ${title}`)).toEqual([
    'subscribers: 128-byte events',
    'subscribers: 4,096-byte events',
    'payloadBytes: 100 subscribers',
    'payloadBytes: 500 subscribers',
    'payloadBytes: 2,000 subscribers',
  ]);
});

test('a line for each transport through its points; one without the parameter is level', () => {
  const [sweep] = sweepsOf(pollIntervalDocument()).sweeps as [Sweep];
  expect(sweep.lines.map(({ label, points }) => [label, points.length])).toEqual([
    ['polling', 6],
    ['long-polling', 1],
    ['websocket', 1],
  ]);
  const svg = sweepChart(sweep, latency, [])?.chart.text ?? '';
  const curves = [...svg.matchAll(/class="curve" d="([^"]*)"/g)].map((match) =>
    [...(match[1] as string).matchAll(/([\d.]+),([\d.]+)/g)].map(
      (point) => [Number(point[1]), Number(point[2])] as const,
    ),
  );
  expect(curves.map((points) => points.length)).toEqual([6, 2, 2]);
  expect(new Set(curves[1]?.map(([, y]) => y)).size).toBe(1);
  const heights = (curves[0] ?? []).map(([, y]) => y);
  expect(heights).toEqual(heights.toSorted((a, b) => b - a));
});
