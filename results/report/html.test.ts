import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { significant } from '../numbers.ts';
import { pollIntervalDocument, sweepDocument } from '../samples/sweeps.ts';
import {
  doubtfulDocument,
  emptyDocument,
  failTheory,
  partialDocument,
  quickDocument,
  withCells,
  withText,
} from '../samples/variants.ts';
import { compact } from './compact.ts';
import { renderHtml } from './html.ts';

const page = renderHtml(quickDocument());
const HOSTILE = `</script></style><img src=x onerror=alert(1)>" onload="alert(2)' &amp; <!-- ]]> \u2028\u2029\u0000\ud800`;

/** Names of elements that are opened and not closed, or closed and not opened, in order of appearance. */
function unbalanced(html: string): string[] {
  const voids = new Set(['meta', 'link', 'br', 'input', 'hr', 'wbr']);
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

/** The page without its script and the run document, whose base64 may hold any word. */
function withoutData(html: string): string {
  return html
    .replace(/(href="data:application\/gzip;base64,)[^"]*/, '$1')
    .replace(/(<script)[^<]*(?:<(?!\/script)[^<]*)*/, '$1>');
}

function embedded(html: string): unknown {
  const packed = /id="run-document"[^>]* href="data:application\/gzip;base64,([^"]*)"/.exec(html)?.[1] ?? '';
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString());
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
    expect(
      withoutData(html).match(/https?:|@import|url\(|<link(?! rel="expect" href="#)|<iframe|<object|<embed|<base/i),
    ).toBeNull();
    const references = [
      ...withoutData(html).matchAll(/\s(?:src|href|srcset|action|poster|xlink:href)="(data:[^"]{0,25}|[^"]*)/g),
    ].map((m) => m[1] as string);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((m) => `#${m[1]}`);
    expect(references.filter((reference) => !ids.includes(reference))).toEqual(['data:application/gzip;base64,']);
    expect(html.includes('content="default-src &#39;none&#39;;')).toBe(true);
  }
});

test('there is one script, which the policy knows by its hash, and no handler in an attribute', () => {
  const scripts = [...page.matchAll(/<script [^>]*>([\s\S]*?)<\/script>/g)].map(([, text = '']) => text);
  expect(page.match(/<script/gi)).toHaveLength(1);
  const hash = createHash('sha256')
    .update(scripts[0] ?? '')
    .digest('base64');
  expect(page).toContain(`script-src &#39;sha256-${hash}&#39; `);
  expect(withoutData(page)).not.toMatch(/\son[a-z]+="/);
});

test('a hostile text in every field stays text', () => {
  const document = withText(HOSTILE);
  document.environment.packages = { [HOSTILE]: HOSTILE };
  const html = renderHtml(document);
  expect(html.match(/<script/gi)).toHaveLength(1);
  expect(html.match(/<\/script/gi)).toHaveLength(1);
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
  expect(Buffer.byteLength(compact(page))).toBeLessThan(500_000);
});

test('every section has a heading that links to itself', () => {
  const sections = [
    ...page.matchAll(/<section aria-labelledby="([^"]*)"><h2 id="([^"]*)"><a href="#([^"]*)">[^<]+<\/a>/g),
  ];
  expect(sections.length).toBe(page.match(/<section /g)?.length);
  for (const [, section, id, target] of sections) expect([id, target]).toEqual([section, section]);
});

test('the question and the answer come before the table, the table before the method', () => {
  const order = [
    '<h1>',
    'id="answer"',
    'class="banner',
    'id="warnings"',
    'id="results"',
    'id="findings"',
    'id="not-completed"',
    'id="latency"',
    'id="cost"',
    'id="bytes"',
    'id="anatomy"',
    'id="chooser"',
    'id="theory"',
    'id="comparisons"',
    'id="batching"',
    'id="capacity"',
    'id="calibration"',
    'id="validity"',
    'id="trials"',
    'id="method"',
    'id="compare"',
    'id="environment"',
    'id="glossary"',
    'id="raw"',
  ];
  const at = order.map((mark) => page.indexOf(mark));
  expect(at).not.toContain(-1);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
});

test('every heading of a column is explained, on hover and in text', () => {
  const tables = `${sectionOf(page, 'results')}${sectionOf(page, 'calibration')}`;
  const explained = [
    ...tables.matchAll(/<th scope="col" class="number"(?: id="metric-[^"]+")?><abbr title="([^"]+)">([^<]+)</g),
  ];
  // Eleven of the results, eight of the calibration.
  expect(explained).toHaveLength(19);
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
  expect(renderHtml(document)).toMatch(new RegExp(`<strong>[✓!✕] ${RegExp.escape(headline)}</strong>`));
});

function sectionOf(html: string, section: string): string {
  const from = html.indexOf(`<section aria-labelledby="${section}">`);
  return html.slice(from, html.indexOf('</section>', from));
}

/** The texts of the cells of each row of the first table in this markup. */
function rowsOf(html: string): string[][] {
  const table = /<tbody>([\s\S]*?)<\/tbody>/.exec(html)?.[1] ?? '';
  return [...table.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '')),
  );
}

const withoutCharts = (html: string) => html.replace(/<figure[\s\S]*?<\/figure>/g, '');

test('bytes by cause: a row for each transport, whose printed parts add up to its IP bytes', () => {
  const rows = rowsOf(sectionOf(page, 'bytes'));
  expect(rows.map(([name]) => name)).toEqual(['polling', 'long-polling', 'sse', 'http-stream', 'websocket']);
  for (const row of rows) {
    const values = row.slice(1).map(Number);
    const [packets = 0, total = 0] = values.toReversed();
    const parts = values.slice(0, -2);
    expect(parts).toHaveLength(8);
    // Each of eight parts is rounded by at most half a hundredth.
    expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - total)).toBeLessThanOrEqual(0.045);
    expect(packets).toBeGreaterThan(0);
  }
  const unknown = withCells((cell) => {
    cell.network = null;
  });
  const wire = rowsOf(sectionOf(renderHtml(unknown), 'bytes'));
  expect(wire.map((row) => row.length)).toEqual(Array(5).fill(9));
  // Payload, the four bytes of the frame, and nothing else.
  expect(wire[4]).toEqual(['websocket', '128.00', '0', '0', '4.00', '0', '0', '0', '132.00']);
});

