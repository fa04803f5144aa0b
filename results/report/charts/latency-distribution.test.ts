import { expect, test } from 'vitest';
import { deliveryCells } from '../../labels.ts';
import { LatencyRecorder } from '../../recording/latency.ts';
import { quickDocument, withCells } from '../../samples/variants.ts';
import { decodeBuckets } from '../../statistics/decode-windows.ts';
import { binShares, latencyBins } from './latency-bins.ts';
import { distributionChart } from './latency-distribution.ts';
import type { LabelledLatency } from './latency-percentiles.ts';

const labelled = (document = quickDocument()): LabelledLatency[] =>
  deliveryCells(document).map(({ cell, latencyUs }) => ({
    label: cell.transport,
    transport: cell.transport,
    latencyUs,
  }));

test('bins follow one another in equal ratios, and hold whole microseconds', () => {
  const { edgesUs, ratio } = latencyBins(400, 250_000);
  expect(edgesUs[0]).toBeLessThanOrEqual(400);
  expect(edgesUs.at(-1)).toBeGreaterThan(250_000);
  expect(edgesUs.length).toBeLessThanOrEqual(82);
  for (const [at, edge] of edgesUs.entries()) {
    expect(edge).toBe(Math.round(edge));
    if (at > 0) expect(edge / (edgesUs[at - 1] as number) / ratio).toBeCloseTo(1, 1);
  }
  expect(latencyBins(0, 0).edgesUs).toEqual([1, 2]);
  const wide = latencyBins(1, 60_000_000).edgesUs;
  expect(new Set(wide).size).toBe(wide.length);
});

test('the shares of the bins are those of the histogram, and add up to 1', () => {
  for (const { latencyUs } of labelled()) {
    const buckets = decodeBuckets(latencyUs.histogram);
    const shares = binShares(latencyBins(latencyUs.min ?? 0, latencyUs.max ?? 0), buckets);
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    const median = latencyUs.p50?.value ?? 0;
    const below = shares.filter(({ fromUs }) => fromUs <= median).reduce((sum, { share }) => sum + share, 0);
    expect(below).toBeGreaterThanOrEqual(0.5);
    const held = shares.filter(({ toUs }) => toUs <= median).reduce((sum, { share }) => sum + share, 0);
    expect(held).toBeLessThanOrEqual(0.5);
  }
});

test('a row for each cell, with the same height for the same share and a stroke at p50 and p99', () => {
  const chart = distributionChart(labelled(), null);
  const svg = chart?.chart.text ?? '';
  const rows = [...svg.matchAll(/class="outline" d="M[\d.]+ ([\d.]+)((?:V[\d.]+H[\d.]+)+)V[\d.]+Z"/g)];
  expect(rows).toHaveLength(5);
  expect(svg.match(/class="whisker"/g)).toHaveLength(10);
  // As steps have one width each, the heights of a row add up to the same in all of them: to 100 % of the deliveries.
  const areas = rows.map(([, base, steps = '']) =>
    [...steps.matchAll(/V([\d.]+)/g)].reduce((sum, [, y]) => sum + Number(base) - Number(y), 0),
  );
  for (const area of areas) expect(area / (areas[0] as number)).toBeCloseTo(1, 1);
});

test('the example and the table are the shares of the chart', () => {
  const chart = distributionChart(labelled(), null);
  expect(chart?.fullest.map(({ label }) => label).at(-1)).toBe('websocket');
  const share = chart?.fullest.at(-1)?.bin.share ?? 0;
  expect(share).toBeGreaterThan(0.01);
  expect(chart?.table.text).toContain(`>${(share * 100).toPrecision(3)} %<`);
});

test('what cannot be drawn is named; without a delivery there is no chart', () => {
  const document = withCells(({ cell, latencyUs }) => {
    if (cell.transport === 'sse') latencyUs.histogram = 'HISTFAAAA';
  });
  expect(distributionChart(labelled(document), null)?.note).toBe('Not drawn: sse: its histogram cannot be decoded.');
  const none = withCells(({ latencyUs }) => Object.assign(latencyUs, { min: null, max: null }));
  expect(distributionChart(labelled(none), null)).toBeNull();
});

test('where one peak dwarfs another, each row has its own scale', () => {
  const document = withCells(({ cell, latencyUs }) => {
    if (cell.transport !== 'sse') return;
    const recorder = new LatencyRecorder();
    for (let at = 0; at < 1000; at += 1) recorder.record(5_000);
    latencyUs.histogram = recorder.data().histogram;
  });
  const chart = distributionChart(labelled(document), null);
  expect(chart?.hasOneScale).toBe(false);
  const tops = [...(chart?.chart.text ?? '').matchAll(/class="outline" d="M[\d.]+ ([\d.]+)([^"]*)"/g)].map(
    ([, base, steps = '']) => Number(base) - Math.min(...[...steps.matchAll(/V([\d.]+)/g)].map(([, y]) => Number(y))),
  );
  for (const top of tops) expect(top).toBeCloseTo(46, 0);
  expect(distributionChart(labelled(), null)?.hasOneScale).toBe(true);
});
