import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunDocument } from '../../results/read-document.ts';
import { markedProcesses } from '../fixtures/bench-command.ts';
import { runInterleaved } from './interleaved-runs.ts';
import type { Version } from './version.ts';

/** This checkout, with real runs and all their processes. */

// Processes are found through /proc.
const onLinux = process.platform === 'linux';
if (!onLinux) console.log('skipped: how interleaved runs end is only tested on Linux, where /proc shows every process');

const scenarioOf = (measureMs: number) => `question: How do two versions take turns?
transports: [sse]
subscribers: 5
eventsPerSec: 50
payloadBytes: 100
schedule: constant
phases: { warmupMs: 200, measureMs: ${measureMs}, drainMs: 2000 }
trials: 1
`;

/** So long that no run ends by itself within a test. */
const LONG_MS = 60_000;

const project = join(import.meta.dirname, '..', '..');
const mark = `TRANSPORT_BENCH_INTERLEAVE=${process.pid}`;
const version = (options: string): Version => ({
  kind: 'command',
  command: `cd '${project}' && ${mark} '${process.execPath}' scripts/bench.ts run '${scenario()}' ${options}`,
});

let parent: string;
const scenario = () => join(parent, 'sse.yaml');

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'interleave-'));
});

afterEach(() => {
  for (const { pid } of onLinux ? markedProcesses(mark) : []) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended meanwhile
    }
  }
  rmSync(parent, { recursive: true });
});

const commandLines = () => markedProcesses(mark).map(({ commandLine }) => commandLine);

async function untilOneRuns(pattern: RegExp): Promise<void> {
  while (!commandLines().some((line) => pattern.test(line))) await sleep(20);
}

describe('two rounds of this checkout against itself', () => {
  it('give four documents of the same plan, one after another', { timeout: 120_000 }, async () => {
    const head: Version = { kind: 'checkout', folder: project, scenario: scenario(), options: ['--seed', '7'] };
    const base = version('--seed 7 --out {out}');
    const signal = new AbortController().signal;
    writeFileSync(scenario(), scenarioOf(500));
    const folder = join(parent, 'kept');
    const { rounds, interrupted } = await runInterleaved({ base, head, rounds: 2, folder, signal, say: () => {} });
    expect(interrupted).toBe(false);
    expect(rounds.map(({ failure }) => failure)).toEqual([null, null]);
    const read = (path: string | null | undefined) => readRunDocument(readFileSync(path ?? '', 'utf8'), path ?? '');
    const [first, second] = rounds;
    const documents = [first?.base, first?.head, second?.head, second?.base].map(read);
    const cellIds = documents.map(({ plan }) => plan.cells.map(({ id }) => id));
    expect(cellIds[0]?.length).toBeGreaterThan(0);
    expect(cellIds).toEqual(Array(4).fill(cellIds[0]));
    const times = documents.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
    expect(times).not.toContain(null);
    expect(times).toEqual(times.toSorted());
  });
});

describe.runIf(onLinux)('an interruption in mid-trial', () => {
  it('ends the run in order, also in a network namespace; nothing of it is left', async () => {
    const controller = new AbortController();
    writeFileSync(scenario(), scenarioOf(LONG_MS));
    const same = { base: version('--out {out}'), head: version('--out {out}') };
    const folder = join(parent, 'kept');
    const runs = runInterleaved({ ...same, rounds: 2, folder, signal: controller.signal, say: () => {} });
    await untilOneRuns(/feed\/publisher\.ts/);
    controller.abort();
    expect(await runs).toMatchObject({ rounds: [{ base: null, head: null, failure: null }], interrupted: true });
    const path = join(folder, 'base', 'round-1', 'run.json');
    expect(readRunDocument(readFileSync(path, 'utf8'), path).status).toBe('interrupted');
    await expect.poll(commandLines, { timeout: 5_000 }).toEqual([]);
  });
});

describe.runIf(onLinux)('a comparison that is killed', () => {
  it('leaves no process of its runs behind', async () => {
    writeFileSync(scenario(), scenarioOf(LONG_MS));
    const program = `import { runInterleaved } from '${join(import.meta.dirname, 'interleaved-runs.ts')}';
const version = ${JSON.stringify(version('--out {out}'))};
const signal = new AbortController().signal;
await runInterleaved({ base: version, head: version, rounds: 2, folder: '${parent}/kept', signal, say: () => {} });`;
    const comparison = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      stdio: 'ignore',
    });
    await untilOneRuns(/feed\/publisher\.ts/);
    comparison.kill('SIGKILL');
    await expect.poll(commandLines, { timeout: 10_000 }).toEqual([]);
  });
});
