import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareCells } from '../labels.ts';
import type { RunDocument } from '../run-document.ts';
import { emptyDocument, quickDocument, withCells } from '../samples/variants.ts';
import { latencyChart, latencyRange, spreadLabels } from './chart.ts';
import { percentileCurve } from './percentile-curve.ts';

function draw(document: RunDocument): string {
  const groups = compareCells(document).groups;
  return groups.map((group) => latencyChart(group, latencyRange(groups))?.text ?? '').join('');
}

function coordinates(path: string): [number, number][] {
  return [...path.matchAll(/[ML]?(-?[\d.]+),(-?[\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])]);
}

const svg = draw(quickDocument());

test('the axes have the percentiles that 509 events support, and latencies with units', () => {
  const ticks = (kind: string) =>
    [...svg.matchAll(new RegExp(`<g class="${kind}">.*?<text[^>]*>([^<]*)<`, 'g'))].map((m) => m[1]);
  expect(ticks('tick-x')).toEqual(['0 %', '50 %', '90 %', '99 %']);
  expect(ticks('tick-y')).toEqual(['300 us', '1 ms', '3 ms', '10 ms', '30 ms', '100 ms']);
});

test('a line for each cell, which never falls, within the drawing', () => {
  const curves = [...svg.matchAll(/class="curve" d="([^"]*)"/g)].map((match) => coordinates(match[1] as string));
  expect(curves).toHaveLength(5);
  const height = Number(/viewBox="0 0 760 (\d+)"/.exec(svg)?.[1]);
  for (const points of curves) {
    expect(points.length).toBeGreaterThan(50);
    for (const [at, [x, y]] of points.entries()) {
      const [lastX, lastY] = points[at - 1] ?? [0, height];
      expect(x).toBeGreaterThan(lastX);
      expect(y).toBeLessThanOrEqual(lastY);
      expect(x).toBeLessThan(760);
      expect(y).toBeGreaterThan(0);
    }
  }
});

test('lines differ without colour, and are labelled', () => {
  expect(new Set([...svg.matchAll(/stroke-dasharray="([^"]*)"/g)].map((m) => m[1])).size).toBe(5);
  expect(new Set([...svg.matchAll(/class="marker" d="([^"]*)"/g)].map((m) => m[1])).size).toBe(5);
  expect([...svg.matchAll(/class="label"[^>]*>([^<]*)</g)].map((m) => m[1])).toEqual([
    'polling',
    'long-polling',
    'sse',
    'http-stream',
    'websocket',
  ]);
  expect(svg).not.toMatch(/#[0-9a-f]{3,6}\b|rgb\(/);
});

test('the curve goes through the percentiles of the table and stops where they do', () => {
  for (const group of compareCells(quickDocument()).groups) {
    for (const { latencyUs } of group.cells) {
      const at = (fraction: number) =>
        percentileCurve(latencyUs).find((point) => point.fraction === fraction)?.latencyUs;
      expect([at(0), at(0.5), at(0.9), at(0.99), at(0.999)]).toEqual([
        latencyUs.min,
        latencyUs.p50?.value,
        latencyUs.p90?.value,
        latencyUs.p99?.value,
        undefined,
      ]);
    }
  }
});

test('cells that cannot be drawn are named', () => {
  const document = withCells(({ cell, latencyUs }) => {
    if (cell.transport === 'sse') latencyUs.histogram = 'HISTFAAAA';
    if (cell.transport === 'polling') latencyUs.p50 = latencyUs.p90 = latencyUs.p99 = null;
  });
  expect(draw(document)).toContain(
    'Not drawn: polling: too few events for a percentile; sse: its histogram cannot be decoded.',
  );
});

test('without a line there is no chart', () => {
  expect(draw(emptyDocument())).toBe('');
  expect(latencyRange([])).toBeNull();
});

test('labels never overlap and keep their order, as long as there is room', () => {
  const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(wanted, (ys) => {
      const spread = spreadLabels(ys, 17, 6, 296);
      const sorted = spread.toSorted((a, b) => a - b);
      for (const [at, y] of sorted.entries()) {
        if (at > 0) expect(y - (sorted[at - 1] as number)).toBeGreaterThanOrEqual(17 - 1e-9);
        expect(y).toBeGreaterThanOrEqual(6 - 1e-9);
        expect(y).toBeLessThanOrEqual(296 + 1e-9);
      }
      for (const [a, ya] of ys.entries()) {
        for (const [b, yb] of ys.entries()) if (ya < yb) expect(spread[a]).toBeLessThan(spread[b] as number);
      }
    }),
  );
});
