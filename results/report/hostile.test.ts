import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RunDocumentError, readRunDocument } from '../read-document.ts';
import { hostileDocument, largeSweepDocument, withNumbers } from '../samples/extremes.ts';
import { quickDocument } from '../samples/variants.ts';
import { allDocuments } from './fixtures/all-documents.ts';
import { renderHtml } from './html.ts';
import { shownCells } from './shown-cells.ts';

/** What a reader can see and a browser acts on: without the page's own style and script, and without the packed document. */
function visible(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<script[^>]*>[\s\S]*?<\/script>/, '')
    .replace(/(;base64,)[^"]*/g, '$1');
}

test('hostile text opens no element, ends none and adds no attribute', () => {
  const html = renderHtml(hostileDocument());
  const harmless = renderHtml(quickDocument());
  const count = (page: string, pattern: RegExp) => page.match(pattern)?.length ?? 0;
  for (const pattern of [/<script/gi, /<\/script/gi, /<style/gi, /<\/style/gi]) {
    expect(count(html, pattern)).toBe(count(harmless, pattern));
  }
  expect(visible(html).match(/<img|<!--|\son[a-z]+=['"]|href="javascript:/gi)).toBeNull();
  expect(html.includes('\u0000')).toBe(false);
  expect(html.isWellFormed()).toBe(true);
});

test.each(Object.entries(allDocuments))('%s: no number is spoilt and the document is inside', (_, make) => {
  const document = make();
  const html = renderHtml(document);
  expect(visible(html).match(/.{30}(?:\bNaN\b|\bundefined\b|\[object|\bInfinity\b).{10}/)).toBeNull();
  const packed = /href="data:application\/gzip;base64,([^"]*)"/.exec(html)?.[1] ?? '';
  expect(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString())).toEqual(document);
});

test.each([
  ['zero', () => 0],
  ['negative', (value: number) => -Math.abs(value)],
  ['a thousand times as large', (value: number) => value * 1000],
  ['a million times as large', (value: number) => value * 1e6],
  ['as large as a whole number may be', () => Number.MAX_SAFE_INTEGER],
  ['larger than anything', () => 1e300],
  ['tiny', () => 1e-300],
])('measured numbers that are %s are shown as they are', (_, replacement) => {
  const html = renderHtml(withNumbers(replacement));
  expect(visible(html).match(/.{30}(?:\bNaN\b|\bundefined\b|\bInfinity\b).{10}/)).toBeNull();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('a document with %d for a number is refused', (spoilt) => {
  const text = JSON.stringify(withNumbers(() => spoilt));
  expect(() => readRunDocument(text, 'run.json')).toThrow(RunDocumentError);
});

test('ten thousand cells: what is shown of them is a page that can be opened', () => {
  const { document, note } = shownCells(largeSweepDocument(2000));
  expect(note).toContain('This run has 10,000 cells');
  expect(Buffer.byteLength(visible(renderHtml(document)))).toBeLessThan(5_000_000);
});
