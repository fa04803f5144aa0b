import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nightDocument } from '../../results/history/fixtures/nights.ts';
import { renderHtml } from '../../results/report/html.ts';
import { quickDocument } from '../../results/samples/variants.ts';
import { bench } from '../fixtures/bench-command.ts';

let folder: string;
const file = (...names: string[]) => join(folder, ...names);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-history-'));
  // A run as `run` writes it, one packed in a folder within, and a report alone.
  for (const name of ['runs/first', 'runs/2026/march', 'runs/third', 'runs/node_modules/x', 'empty', 'broken']) {
    mkdirSync(file(name), { recursive: true });
  }
  const [first, second, third] = [0, 1, 2].map((night) => nightDocument(night));
  writeFileSync(file('runs/first/run.json'), JSON.stringify(first, null, 1));
  writeFileSync(file('runs/first/report.html'), renderHtml(first as ReturnType<typeof nightDocument>));
  writeFileSync(file('runs/2026/march/night #2.json.gz'), gzipSync(JSON.stringify(second)));
  writeFileSync(file('runs/third/report.html'), renderHtml(third as ReturnType<typeof nightDocument>));
  writeFileSync(file('runs/node_modules/x/package.json'), '{}');
  writeFileSync(file('broken/cut.json'), JSON.stringify(first).slice(0, 4000));
  writeFileSync(file('broken/old.json'), JSON.stringify({ ...quickDocument(), schemaVersion: 1 }));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('report --history', () => {
  it('makes one page of all runs in a folder, each once, with links to them', async () => {
    const output = file('trend.html');
    expect(await bench('report', '--history', file('runs'), '-o', output)).toEqual({
      code: 0,
      stdout: `${output}\n`,
      stderr: '',
    });
    const page = readFileSync(output, 'utf8');
    expect(page).toContain('3 runs from 2026-03-01 to 2026-03-03');
    const links = [...page.matchAll(/<a href="?(\.\/runs[^" >]*)/g)].map(([, link]) => link);
    expect(links).toEqual([
      './runs/third/report.html',
      './runs/2026/march/night%20%232.json.gz',
      './runs/first/report.html',
    ]);
  });

  it('csv and json go to standard output, and have all points', async () => {
    const csv = await bench('report', '--history', file('runs'), '--format', 'csv');
    expect([csv.code, csv.stderr]).toEqual([0, '']);
    const json = await bench('report', '--history', file('runs'), '--format', 'json');
    const { points, unread } = JSON.parse(json.stdout);
    expect(unread).toEqual([]);
    expect(csv.stdout.trimEnd().split('\r\n')).toHaveLength(1 + points.length);
    expect(new Set(points.map(({ run }: { run: string }) => run)).size).toBe(3);
    // 5 cells x 6 metrics, all of them known in the golden document.
    expect(points).toHaveLength(3 * 5 * 6);
  });

  it('names what it cannot read and goes on', async () => {
    cpSync(file('broken'), file('some'), { recursive: true });
    cpSync(file('runs/third'), file('some/third'), { recursive: true });
    const { code, stdout, stderr } = await bench('report', '--history', file('some'), '-o', '-');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: 2 files left out:\n- .*cut\.json: begins like JSON and is cut off/);
    expect(stderr).toMatch(/\n- .*old\.json: has schemaVersion 1/);
    expect(stdout).toContain('<code>old.json</code>');
    expect(stdout).toContain('1 run of 2026-03-03');
  });

  it.each([
    [['--history', 'broken'], /none of the 2 files in .*broken can be used:\n- .*cut\.json.*\n- .*old\.json/],
    [['--history', 'empty'], /empty holds no run: there is no \*\.json, \*\.json\.gz or report\.html in it/],
    [['--history', 'nosuch'], /the history .*nosuch cannot be read: ENOENT.*give --history a folder of runs/],
    [['--history', 'runs/first/run.json'], /cannot be read: ENOTDIR/],
    [
      ['--history', 'runs', '--format', 'hlog'],
      /--format hlog is of single runs; of a history there are html, csv and json/,
    ],
    [['--history', 'runs', '-o', 'runs/first/report.html'], /would take the place of .*report\.html/],
    [['x.json', '--history', 'runs'], /--history takes the runs of its folder, and x\.json would be left out/],
    [[], /missing argument 'run\.json': name the document of a run, or a folder of runs with --history/],
  ])('%j: exit 2 and what to do', async (words, says) => {
    const given = words.map((word) => (/^(?:broken|empty|nosuch|runs)/.test(word) ? file(word) : word));
    const { code, stdout, stderr } = await bench('report', ...given);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
