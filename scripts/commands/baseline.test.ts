import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nightDocument } from '../../results/history/fixtures/nights.ts';
import { renderHtml } from '../../results/report/html.ts';
import { renderRuns } from '../../results/report/runs.ts';
import { soundDocument } from '../../results/samples/extremes.ts';
import { emptyDocument, partialDocument } from '../../results/samples/variants.ts';
import { bench } from '../fixtures/bench-command.ts';

let folder: string;
const file = (name: string) => join(folder, name);
/** A run that nothing is wrong with. */
const sound = soundDocument();
const later = { ...sound, id: 'later', startedAt: '2026-12-01T00:00:00.000Z' };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-baseline-'));
  writeFileSync(file('run.json'), JSON.stringify(sound, null, 1));
  writeFileSync(file('later.json.gz'), gzipSync(JSON.stringify(later), { level: 1 }));
  writeFileSync(file('report.html'), renderHtml(sound));
  writeFileSync(file('runs.html'), renderRuns([sound, later]));
  writeFileSync(file('partial.json'), JSON.stringify(partialDocument()));
  writeFileSync(file('failed.json'), JSON.stringify(nightDocument(0)));
  writeFileSync(file('empty.json'), JSON.stringify(emptyDocument()));
  writeFileSync(file('cut.json'), JSON.stringify(sound).slice(0, 5000));
  writeFileSync(file('notes.json'), '{"mine":true}');
});

afterAll(() => rmSync(folder, { recursive: true }));

const read = (path: string) => JSON.parse(gunzipSync(readFileSync(path)).toString());

describe('baseline save', () => {
  it('keeps the document whole, and the same document as the same bytes, from whichever file', async () => {
    const [one, two] = [file('kept/one.json.gz'), file('kept/two.json.gz')];
    const saved = await bench('baseline', 'save', file('run.json'), one);
    expect([saved.code, saved.stderr]).toEqual([0, '']);
    expect(saved.stdout).toMatch(
      /^baseline {2}.*one\.json\.gz, [\d.]+ KB\nrun {7}\S+ of \d{4}-\d\d-\d\d .*, commit \S+.*\n$/,
    );
    await bench('baseline', 'save', file('report.html'), two);
    expect(read(one)).toEqual(sound);
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    // Neither the time nor the system is in it (RFC 1952).
    expect([...readFileSync(one).subarray(4, 10)]).toEqual([0, 0, 0, 0, 2, 255]);
  });

  it('says what it replaced', async () => {
    const target = file('again.json');
    await bench('baseline', 'save', file('run.json'), target);
    const { code, stdout } = await bench('baseline', 'save', file('later.json.gz'), target);
    expect(code).toBe(0);
    expect(stdout).toContain(`\nreplaced  ${sound.id} of `);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual(later);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('without a name goes to baselines/<scenario>.json.gz of the folder the user is in', async () => {
    const scripts = join(import.meta.dirname, '..');
    const code = await new Promise((resolve) => {
      const words = [
        '--import',
        join(scripts, 'require-node.mjs'),
        join(scripts, 'bench.ts'),
        'baseline',
        'save',
        'run.json',
      ];
      execFile(process.execPath, words, { cwd: folder }, (error) => resolve(error === null ? 0 : error.code));
    });
    expect(code).toBe(0);
    expect(read(file(`baselines/${sound.scenario.name}.json.gz`))).toEqual(sound);
  });

  it.each([
    ['partial.json', [/was not finished: its status is "interrupted"/, /planned cells? without a result/]],
    ['failed.json', [/failed: /, /was skipped: /]],
  ])('refuses %s with everything that is wrong, unless forced', async (name, patterns) => {
    const target = file(`forced-${name}`);
    const refused = await bench('baseline', 'save', file(name), target);
    expect([refused.code, refused.stdout, existsSync(target)]).toEqual([3, '', false]);
    for (const pattern of patterns) expect(refused.stderr).toMatch(pattern);
    expect(refused.stderr).toContain('Repeat the run, or keep this one all the same with --force');
    const forced = await bench('baseline', 'save', file(name), target, '--force');
    expect([forced.code, existsSync(target)]).toEqual([0, true]);
    for (const pattern of patterns) expect(forced.stdout).toMatch(pattern);
  });

  it('never keeps a run without a result', async () => {
    const { code, stderr } = await bench('baseline', 'save', file('empty.json'), file('x.json'), '--force');
    expect([code, existsSync(file('x.json'))]).toEqual([3, false]);
    expect(stderr).toMatch(/no cell in it delivered a feed, so nothing could be compared with it/);
  });

  it.each([
    [['cut.json', 'x.json'], /cut\.json: begins like JSON and is cut off/],
    [['nosuch.json', 'x.json'], /nosuch\.json cannot be read: ENOENT/],
    [['runs.html', 'x.json'], /runs\.html holds 2 runs, and a baseline is one; name the run\.json of one of them/],
    [['run.json', 'x.txt'], /needs a name that ends in \.json\.gz, or in \.json/],
    [['run.json', 'notes.json'], /notes\.json would be replaced, and is no baseline .*replace it with --force/],
    [['run.json', '/proc/nowhere/x.json'], /\/proc\/nowhere\/x\.json cannot be written: .*; choose another file/],
  ])('%j: exit 2, what to do, and nothing written', async ([run = '', target = ''], says) => {
    const path = target.startsWith('/') ? target : file(target);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : null;
    const { code, stdout, stderr } = await bench('baseline', 'save', file(run), path);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(before);
  });

  it('on a full disk leaves the older baseline whole, and nothing beside it', async () => {
    mkdirSync(file('full'));
    const target = file('full/base.json.gz');
    await bench('baseline', 'save', file('run.json'), target);
    const before = readFileSync(target);
    const scripts = join(import.meta.dirname, '..');
    // The shell's limit on the size of a file stands in for the disk: 8 blocks of 512 bytes.
    const command = `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`;
    const words = [process.execPath, '--import', join(scripts, 'require-node.mjs'), join(scripts, 'bench.ts')];
    const result = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      const all = ['-c', command, ...words, 'baseline', 'save', file('later.json.gz'), target];
      execFile('sh', all, (error, _, stderr) => resolve({ code: error?.code, stderr }));
    });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/base\.json\.gz cannot be written: E(?:FBIG|NOSPC)/);
    expect(readFileSync(target).equals(before)).toBe(true);
    expect(readdirSync(file('full'))).toEqual(['base.json.gz']);
  });
});

