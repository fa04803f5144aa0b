import { expect, test } from 'vitest';
import { deliveryCells } from '../../labels.ts';
import { formatUs } from '../../numbers.ts';
import { pollIntervalDocument, sweepDocument } from '../../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, quickDocument, withText } from '../../samples/variants.ts';
import { latencySection } from './latency.ts';

const text = (document = quickDocument()) => latencySection(document)?.text ?? '';
const ids = (page: string) => [...page.matchAll(/<figure id="([^"]*)"/g)].map(([, id]) => id);

test('three charts, each with a sentence on how to read it, and its data', () => {
  const page = text();
  expect(ids(page)).toEqual(['latency-percentiles', 'latency-distribution', 'latency-over-time']);
  expect(page.match(/<p class="reading">/g)).toHaveLength(3);
  expect(page.match(/<details class="chart-data">/g)).toHaveLength(3);
  const websocket = deliveryCells(quickDocument()).find(({ cell }) => cell.transport === 'websocket');
  const p90 = formatUs(websocket?.latencyUs.p90?.value ?? 0).replace(' ', '\u00a0');
  expect(page).toContain(`nine in ten deliveries of websocket took at most ${p90}`);
});

test('one set of charts for each feed, with the same latencies at the same heights', () => {
  const page = text(sweepDocument());
  expect(ids(page)).toEqual(
    [1, 2, 3].flatMap((at) =>
      ['latency-percentiles', 'latency-distribution', 'latency-over-time'].map((id) => `${id}-${at}`),
    ),
  );
  expect([...page.matchAll(/<h3>([^<]*)</g)].map(([, title]) => title)).toEqual([
    '100 subscribers',
    '500 subscribers',
    '2,000 subscribers',
  ]);
  const axes = [...page.matchAll(/<figure id="latency-percentiles.*?<\/figure>/gs)].map(([figure]) =>
    [...figure.matchAll(/class="tick-y"><line[^>]* y1="([\d.]+)"[^>]*\/><text[^>]*>([^<]*)</g)].map(
      ([, y, us]) => `${us} ${y}`,
    ),
  );
  expect(new Set(axes.map((axis) => axis.join())).size).toBe(1);
});

test('a cell that is not valid is marked in every chart, and is no example', () => {
  const page = text(doubtfulDocument());
  expect(page.match(/data-series="websocket !"/g)).toHaveLength(3);
  expect(page).not.toContain('nine in ten deliveries of websocket');
});

test('several cells of one transport are told apart', () => {
  const page = text(pollIntervalDocument());
  expect(page).toContain('data-series="polling (every 100 ms)"');
  expect(page).toContain('data-series="polling (every 5 s)"');
});

test('of a document without deliveries there is no section; a hostile one is text', () => {
  expect(latencySection(emptyDocument())).toBeNull();
  const document = withText('<script>alert(1)</script>');
  expect(text(document)).not.toContain('<script>');
});
