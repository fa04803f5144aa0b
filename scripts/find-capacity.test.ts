import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunDocument } from '../results/read-document.ts';
import { BenchCommand, bench } from './fixtures/bench-command.ts';

let folder: string;
let scenario: string;
let command: BenchCommand | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-capacity-'));
  scenario = join(folder, 'small.yaml');
  writeFileSync(
    scenario,
    `question: What does it sustain?
transports: [polling, sse]
subscribers: 2
eventsPerSec: 100
payloadBytes: 100
schedule: constant
phases: { warmupMs: 50, measureMs: 200, drainMs: 1000 }
trials: 1
transportOptions: { polling: { intervalMs: 50 } }
`,
  );
});

afterEach(() => {
  command?.killAll();
  rmSync(folder, { recursive: true });
});

const documentIn = (out: string) => readRunDocument(readFileSync(join(out, 'run.json'), 'utf8'), 'run.json');

describe('run --find-capacity', () => {
  it('searches, confirms, and says how much at least where the search ends', async () => {
    const out = join(folder, 'out');
    const options = ['--find-capacity', 'rate', '--objective', 'p50<10s', '--up-to', '100', '--out', out];
    const { code, stdout, stderr } = await bench('run', scenario, ...options);
    expect([code, stderr]).toEqual([0, expect.stringContaining('probe 8, ')]);
    expect(stdout).toContain('Every search has an answer');
    for (const transport of ['polling', 'sse']) {
      expect(stdout).toMatch(new RegExp(`^${transport} +at least 100 +— +— +end of the search$`, 'm'));
    }
    const { capacitySearch, command: repeat } = documentIn(out);
    expect(capacitySearch?.objective.text).toBe('p50 < 10s');
    for (const { answer, probes } of capacitySearch?.searches ?? []) {
      expect(answer).toEqual({ kind: 'at-least', value: 100, failed: null });
      expect(probes.map(({ purpose }) => purpose)).toEqual(['search', 'confirm', 'confirm', 'confirm']);
    }
    expect(repeat).toMatch(/--find-capacity rate --objective 'p50<10s' --up-to 100 --seed 1$/);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('at least 100');
  });

  it('ends with 3 when nothing holds, and prints nothing but the document with --json --quiet', async () => {
    const options = ['--find-capacity', 'subscribers', '--objective', 'p50 < 1us', '--transports', 'sse'];
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await bench('run', scenario, ...options, '--json', '--quiet', '--out', out);
    expect([code, stderr]).toEqual([3, '']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')));
    expect(documentIn(out).capacitySearch?.searches).toMatchObject([
      { answer: { kind: 'none', failed: 1, heldOnce: false }, probes: [{}, {}, {}, {}] },
    ]);
  });

  it('prints its plan and starts nothing', async () => {
    const out = join(folder, 'out');
    const { code, stdout } = await bench(
      'run',
      scenario,
      '--find-capacity',
      '--objective',
      'p99<49ms',
      '--plan',
      '--out',
      out,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/sse +events\/s at 2 subscribers +100/);
    expect(stdout).toMatch(/polling: events wait for the next poll/);
    expect(stdout).toMatch(/at most .* (min|h)/);
    const json = await bench('run', scenario, '--find-capacity', '--plan', '--json');
    expect(JSON.parse(json.stdout).capacitySearch.searches).toHaveLength(4);
    expect(existsSync(out)).toBe(false);
  });

  it('says everything that is wrong with the options at once, with exit code 2', async () => {
    const wrong = ['--find-capacity', 'ratio', '--objective', 'p98 > 5ms', '--up-to', '-1', '--trials', '3'];
    const { code, stdout, stderr } = await bench('run', scenario, ...wrong);
    expect([code, stdout]).toEqual([2, '']);
    for (const pattern of [
      /"ratio"; use rate, subscribers/,
      /percentile "p98"/,
      /">"/,
      /--up-to: found "-1"/,
      /--trials/,
    ]) {
      expect(stderr).toMatch(pattern);
    }
    const lonely = await bench('run', scenario, '--objective', 'p99 < 5ms', '--up-to', '5');
    expect([lonely.code, lonely.stderr.match(/for --find-capacity, which was not given/g)?.length]).toEqual([2, 2]);
  });
});

describe.runIf(process.platform === 'linux')('Ctrl-C in a search', () => {
  it('writes what was found until then, exits with 130, leaves no process', async () => {
    const out = join(folder, 'out');
    const options = ['--find-capacity', 'rate', '--objective', 'p50<10s', '--transports', 'sse', '--out', out];
    const run = new BenchCommand(['run', scenario, ...options]);
    command = run;
    while (!run.stderr.includes('probe 1, ')) await sleep(20);
    await run.processLike(/publisher\.ts/);
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await run.leftAfter(1_000)).toEqual([]);
    const document = documentIn(out);
    expect(document.status).toBe('interrupted');
    expect(document.capacitySearch?.searches).toMatchObject([
      { answer: { kind: 'unfinished', held: expect.any(Number), failed: null } },
    ]);
    expect(run.stdout).toMatch(/not finished/);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('not finished');
  });
});