test('batching: events per response or frame, write and read', () => {
  const rows = rowsOf(sectionOf(page, 'batching'));
  expect(rows[0]).toEqual(['polling', '12.8', '12.8', '12.8']);
  expect(rows[4]).toEqual(['websocket', '1.00', '1.00', '1.00']);
});

test('every pair has its ratio, interval, corrected p and a verdict in words', () => {
  const rows = rowsOf(sectionOf(page, 'comparisons'));
  expect(rows).toHaveLength(10);
  for (const { a, b, ratio, verdict, quantity } of quickDocument().comparisons) {
    if (quantity !== 'latencyUs.p50') continue;
    const [transportA, transportB] = [a, b].map((id) => id.split('/')[1]);
    const row = rows.find(([first, , second]) => first === transportA && second === transportB);
    expect(row?.[1]).toContain(verdict === 'same' ? 'the same as' : verdict);
    expect(row?.[3]).toBe(significant(ratio.value));
    expect(row?.[4]).toBe(`${significant(ratio.low ?? 0)} to ${significant(ratio.high ?? 0)}`);
    expect(Number(row?.[5])).toBeGreaterThan(0);
  }
  const undecided = withCells(() => {});
  for (const comparison of undecided.comparisons) Object.assign(comparison, { verdict: 'undecided', adjustedP: null });
  expect(renderHtml(undecided)).toContain('Latency, p50: 0 of 10 pairs decided');
});

test('theory: all cells side by side, and each with residual, tolerance, inputs and, where it fails, causes', () => {
  const document = withCells((cell) => {
    if (cell.cell.transport === 'sse') failTheory(cell, 'mean latency', 1500, 'the driver was busy');
  });
  const html = renderHtml(document);
  const row = rowsOf(withoutCharts(sectionOf(html, 'theory'))).find(([quantity]) => quantity === 'mean latency');
  expect(row?.[3]).toBe('✕ 1.500 msexpected 1.000 ms');
  expect(row?.[5]).toMatch(/^✓ /);
  expect(html).toMatch(/<details open><summary>sse: 1 of \d+ predictions does not hold<\/summary>/);
  expect(html).toContain('mean latency<br><span class="advice">Likely causes: the driver was busy.</span>');
  expect(html).toContain('<td>+500.0 us</td><td>± 100.0 us</td>');
  expect(html).toMatch(/<li>payloadBytes 128<\/li>/);
  expect(page).toMatch(/<details><summary>sse: \d+ predictions hold<\/summary>/);
});

test('failed checks are open to view, with what to do', () => {
  const html = renderHtml(doubtfulDocument());
  expect(html).toContain(
    '<details open><summary>websocket !: <strong class="flag">not valid</strong>, 1 check failed</summary>',
  );
  expect(html).toContain('Use fewer subscribers or a machine with more cores.');
  expect(page.slice(page.indexOf('<section aria-labelledby="validity">'))).not.toContain('<details open>');
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
  const color = (name: string) =>
    new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css)?.[
      scheme === 'light' ? 1 : 2
    ] as string;
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