describe('baseline show', () => {
  it('tells which run it is, of what, where, and its figures with their intervals', async () => {
    const { code, stdout, stderr } = await bench('baseline', 'show', file('run.json'));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`\nscenario  ${sound.scenario.name}\n`);
    expect(stdout).toContain(sound.id);
    expect(stdout).toContain(`transport-bench ${sound.tool.version}`);
    expect(stdout).toContain(`Node.js ${sound.environment.nodeVersion}`);
    expect(stdout).toMatch(
      /\n +p50 +95 % interval +p99 +95 % interval +overhead +server CPU +95 % interval\ntransport +ms +ms +ms +ms +B +us +us\n/,
    );
    expect(stdout).toMatch(
      /\nwebsocket +[\d.]+ +[\d.]+ to [\d.]+ +[\d.]+ +[\d.]+ to [\d.]+ +4\.00 +[\d.]+ +[\d.]+ to [\d.]+\n/,
    );
  });

  it('shows all of a folder; as JSON with the values of the document', async () => {
    mkdirSync(file('two'));
    writeFileSync(file('two/a.json'), JSON.stringify(sound));
    writeFileSync(file('two/b.json.gz'), gzipSync(JSON.stringify(later)));
    const { code, stdout } = await bench('baseline', 'show', file('two'), '--json');
    expect(code).toBe(0);
    const shown = JSON.parse(stdout);
    expect(shown.map(({ id }: { id: string }) => id)).toEqual([sound.id, 'later']);
    const [first] = sound.cells;
    if (first?.outcome !== 'completed' || !('latencyUs' in first)) throw new Error('no delivery cell');
    expect(shown[0].cells[0]).toMatchObject({
      id: first.cell.id,
      valid: true,
      figures: {
        'latencyUs.p50': first.latencyUs.p50,
        'bytes.overheadPerDelivery': { value: first.bytes.overheadPerDelivery, low: null, high: null },
      },
    });
  });

  it.each([
    ['nosuch', /there is no baseline at .*nosuch: ENOENT.*baseline save RUN/],
    ['nothing', /there is no baseline in .*nothing; save one with/],
    ['cut.json', /cut\.json: begins like JSON and is cut off/],
  ])('%s: exit 4 and what to do', async (name, says) => {
    mkdirSync(file('nothing'), { recursive: true });
    const { code, stdout, stderr } = await bench('baseline', 'show', file(name));
    expect([code, stdout.trim()]).toEqual([4, '']);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/baseline save RUN/);
  });
});
