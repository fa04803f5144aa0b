import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heavierRun, wholeRun } from '../../results/compare/fixtures/whole-runs.ts';
import { partialDocument, quickDocument } from '../../results/samples/variants.ts';
import { BenchCommand, bench } from '../fixtures/bench-command.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const run = wholeRun();

/** The golden run with its transports renamed, as an older or newer version of this program might have them. */
const renamed = JSON.parse(JSON.stringify(run).replaceAll('/websocket/', '/web-socket/'));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-compare-'));
  const documents: Record<string, unknown> = {
    'base.json': run,
    'same.json': { ...run, id: 'same' },
    'worse.json': heavierRun(1),
    'little.json': heavierRun(0.01),
    'partial.json': { ...partialDocument(), id: 'partial' },
    'failed.json': { ...quickDocument(), id: 'failed' },
    'longer.json': { ...run, id: 'longer', plan: { ...run.plan, phases: { ...run.plan.phases, measureMs: 60_000 } } },
    'future.json': { ...run, schemaVersion: 99 },
    'renamed.json': { ...renamed, id: 'renamed' },
    'none.json': { ...run, id: 'none', cells: [], plan: { ...run.plan, cells: [] } },
  };
  for (const [name, document] of Object.entries(documents)) writeFileSync(file(name), JSON.stringify(document));
  writeFileSync(file('packed.json.gz'), gzipSync(JSON.stringify(run)));
  writeFileSync(file('empty.json'), '');
  writeFileSync(file('cut.json'), JSON.stringify(run).slice(0, 5000));
  mkdirSync(file('two'));
  for (const id of ['one', 'two']) writeFileSync(file(`two/${id}.json`), JSON.stringify({ ...run, id }));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Processes that share nothing but their documents.
describe.concurrent('compare: what it ends with', () => {
  it.each([
    ['nothing changed', ['base.json', 'same.json'], 0, '✓'],
    ['a packed base', ['packed.json.gz', 'same.json'], 0, '✓'],
    ['folders of runs', ['two', 'two'], 0, '✓'],
    ['less than the tolerance', ['base.json', 'little.json'], 0, '✓'],
    ['a byte more', ['base.json', 'worse.json'], 1, '✕'],
    ['a run that was interrupted', ['base.json', 'partial.json'], 3, 'Incomplete'],
    ['cells that failed', ['base.json', 'failed.json'], 3, 'SIGKILL'],
    ['a transport renamed', ['base.json', 'renamed.json'], 3, 'Incomplete'],
    ['a head without cells', ['base.json', 'none.json'], 3, 'Incomplete'],
    ['no cells in either', ['none.json', 'none.json'], 3, 'nothing was compared'],
    ['another plan', ['base.json', 'longer.json'], 4, 'measured in each trial'],
  ])('%s', async (_, names, code, said) => {
    const result = await bench('compare', ...names.map(file));
    expect(result.stderr).toBe('');
    expect(result.stdout).toContain(said);
    expect(result.code).toBe(code);
  });

  it.each([
    ['no base', ['there-is-none.json', 'base.json'], 4, 'the base: '],
    ['an empty base', ['empty.json', 'base.json'], 4, 'is empty'],
    ['an empty head', ['base.json', 'empty.json'], 2, 'the head: '],
    ['a head cut off', ['base.json', 'cut.json'], 2, 'cut off'],
    ['a head of the future', ['base.json', 'future.json'], 2, 'schemaVersion 99'],
    ['a base of the future', ['future.json', 'base.json'], 4, 'schemaVersion 99'],
    ['both missing', ['none-a.json', 'none-b.json'], 4, 'none-b.json'],
    ['one document', ['base.json'], 2, 'only one document'],
  ])('%s: a message, and nothing else', async (_, names, code, said) => {
    const { stdout, stderr, code: ended } = await bench('compare', ...names.map(file));
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('    at ');
    expect(ended).toBe(code);
  });

  it('wrong options: all of them at once', async () => {
    const twice = ['--junit', file('x.xml'), '--csv', file('x.xml')];
    const given = ['--margin', 'wide', '--tolerance', '2', '--rounds', '3', ...twice];
    const { stderr, code } = await bench('compare', file('base.json'), file('same.json'), ...given);
    expect(code).toBe(2);
    expect(stderr).toContain('--margin: found "wide"');
    expect(stderr).toContain('--tolerance: found "2"');
    expect(stderr).toContain('is asked for twice');
  });

  it('another plan, forced: compared, and said', async () => {
    const { stdout, code } = await bench('compare', file('base.json'), file('longer.json'), '--force');
    expect(code).toBe(0);
    expect(stdout).toContain('Measured in each trial');
  });

  it('a tolerance of nothing', async () => {
    const { code } = await bench('compare', file('base.json'), file('little.json'), '--tolerance', '0%');
    expect(code).toBe(1);
  });

  it('a version in turns whose documents have another schema', async () => {
    const turns = (source: string) => `cp ${file(source)} {out}/run.json`;
    const { stdout, stderr, code } = await bench(
      ...['compare', '--interleave', turns('future.json'), turns('base.json'), '--out', file('schemas')],
    );
    expect(stdout).toBe('');
    expect(stderr).toMatch(/round 1 of \d+, base: .*schemaVersion 99/);
    expect(code).toBe(4);
  });

  it('Ctrl-C while versions run in turns: 130, and nothing is left', async () => {
    const sleeper = "sh -c 'sleep 60' --";
    const command = new BenchCommand(['compare', '--interleave', sleeper, sleeper, '--out', file('turns')]);
    try {
      await command.processLike(/^sleep 60/);
      command.signal('SIGINT', true);
      expect(await command.ended).toBe(130);
      expect(await command.leftAfter(5_000)).toEqual([]);
    } finally {
      command.killAll();
    }
  });
});

describe.concurrent('compare: what it writes', () => {
  const outputs = ['summary', 'comment', 'junit', 'csv', 'benchmark-action', 'badge', 'html'];

  it('every file that is asked for, into folders that it makes', async () => {
    const asked = outputs.flatMap((name) => [`--${name}`, file(`made/${name}`)]);
    const { stderr, code } = await bench('compare', file('base.json'), file('worse.json'), ...asked);
    expect(stderr).toBe('');
    expect(code).toBe(1);
    for (const name of outputs) expect(readFileSync(file(`made/${name}`), 'utf8')).not.toBe('');
    expect(readFileSync(file('made/html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('JSON to standard output, alone, and what GitHub shows to where it is read', async () => {
    writeFileSync(file('step.md'), 'an earlier step\n');
    const environment = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file('step.md') };
    const command = new BenchCommand(['compare', file('base.json'), file('worse.json'), '--json'], environment);
    expect(await command.ended).toBe(1);
    expect(JSON.parse(command.stdout)).toMatchObject({ kind: 'transport-bench-comparison', outcome: 'regression' });
    expect(command.stderr).toContain('::error ');
    expect(readFileSync(file('step.md'), 'utf8')).toMatch(/^an earlier step\n[\s\S]+regression/i);
  });

  it('an output that cannot be written does not take the verdict away', async () => {
    const { stdout, stderr, code } = await bench(
      'compare',
      file('base.json'),
      file('same.json'),
      '--csv',
      '/proc/x.csv',
    );
    expect(stdout).toContain('✓');
    expect(stderr).toContain('/proc/x.csv could not be written');
    expect(code).toBe(2);
    expect(existsSync('/proc/x.csv')).toBe(false);
  });
});
