import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { readRunDocument } from '../results/read-document.ts';
import type { RunDocument } from '../results/run-document.ts';
import { nowUs } from '../servers/contract/clock.ts';
import { BenchCommand } from './fixtures/bench-command.ts';

// Processes are found through /proc.
const onLinux = process.platform === 'linux';
if (!onLinux) console.log('skipped: how runs end is only tested on Linux, where /proc shows every process');

interface StartedRun {
  run: BenchCommand;
  document: () => RunDocument;
  html: () => string;
}

/** A run that has just begun its first trial; how one ends during calibration is tested in precision.test.ts. */
async function start({ onTestFinished }: TestContext, measureMs: number): Promise<StartedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'run-ends-'));
  const path = join(folder, 'two.yaml');
  writeFileSync(
    path,
    `question: How does a run end?
transports: [sse, websocket]
subscribers: 10
eventsPerSec: 50
payloadBytes: 100
schedule: constant
phases: { warmupMs: 200, measureMs: ${measureMs}, drainMs: 1000 }
trials: 1
`,
  );
  const out = join(folder, 'out');
  const run = new BenchCommand(['run', path, '--out', out]);
  onTestFinished(() => {
    run.killAll();
    rmSync(folder, { recursive: true });
  });
  while (!run.stderr.includes('calibration of websocket')) await sleep(20);
  return {
    run,
    document: () => readRunDocument(readFileSync(join(out, 'run.json'), 'utf8'), 'run.json'),
    html: () => readFileSync(join(out, 'report.html'), 'utf8'),
  };
}

describe.runIf(onLinux)('a server that is killed in mid-cell', { concurrent: true }, () => {
  it('fails that cell with the reason, lets the others run, exits with 3', async (test) => {
    const { run, document, html } = await start(test, 2_000);
    const server = await run.processLike(/^node server\.ts/);
    await run.processLike(/publisher\.ts/);
    await sleep(1_000);
    process.kill(server, 'SIGKILL');
    expect(await run.ended).toBe(3);
    const { cells, status } = document();
    expect(status).toBe('completed');
    const failed = cells.filter((cell) => cell.outcome === 'failed');
    expect(failed).toMatchObject([
      { trial: 1, reason: expect.stringMatching(/^the server ended in the .+ phase: signal SIGKILL$/), stderrTail: '' },
    ]);
    expect(cells.filter((cell) => cell.outcome === 'completed').length).toBe(1);
    expect(run.stderr).toContain('FAILED: the server ended');
    expect(run.stdout).toContain('signal SIGKILL');
    expect(html()).toContain('signal SIGKILL');
    expect(await run.leftAfter(2_000)).toEqual([]);
  });
});

describe.runIf(onLinux)('a process of the harness that is killed', { concurrent: true }, () => {
  it.for([
    { process: /driver\/worker\.ts/, reason: 'a driver worker ended unexpectedly: SIGKILL' },
    { process: /feed\/publisher\.ts/, reason: 'the publisher ended unexpectedly: SIGKILL' },
  ])('$reason: fails that cell and no other', async ({ process: pattern, reason }, test) => {
    const { run, document } = await start(test, 1_500);
    const pid = await run.processLike(pattern);
    await sleep(1_000);
    process.kill(pid, 'SIGKILL');
    expect(await run.ended).toBe(3);
    const { cells } = document();
    expect(cells.map((cell) => cell.outcome).sort()).toEqual(['completed', 'failed']);
    expect(cells.find((cell) => cell.outcome === 'failed')).toMatchObject({ reason });
    expect(await run.leftAfter(2_000)).toEqual([]);
  });
});

describe.runIf(onLinux)('Ctrl-C', { concurrent: true }, () => {
  it.for([
    { moment: 'while the first server starts', like: /^node server\.ts/, thenMs: 0 },
    { moment: 'while subscribers connect', like: /publisher\.ts/, thenMs: 0 },
    { moment: 'in the measure phase', like: /publisher\.ts/, thenMs: 1_200 },
  ])('$moment: a partial document and report, exit 130 within 5 s, no process left', async ({ like, thenMs }, test) => {
    const { run, document, html } = await start(test, 5_000);
    await run.processLike(like);
    await sleep(thenMs);
    const interruptedUs = nowUs();
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect((nowUs() - interruptedUs) / 1e6).toBeLessThan(5);
    expect(await run.leftAfter(1_000)).toEqual([]);
    expect(document().status).toBe('interrupted');
    expect(document().cells.map((cell) => cell.outcome)).toEqual(['skipped', 'skipped']);
    expect(html()).toContain('</html>');
  });

  it('between two cells: keeps the one that is done', async (test) => {
    const { run, document } = await start(test, 1_000);
    while (!run.stderr.includes('[1/2]')) await sleep(20);
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(
      document()
        .cells.map((cell) => cell.outcome)
        .sort(),
    ).toEqual(['completed', 'skipped']);
    expect(await run.leftAfter(1_000)).toEqual([]);
  });

  it('twice: ends at once, and still nothing is left', async (test) => {
    const { run } = await start(test, 5_000);
    await run.processLike(/publisher\.ts/);
    run.signal('SIGINT');
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await run.leftAfter(3_000)).toEqual([]);
  });
});

describe.runIf(onLinux)('a coordinator that is killed', { concurrent: true }, () => {
  it('leaves no process behind, a stopped server neither', async (test) => {
    const { run } = await start(test, 5_000);
    const server = await run.processLike(/^node server\.ts/);
    await run.processLike(/publisher\.ts/);
    await sleep(1_000);
    process.kill(server, 'SIGSTOP');
    run.signal('SIGKILL', true);
    expect(await run.ended).toBe('SIGKILL');
    expect(await run.leftAfter(5_000)).toEqual([]);
  });
});
