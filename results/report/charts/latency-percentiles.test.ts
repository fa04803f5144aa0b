import { expect, test } from 'vitest';
import { compareCells } from '../../labels.ts';
import type { RunDocument } from '../../run-document.ts';
import { quickDocument, withCells } from '../../samples/variants.ts';
import { type LabelledLatency, latencyRange, percentileChart } from './latency-percentiles.ts';
import { percentileCurve } from './percentile-curve.ts';

function labelled(document: RunDocument): LabelledLatency[] {
  return compareCells(document).groups.flatMap(({ cells, labels }) =>
    cells.map(({ cell, latencyUs }) => ({ label: labels.get(cell.id) ?? '', transport: cell.transport, latencyUs })),
  );
}

function draw(latencies: readonly LabelledLatency[]) {
  return percentileChart(latencies, latencyRange(latencies.map(({ latencyUs }) => latencyUs)));
}

function coordinates(path: string): [number, number][] {
  return [...path.matchAll(/[ML]?(-?[\d.]+),(-?[\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])]);
}

const chart = draw(labelled(quickDocument()));
const svg = chart?.chart.text ?? '';

test('the axes have the percentiles that 624 events support, and latencies with units', () => {
  const ticks = (kind: string) =>
    [...svg.matchAll(new RegExp(`<g class="${kind}">.*?<text[^>]*>([^<]*)<`, 'g'))].map((m) => m[1]);
  expect(ticks('tick-x')).toEqual(['0 %', '50 %', '90 %', '99 %']);
  expect(ticks('tick-y')).toEqual([
    '200 us',
    '500 us',
    '1 ms',
    '2 ms',
    '5 ms',
    '10 ms',
    '20 ms',
    '50 ms',
    '100 ms',
    '200 ms',
  ]);
});

test('a line for each cell, which never falls, within the drawing', () => {
  const curves = [...svg.matchAll(/class="curve" d="([^"]*)"/g)].map((match) => coordinates(match[1] as string));
  expect(curves).toHaveLength(5);
  const height = Number(/viewBox="0 0 760 (\d+)"/.exec(svg)?.[1]);
  for (const points of curves) {
    expect(points.length).toBeGreaterThan(40);
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
  expect(new Set([...svg.matchAll(/class="curve"[^>]*stroke-dasharray="([^"]*)"/g)].map((m) => m[1])).size).toBe(5);
  expect(new Set([...svg.matchAll(/class="marker" d="([^"]*)"/g)].map((m) => m[1])).size).toBe(5);
  const names = ['polling', 'long-polling', 'sse', 'http-stream', 'websocket'];
  expect([...svg.matchAll(/class="label"[^>]*>([^<]*)</g)].map((m) => m[1])).toEqual(names);
  expect([...svg.matchAll(/data-series="([^"]*)"/g)].map((m) => m[1])).toEqual(names);
  expect(svg).not.toMatch(/#[0-9a-f]{3,6}\b|rgb\(/);
});

test('the curve goes through the percentiles of the table and stops where they do', () => {
  for (const { latencyUs } of labelled(quickDocument())) {
    const at = (fraction: number) => percentileCurve(latencyUs).find((point) => point.fraction === fraction)?.latencyUs;
    expect([at(0), at(0.5), at(0.9), at(0.99), at(0.999)]).toEqual([
      latencyUs.min,
      latencyUs.p50?.value,
      latencyUs.p90?.value,
      latencyUs.p99?.value,
      undefined,
    ]);
  }
});

test('every interval is a stroke from its low to its high end, and the band begins and ends with them', () => {
  const one = labelled(quickDocument()).slice(0, 1);
  const { p50, p90, p99 } = (one[0] as LabelledLatency).latencyUs;
  const ends = [p50, p90, p99].flatMap((estimate) => [estimate?.low ?? 0, estimate?.high ?? 0]);
  const drawn = draw(one)?.chart.text ?? '';
  const whiskers = [...drawn.matchAll(/class="whisker" d="M[\d.]+ ([\d.]+)H[\d.]+M[\d.]+ [\d.]+V([\d.]+)M/g)];
  const ys = whiskers.flatMap(([, high, low]) => [Number(low), Number(high)]);
  expect(ys).toHaveLength(6);
  // A logarithmic scale: equal ratios are equal heights.
  const perPx = (Math.log(ends[5] as number) - Math.log(ends[0] as number)) / ((ys[0] as number) - (ys[5] as number));
  for (const [at, y] of ys.entries()) {
    const logUs = Math.log(ends[0] as number) + ((ys[0] as number) - y) * perPx;
    expect(Math.exp(logUs) / (ends[at] as number)).toBeCloseTo(1, 2);
  }
  const band = coordinates(/class="band" d="([^"]*)"/.exec(drawn)?.[1] ?? '');
  const ysAt = (at: number | undefined) => band.filter(([x]) => x === at).map(([, y]) => y);
  const [left, right] = [band[0]?.[0], band[band.length / 2 - 1]?.[0]];
  expect(ysAt(left)).toEqual([ys[1], ys[0]]);
  expect(ysAt(right)).toEqual([ys[5], ys[4]]);
});

test('the table has the figures of the document with their intervals', () => {
  const { latencyUs } = labelled(quickDocument())[0] as LabelledLatency;
  const text = chart?.table.text ?? '';
  const ms = (us: number | null | undefined) => ((us ?? 0) / 1000).toPrecision(3);
  expect(text).toContain(`<td>${latencyUs.events}</td>`);
  const { p50 } = latencyUs;
  expect(text.match(/<tr>/g)).toHaveLength(6);
  const polling = text.split('<tr>')[2] ?? '';
  const unit = /<span class="unit">([^<]*)</.exec(text)?.[1];
  expect(unit).toBe('ms');
  expect(polling).toContain(`${ms(p50?.value)} (${ms(p50?.low)} to ${ms(p50?.high)})`);
});

test('without intervals there are no strokes, and the line is drawn all the same', () => {
  const document = withCells(({ latencyUs }) => {
    for (const key of ['p50', 'p90', 'p99'] as const) Object.assign(latencyUs[key] ?? {}, { low: null, high: null });
  });
  const drawn = draw(labelled(document))?.chart.text ?? '';
  expect(drawn.match(/class="curve"/g)).toHaveLength(5);
  expect(drawn).not.toContain('whisker');
});

test('the same cell of several runs has several dash patterns and markers', () => {
  const [one] = labelled(quickDocument()) as [LabelledLatency];
  const runs = Array.from({ length: 10 }, (_, run) => ({ ...one, label: `run ${run}` }));
  const drawn = draw(runs)?.chart.text ?? '';
  const looks = [...drawn.matchAll(/stroke-dasharray="([^"]*)"\/><path class="(marker[^"]*)" d="([^"]*)"/g)];
  expect(new Set(looks.map(([, ...look]) => look.join('|'))).size).toBe(10);
});

test('cells that cannot be drawn are named; without a line there is no chart', () => {
  const document = withCells(({ cell, latencyUs }) => {
    if (cell.transport === 'sse') latencyUs.histogram = 'HISTFAAAA';
    if (cell.transport === 'polling') latencyUs.p50 = latencyUs.p90 = latencyUs.p99 = null;
  });
  expect(draw(labelled(document))?.note).toBe(
    'Not drawn: polling: too few events for a percentile; sse: its histogram cannot be decoded.',
  );
  expect(draw([])).toBeNull();
  expect(latencyRange([])).toBeNull();
});
