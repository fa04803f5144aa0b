import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompletedCell } from '../../results/delivery-result.ts';
import type { Check } from '../../results/validity/check.ts';
import { warningsOf } from '../../results/validity/warnings.ts';
import { keepCoresBusy } from './fixtures/busy-cores.ts';
import { fastify, faulty, runTestTrial, slowStart, testCell } from './fixtures/test-trial.ts';

/*
 * Each check is made to fail by a run that is built to break it; those that no run can break are in
 * results/validity/judge.test.ts.
 */

/** 120 events at 100 a second. */
const phases = { warmupMs: 200, measureMs: 1_000, drainMs: 3_000 };

const busyWorker = fileURLToPath(import.meta.resolve('./fixtures/busy-worker.ts'));

/** How the check came out: `invalid`, `warning` or `ok`; undefined where it was not asked. */
function outcomes({ validity }: CompletedCell): Record<string, Check['severity'] | 'ok'> {
  return Object.fromEntries(validity.checks.map((check) => [check.id, check.ok ? 'ok' : check.severity]));
}

const warningCodes = (cell: CompletedCell) => warningsOf([cell]).map(({ code }) => code);

/** The publisher that this test process started. */
function publisherPid(): number {
  const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' });
  const line = children.split('\n').find((child) => child.includes('servers/feed/publisher.ts'));
  return Number(line?.trim().split(' ')[0]);
}

afterEach(() => {
  delete process.env['FAULTS'];
});

describe('a run that is built to break a check', () => {
  it('an overloaded driver', async () => {
    const { cell } = await runTestTrial(fastify, testCell('websocket'), phases, undefined, {
      workerProgram: busyWorker,
    });
    expect(outcomes(cell)).toMatchObject({ 'driver-utilization': 'invalid', 'driver-delay': 'warning' });
    expect(cell.validity.ok).toBe(false);
    expect(warningCodes(cell)).toContain('driver-delay');
  });

  it('polling that keeps step with the feed', async () => {
    // An event every 50 ms, a poll every 50 ms: the one subscriber always waits equally long.
    const locked = testCell('polling', { eventsPerSec: 20, subscribers: 1 });
    const { cell } = await runTestTrial(fastify, locked, { ...phases, measureMs: 2_000 });
    expect(outcomes(cell)).toMatchObject({ 'phase-lock': 'invalid', 'uniform-wait': 'warning' });
    expect(cell.validity.checks.find(({ id }) => id === 'phase-lock')?.limit).toContain('at 1 places');
  });

  it('other programs on all cores', async () => {
    using _loops = keepCoresBusy();
    const { cell } = await runTestTrial(fastify, testCell('sse'), phases);
    expect(outcomes(cell)).toMatchObject({ 'other-programs': 'invalid', 'busy-cores': 'warning' });
  });

  it('a publisher that stands still for 50 ms', async () => {
    // 1,000 events, 25 of them due while it stands: p99 from due is 50 ms - 1 % of 2 s = 30 ms.
    const dense = testCell('websocket', { eventsPerSec: 500, subscribers: 1 });
    let timer: NodeJS.Timeout | undefined;
    const { cell } = await runTestTrial(fastify, dense, { ...phases, measureMs: 2_000 }, (phase) => {
      if (phase !== 'measure') return;
      const pid = publisherPid();
      timer = setTimeout(() => {
        process.kill(pid, 'SIGSTOP');
        timer = setTimeout(() => process.kill(pid, 'SIGCONT'), 50);
      }, 1_000);
    }).finally(() => clearTimeout(timer));
    expect(outcomes(cell)).toMatchObject({ 'publisher-lateness': 'warning', 'coordinated-omission': 'warning' });
    expect(warningCodes(cell)).toEqual(expect.arrayContaining(['publisher-lateness', 'coordinated-omission']));
  });

  it('a warm-up that ends before the server is warm', async () => {
    // Slow for 0.9 s of it: its whole first third.
    const { cell } = await runTestTrial(slowStart, testCell('sse', { eventsPerSec: 50 }), {
      warmupMs: 100,
      measureMs: 2_500,
      drainMs: 1_000,
    });
    expect(outcomes(cell)).toMatchObject({ conservation: 'ok', steadiness: 'warning' });
    const { value } = cell.validity.checks.find(({ id }) => id === 'steadiness') as Check;
    expect(value).toBeGreaterThan(100);
  });

  it('a server that loses, repeats, swaps and alters events', async () => {
    const { cell } = await runTestTrial(faulty, testCell('sse'), phases);
    expect(outcomes(cell)).toMatchObject({ conservation: 'invalid', 'counts-agree': 'ok', 'recordings-agree': 'ok' });
  });

  it('a server that cuts connections', async () => {
    process.env['FAULTS'] = 'cuts';
    const { cell } = await runTestTrial(faulty, testCell('websocket'), phases);
    expect(outcomes(cell)).toMatchObject({ conservation: 'ok', 'lost-connections': 'warning' });
  });

  it('a server that does not read its input', async () => {
    process.env['FAULTS'] = 'deaf';
    // 16 KiB events fill the pipe after a tenth of the feed.
    const { cell } = await runTestTrial(faulty, testCell('sse', { payloadBytes: 16_384 }), phases);
    expect(outcomes(cell)).toMatchObject({ 'server-input-backlog': 'warning', 'offered-load': 'invalid' });
    // That it was late is not the publisher's fault, and not said of it.
    expect(outcomes(cell)).not.toHaveProperty('publisher-lateness');
  });
});
