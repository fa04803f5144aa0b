import { afterEach, describe, expect, it } from 'vitest';
import { mergeLatencies } from '../../results/recording/latency.ts';
import { transportIds } from '../../servers/contract/transports.ts';
import { delaysUs, faults } from './fixtures/faulty/faults.ts';
import { faulty, runTestTrial, testCell } from './fixtures/test-trial.ts';

const SUBSCRIBERS = 3;

afterEach(() => {
  delete process.env['FAULTS'];
});

describe('a server with known faults, over real sockets', () => {
  it.each(transportIds)('%s: comes back as exactly the losses, repeats, swaps and alterations it made', async (id) => {
    const { cell } = await runTestTrial(faulty, testCell(id), { warmupMs: 200, measureMs: 1_000, drainMs: 1_500 });
    const rounds = 120 / faults.every;
    expect(cell.deliveries).toEqual({
      expected: SUBSCRIBERS * 120,
      delivered: SUBSCRIBERS * (120 - 2 * rounds),
      missing: SUBSCRIBERS * rounds,
      duplicated: SUBSCRIBERS * rounds,
      outOfOrder: SUBSCRIBERS * rounds,
      corrupted: SUBSCRIBERS * rounds,
    });
    // Of the 100 measured events 5 never came and 5 came altered; neither has a latency.
    expect(cell.latencyUs.count).toBe(SUBSCRIBERS * 90);
    expect(cell.latencyUs.negativeCount).toBe(0);
    expect(cell.validity.ok).toBe(false);
    expect(cell.validity.checks.filter((check) => !check.ok).map((check) => check.name)).toEqual([
      'every event arrived once, in order, unaltered',
    ]);
  });

  it.each(['sse', 'http-stream', 'websocket'] as const)('%s: comes back as the delays it made', async (id) => {
    process.env['FAULTS'] = 'delays';
    // An event every 50 ms, so that one delay never runs into the next event's.
    const cell = testCell(id, { eventsPerSec: 20, subscribers: 1 });
    const { record } = await runTestTrial(faulty, cell, { warmupMs: 400, measureMs: 4_000, drainMs: 1_000 });
    const latencies = mergeLatencies([record.measurement.fromPublished]);
    expect(latencies.count).toBe(80);
    // Nothing is faster than the delays: 20 events of each, so the n-th of each four is at least the n-th delay.
    expect(record.measurement.fromPublished.minUs).toBeGreaterThanOrEqual(delaysUs[0]);
    // The median of each quarter lies between its delay and the next one's.
    const [shortest, short, long, longest] = [12.5, 37.5, 62.5, 87.5].map((percent) => latencies.percentileUs(percent));
    expect(shortest).toBeGreaterThanOrEqual(delaysUs[0]);
    expect(shortest).toBeLessThan(delaysUs[1]);
    expect(short).toBeGreaterThanOrEqual(delaysUs[1]);
    expect(short).toBeLessThan(delaysUs[2]);
    expect(long).toBeGreaterThanOrEqual(delaysUs[2]);
    expect(long).toBeLessThan(delaysUs[3]);
    expect(longest).toBeGreaterThanOrEqual(delaysUs[3]);
    expect(longest).toBeLessThan(delaysUs[3] + 10_000);
  });
});
