import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { toMarkdown } from '../export/markdown.ts';
import { thresholdDocument } from '../samples/thresholds.ts';
import { quickDocument } from '../samples/variants.ts';
import { renderHtml } from './html.ts';
import { renderTerminal } from './terminal.ts';
import { thresholdRows } from './threshold-rows.ts';

const document = thresholdDocument();

test('terminal: first, with sign and word, value, interval, limit and trials', () => {
  const text = renderTerminal(document, { color: false, width: 120 });
  expect(text.startsWith('Thresholds\n2 failed, 1 missing, 2 undecided, 2 passed, 1 left out\n')).toBe(true);
  for (const line of [
    '✓ passed      fastify/websocket.bytes.overheadPerDelivery <= 4B',
    '✓ passed      fastify/websocket.latencyUs.p50 < 0.5 * fastify/long-polling.latencyUs.p50',
    '✕ failed      http-stream.bytes.overheadPerDelivery < 7B',
    '    http-stream (server fastify): 7 B, limit < 7 B, 6 trials',
    '✕ failed      polling.latencyUs.p50 < 100ms (only a warning)',
    '    polling (server fastify): 126 ms (125 to 126 ms), limit < 100 ms, 6 trials',
    '? undecided   fastify/websocket.latencyUs.p99 < 2ms',
    '? undecided   http-stream.latencyUs.p99 < 2500us (counts as failed)',
    '– missing     sse.latencyUs.p50 < 5ms',
    '    ✓ sse (server fastify): 1.06 ms (1.04 to 1.08 ms), limit < 5 ms, 6 trials',
    '– left out    other/sse.deliveries.missing <= 0',
    '    —, server other is not in this run',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toMatch(/ {4}– sse \(server go\): —, limit < 5 ms, skipped: the server go requires/);
  expect(stripVTControlCharacters(renderTerminal(document, { color: true, width: 120 }))).toBe(text);
});

test.each([40, 60, 80])('terminal: no line is longer than %d columns', (width) => {
  const lines = renderTerminal(document, { color: false, width }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
});

test('report: a section before the results, a row for each cell, marks with words', () => {
  const html = renderHtml(document);
  expect(html.indexOf('<section aria-labelledby="thresholds">')).toBeGreaterThan(0);
  expect(html.indexOf('id="thresholds"')).toBeLessThan(html.indexOf('id="warnings"'));
  const table = /<table class="thresholds">.*?<\/table>/s.exec(html)?.[0] ?? '';
  const rows = [...table.matchAll(/<tr[^>]*>(<td.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, content = '']) => content.replaceAll(/<[^>]*>/g, '')),
  );
  expect(rows).toHaveLength(thresholdRows(document).flatMap(({ cells }) => cells).length);
  expect(rows[2]).toEqual([
    '✕ failed',
    'http-stream.bytes.overheadPerDelivery &lt; 7Bwire bytes that are not event text, per delivery',
    'http-stream (server fastify)',
    '7\u00a0B',
    '',
    '&lt; 7\u00a0B',
    '6',
    '',
  ]);
});

test('markdown: below the question, before the verdict', () => {
  const lines = toMarkdown([document]).split('\n');
  expect(lines[2]).toBe('## Thresholds');
  expect(lines[4]).toBe('2 failed, 1 missing, 2 undecided, 2 passed, 1 left out.');
  expect(lines[10]).toBe(
    '| ✕ failed | `http-stream.bytes.overheadPerDelivery < 7B` | http-stream (server fastify) | 7 B |  | &lt; 7 B | 6 |  |',
  );
});

test('a run that has not ended says that nothing was judged; one without thresholds says nothing', () => {
  const { thresholds: _, ...running } = document;
  expect(thresholdRows(running).map(({ state }) => state)).toEqual([...Array(7).fill('not judged'), 'left out']);
  for (const text of [
    renderTerminal(quickDocument(), { color: false, width: 100 }),
    renderHtml(quickDocument()).replace(/<style>.*<\/style>/s, ''),
    toMarkdown([quickDocument()]),
  ]) {
    expect(text).not.toMatch(/thresholds<|Thresholds/);
  }
});

test('whatever a document says in its thresholds stays text', () => {
  const odd = structuredClone(document);
  const text = '<script>alert(1)</script> | `@all` \u001b[31m';
  for (const all of [odd.plan.thresholds ?? [], odd.thresholds ?? []]) {
    all.forEach((threshold, index) => {
      threshold.text = `${text} ${index}`;
    });
  }
  for (const cell of odd.thresholds?.flatMap(({ cells }) => cells) ?? []) cell.note = text;
  expect(renderHtml(odd).match(/<script/g)).toHaveLength(1);
  expect(renderTerminal(odd, { color: false, width: 80 })).not.toContain('\u001b');
  const rows = toMarkdown([odd])
    .split('\n')
    .filter((line) => line.includes('alert'));
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(10);
  expect(rows).toHaveLength(9);
});
