import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCsv } from '../../results/export/csv.ts';
import { toHlog } from '../../results/export/hlog.ts';
import { toMarkdown } from '../../results/export/markdown.ts';
import { compact } from '../../results/report/compact.ts';
import { packedDocuments, unpackDocument } from '../../results/report/embedded-document.ts';
import { renderHtml } from '../../results/report/html.ts';
import { partialDocument, quickDocument } from '../../results/samples/variants.ts';
import { bench } from '../fixtures/bench-command.ts';

let folder: string;
const quick = quickDocument();
const partial = { ...partialDocument(), id: 'partial' };
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
  writeFileSync(file('quick.json'), JSON.stringify(quick, null, 1));
  writeFileSync(file('partial.json.gz'), gzipSync(JSON.stringify(partial)));
  writeFileSync(file('report.html'), renderHtml(quick));
  writeFileSync(file('page.html'), '<!doctype html><p>Hello');
  writeFileSync(file('old.json'), JSON.stringify({ ...quick, schemaVersion: 1 }));
  writeFileSync(file('cut.json'), JSON.stringify(quick).slice(0, 5000));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('report --format', () => {
  it.each([
    ['md', () => toMarkdown([quick])],
    ['csv', () => toCsv([quick])],
    ['json', () => `${JSON.stringify(quick, null, 1)}\n`],
    ['hlog', () => toHlog(quick)],
  ])('%s goes to standard output', async (format, write) => {
    const text = await write();
    expect(await bench('report', file('quick.json'), '--format', format)).toEqual({
      code: 0,
      stdout: text,
      stderr: '',
    });
  });

  it('-o names a file, and - standard output', async () => {
    const written = await bench('report', file('quick.json'), '--format', 'csv', '-o', file('quick.csv'));
    expect(written).toEqual({ code: 0, stdout: `${file('quick.csv')}\n`, stderr: '' });
    expect(readFileSync(file('quick.csv'), 'utf8')).toBe(toCsv([quick]));
    const page = await bench('report', file('quick.json'), '-o', '-');
    expect(page).toEqual({ code: 0, stdout: compact(renderHtml(quick)), stderr: '' });
  });

  it('takes documents packed with gzip and those within a report, and several of them', async () => {
    const both = [file('report.html'), file('partial.json.gz')];
    const csv = await bench('report', ...both, '--format', 'csv');
    expect(csv).toEqual({ code: 0, stdout: toCsv([quick, partial]), stderr: '' });
  });

  it('makes one page of several documents, which are all in it', async () => {
    const { code, stderr } = await bench(
      'report',
      file('quick.json'),
      file('partial.json.gz'),
      '-o',
      file('both.html'),
    );
    expect([code, stderr]).toEqual([0, '']);
    const packed = packedDocuments(readFileSync(file('both.html'), 'utf8'));
    const texts = await Promise.all(packed.map(unpackDocument));
    expect(texts.map((text) => JSON.parse(text))).toEqual([quick, partial]);
    const md = await bench('report', file('both.html'), '--format', 'md');
    expect(md).toEqual({ code: 0, stdout: toMarkdown([quick, partial]), stderr: '' });
  });

  it('says everything that is wrong with the documents at once', async () => {
    const names = ['nosuch.json', 'page.html', 'old.json', 'cut.json'];
    const { code, stdout, stderr } = await bench('report', file('quick.json'), ...names.map(file));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('4 of 5 documents cannot be used:');
    for (const pattern of [
      /nosuch\.json cannot be read: ENOENT/,
      /page\.html cannot be read: it is a page without a run document in it/,
      /old\.json: has schemaVersion 1, and this program reads \d+/,
      /cut\.json: begins like JSON and is cut off after 5000 characters/,
    ])
      expect(stderr).toMatch(pattern);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    [['quick.json', 'partial.json.gz', '--format', 'hlog'], /--format hlog takes one document, and there are 2/],
    [['quick.json', '--format', 'pdf'], /Allowed choices are html, md, csv, json, hlog/],
    [
      ['report.html'],
      /the report would take the place of .*report\.html, from which it is made; choose another with -o/,
    ],
    [['quick.json', '-o', '/proc/nowhere'], /\/proc\/nowhere cannot be written: .*; choose another with -o/],
  ])('%j: exit 2 and what to do', async (words, says) => {
    const paths = words.map((word) => (/^[^-/].*\.(json|gz|html)$/.test(word) ? file(word) : word));
    const { code, stdout, stderr } = await bench('report', ...paths);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});
