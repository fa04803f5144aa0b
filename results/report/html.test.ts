import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pollIntervalDocument, sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, partialDocument, quickDocument, withText } from '../samples/variants.ts';
import { renderHtml } from './html.ts';

const page = renderHtml(quickDocument());
const HOSTILE = `</script></style><img src=x onerror=alert(1)>" onload="alert(2)' &amp; <!-- ]]> \u2028\u2029\u0000\ud800`;

/** Names of elements that are opened and not closed, or closed and not opened, in order of appearance. */
function unbalanced(html: string): string[] {
  const voids = new Set(['meta', 'br', 'line', 'path']);
  const bare = html.replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, '<$1$2></$1>').replace('<!doctype html>', '');
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, close, name, rest] of bare.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:[^>"]|"[^"]*")*)>/g)) {
    if (close === '/') {
      if (open.pop() !== name) wrong.push(`/${name}`);
    } else if (!voids.has(name as string) && rest?.endsWith('/') !== true) {
      open.push(name as string);
    }
  }
  const strayAngles = bare.replace(/<\/?[a-zA-Z][\w-]*(?:[^>"]|"[^"]*")*>/g, '').match(/[<>]/g) ?? [];
  return [...wrong, ...open, ...strayAngles];
}

/** The page without the run document, whose base64 may hold any word. */
function withoutData(html: string): string {
  return html.replace(/<script[\s\S]*<\/script>/, '').replace(/(href="data:application\/gzip;base64,)[^"]*/, '$1');
}

function embedded(html: string): unknown {
  return JSON.parse(/<script type="application\/json" id="run-document">(.*?)<\/script>/s.exec(html)?.[1] ?? 'null');
}

test.each([
  ['golden', quickDocument()],
  ['doubtful', doubtfulDocument()],
  ['sweep', sweepDocument()],
  ['poll interval', pollIntervalDocument()],
  ['empty', emptyDocument()],
  ['partial', partialDocument()],
  ['hostile', withText(HOSTILE)],
])('%s: every element is closed, ids are unique, labels point to something', (_, document) => {
  const html = renderHtml(document);
  expect(unbalanced(html)).toEqual([]);
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of html.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(target);
  expect(withoutData(html).match(/NaN|undefined|\[object|Infinity/)).toBeNull();
});

test('nothing is loaded from anywhere', () => {
  for (const html of [page, renderHtml(sweepDocument())]) {
    expect(withoutData(html).match(/https?:|@import|url\(|<link|<iframe|<object|<embed|<base/i)).toBeNull();
    const references = [
      ...withoutData(html).matchAll(/\s(?:src|href|srcset|action|poster|xlink:href)="([^"]{0,30})/g),
    ].map((m) => m[1]);
    expect(references).toEqual(['data:application/gzip;base64,']);
    expect(html.includes('content="default-src &#39;none&#39;;')).toBe(true);
  }
});

test('no script runs: the only one is data', () => {
  expect([...page.matchAll(/<script[^>]*>/g)].map((match) => match[0])).toEqual([
    '<script type="application/json" id="run-document">',
  ]);
  expect(page).not.toMatch(/\son[a-z]+="/);
});

test('a hostile text in every field stays text', () => {
  const document = withText(HOSTILE);
  document.environment.packages = { [HOSTILE]: HOSTILE };
  const html = renderHtml(document);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/<\/script/g)).toHaveLength(1);
  expect(html.match(/<\/style/g)).toHaveLength(1);
  expect(withoutData(html).match(/<img|<!--|" onload/g)).toBeNull();
  expect(html.includes('\u0000')).toBe(false);
  expect(embedded(html)).toEqual(document);
});

test('the run document is inside, twice: as an element and as a download', () => {
  expect(embedded(page)).toEqual(quickDocument());
  const packed = /href="data:application\/gzip;base64,([^"]*)"/.exec(page)?.[1] as string;
  expect(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString())).toEqual(quickDocument());
});

test('a quick run takes less than 500 KB', () => {
  expect(Buffer.byteLength(page)).toBeLessThan(500_000);
});

test('the question and the answer come before the table, the table before the method', () => {
  const order = [
    '<h1>',
    'class="banner',
    'id="warnings"',
    'id="answer"',
    'id="results"',
    'id="chart"',
    'id="not-completed"',
    'id="capacity"',
  ];
  const rest = [
    'id="validity"',
    'id="theory"',
    'id="trials"',
    'id="method"',
    'id="environment"',
    'id="glossary"',
    'id="raw"',
  ];
  const at = [...order, ...rest].map((mark) => page.indexOf(mark));
  expect(at).not.toContain(-1);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
});

test('every heading of a column is explained, on hover and in text', () => {
  const explained = [...page.matchAll(/<abbr title="([^"]+)">([^<]+)</g)];
  expect(explained).toHaveLength(10);
  for (const [, explanation, title] of explained) {
    expect(page).toContain(`<dt>${title}</dt><dd>${explanation}</dd>`);
  }
});

test.each([
  ['empty', emptyDocument(), 'No cell was measured.'],
  ['partial', partialDocument(), 'Valid, but not the whole plan, with 1 warning.'],
  ['sweep', sweepDocument(), 'Valid, with 1 warning.'],
  ['sweep without warnings', { ...sweepDocument(), warnings: [] }, 'Valid.'],
  ['golden', quickDocument(), 'Not everything could be measured.'],
  ['doubtful', doubtfulDocument(), 'Not all of this may be believed.'],
])('%s: the banner says so', (_, document, headline) => {
  expect(renderHtml(document)).toContain(`<strong>${headline}</strong>`);
});

test('failed checks are open to view, with what to do', () => {
  const html = renderHtml(doubtfulDocument());
  expect(html).toContain('<details open><summary>1 of 6 cells not valid</summary>');
  expect(html).toContain('Use fewer subscribers or a machine with more cores.');
  expect(page).not.toContain('<details open>');
});

test('one chart for each feed, and the same latency scale in all', () => {
  const html = renderHtml(sweepDocument());
  expect([...html.matchAll(/<figcaption>([^<]*)</g)].map((match) => match[1])).toEqual([
    'Delivery latency by percentile, 100 subscribers',
    'Delivery latency by percentile, 500 subscribers',
    'Delivery latency by percentile, 2,000 subscribers',
  ]);
});

/** Relative luminance and contrast, WCAG 2.2 section 1.4.3. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test.each(['light', 'dark'])('%s: text has a contrast of at least 4.5 : 1', (scheme) => {
  const css = readFileSync(new URL('./html/report.css', import.meta.url), 'utf8');
  const blocks = [...css.matchAll(/:root \{([^}]*)\}/g)].map((match) => match[1] as string);
  const block = blocks[scheme === 'light' ? 0 : 1] as string;
  const color = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(block)?.[1] as string;
  const onPaper = ['ink', 'muted', 'link', 'bad', ...[0, 1, 2, 3, 4].map((at) => `series-${at}`)];
  const pairs = [
    ...onPaper.map((name) => [name, 'paper']),
    ['ink', 'panel'],
    ['good', 'good-paper'],
    ['caution', 'caution-paper'],
    ...['bad', 'ink', 'muted'].map((name) => [name, 'bad-paper']),
  ] as [string, string][];
  for (const [ink, paper] of pairs)
    expect(contrast(color(ink), color(paper)), `${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
});
