import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { readRunDocument } from '../results/read-document.ts';
import { BenchCommand, bench } from './fixtures/bench-command.ts';

/** A short scenario with these thresholds, the folder for its run, and the document that the run leaves there. */
function scenarioWith({ onTestFinished }: TestContext, thresholds: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'thresholds-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'gated.yaml');
  writeFileSync(
    file,
    `question: Does the gate tell?
transports: [sse, websocket]
subscribers: 5
eventsPerSec: 50
payloadBytes: 100
schedule: constant
phases: { warmupMs: 100, measureMs: 1000, drainMs: 2000 }
trials: 1
thresholds:
${thresholds.map((threshold) => `  - ${threshold}`).join('\n')}
`,
  );
  const out = join(folder, 'out');
  return { file, out, document: () => readRunDocument(readFileSync(join(out, 'run.json'), 'utf8'), 'run.json') };
}

/** A run of it. */
async function runWith(test: TestContext, thresholds: readonly string[], ...options: string[]) {
  const { file, out, document } = scenarioWith(test, thresholds);
  return { ...(await bench('run', file, '--out', out, ...options)), document };
}

describe('thresholds', { concurrent: true }, () => {
  it('passes with 0, first in the table and in the document', async (test) => {
    const { code, stdout, stderr, document } = await runWith(
      test,
      ['websocket.bytes.overheadPerDelivery <= 2B', 'sse.deliveries.missing <= 0'],
      '--transports',
      'websocket',
    );
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'Thresholds',
      '1 passed, 1 left out',
      '✓ passed      websocket.bytes.overheadPerDelivery <= 2B',
      '    websocket: 2 B, limit <= 2 B, 1 trial',
    ]);
    // What other programs do to this machine may make the latencies of the cell not valid, and the run with them.
    const isValid = document().cells.every((cell) => cell.outcome === 'completed' && cell.validity.ok);
    expect(code).toBe(isValid ? 0 : 3);
    expect(stderr).toContain('sse.deliveries.missing <= 0: left out, sse is not in this run');
    expect(document().thresholds).toMatchObject([{ result: 'pass', cells: [{ value: 2, limit: 2 }] }]);
  });

  it('fails with 1, also when another one is missing; a warning does not', async (test) => {
    const { code, stdout, document } = await runWith(
      test,
      [
        'websocket.bytes.overheadPerDelivery < 2B',
        'websocket.latencyUs.p999 < 10s',
        '{ check: websocket.requests.perDelivery > 0, severity: warn }',
      ],
      '--transports',
      'websocket',
    );
    expect([code, stdout.split('\n')[1]]).toEqual([1, '2 failed, 1 missing']);
    expect(document().thresholds?.map(({ result }) => result)).toEqual(['fail', 'missing', 'fail']);
  });

  it('ends with 3 when what it is about could not be measured', async (test) => {
    const { code, stdout } = await runWith(test, ['websocket.latencyUs.p999 < 10s'], '--transports', 'websocket');
    expect([code, stdout.split('\n')[1]]).toEqual([3, '1 missing']);
    expect(stdout).toContain('too few events for it');
  });

  it('ends with 1 for an undecided one that counts as failed', async (test) => {
    const { code, stdout } = await runWith(
      test,
      [
        'websocket.batching.eventsPerEnvelope < 10',
        '{ check: websocket.batching.eventsPerEnvelope < 20, undecided: fail }',
      ],
      '--transports',
      'websocket',
    );
    expect([code, stdout.split('\n')[1]]).toEqual([1, '2 undecided']);
    expect(stdout).toContain('an interval needs 3 trials');
  });

  it('refuses with 2 what does not exist, at its place, before anything starts', async (test) => {
    const { code, stdout, stderr } = await runWith(test, [
      'websockets.latencyUs.p50 < 1ms',
      'websocket.latency.p50 < 1ms',
      'websocket.latencyUs.p50 < 1ms at subscribers=6',
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('10:5 thresholds[0]: unknown transport "websockets"; did you mean websocket?');
    expect(stderr).toContain('11:5 thresholds[1]: unknown metric "latency.p50"; did you mean latencyUs.p50?');
    expect(stderr).toContain(
      '12:5 thresholds[2]: found subscribers=6, and no cell of websocket has it; the plan has subscribers 5',
    );
  });

  it('interrupted: 130, and what was not measured is missing', async (test) => {
    const { file, out, document } = scenarioWith(test, ['websocket.deliveries.missing <= 0']);
    const command = new BenchCommand(['run', file, '--out', out]);
    try {
      while (!command.stderr.includes('calibration of')) await sleep(20);
      command.signal('SIGINT');
      expect(await command.ended).toBe(130);
    } finally {
      command.killAll();
    }
    expect(document().thresholds).toMatchObject([{ result: 'missing', cells: [{ trials: 0 }] }]);
  });
});
