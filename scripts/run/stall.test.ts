import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { mergeLatencies } from '../../results/recording/latency.ts';
import { fastify, runTestTrial, testCell } from './fixtures/test-trial.ts';

/** The server process that this test process started. */
function serverPid(): number {
  const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' });
  const line = children.split('\n').find((child) => /node server\.ts/.test(child));
  return Number(line?.trim().split(' ')[0]);
}

describe('a server that stands still for 1 s of 10', () => {
  it('shows the stall in the latencies from due, and everything arrives afterwards', async () => {
    const stallMs = 1_000;
    const measureMs = 10_000;
    const cell = testCell('websocket', { subscribers: 10, eventsPerSec: 200, schedule: { kind: 'poisson' } });
    const { record, cell: result } = await runTestTrial(
      fastify,
      cell,
      { warmupMs: 500, measureMs, drainMs: 5_000 },
      (phase) => {
        if (phase !== 'measure') return;
        const pid = serverPid();
        setTimeout(() => {
          process.kill(pid, 'SIGSTOP');
          setTimeout(() => process.kill(pid, 'SIGCONT'), stallMs);
        }, 4_000);
      },
    );
    expect(result.deliveries).toMatchObject({ missing: 0, duplicated: 0, outOfOrder: 0, corrupted: 0 });
    expect(result.connections.reconnected).toBe(0);

    // Arrivals during a stall D wait between 0 and D: in a window R quantile q is D - (1 - q) R.
    const latencies = mergeLatencies([record.measurement.fromDue]);
    const within10Percent = (measuredUs: number | null, expectedUs: number) =>
      expect(Math.abs((measuredUs ?? 0) / expectedUs - 1)).toBeLessThan(0.1);
    within10Percent(latencies.percentileUs(99), (stallMs - 0.01 * measureMs) * 1_000);
    within10Percent(latencies.percentileUs(95), (stallMs - 0.05 * measureMs) * 1_000);
    within10Percent(record.measurement.fromDue.maxUs, stallMs * 1_000);
    // Kept beside it, of the same deliveries. The pipe took the events in time, so here it shows the stall as well.
    expect(record.measurement.fromPublished.count).toBe(record.measurement.fromDue.count);
    expect(result.latencyFromPublishedUs.p99).not.toBeNull();
  });
});
