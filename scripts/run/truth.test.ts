import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeLatencies } from '../../results/recording/latency.ts';
import { warningsOf } from '../../results/validity/warnings.ts';
import { transportIds } from '../../servers/contract/transports.ts';
import { cuts, delaysUs, faults } from './fixtures/faulty/faults.ts';
import { faulty, invalidChecks, runTestTrial, testCell } from './fixtures/test-trial.ts';

const SUBSCRIBERS = 3;
/** 120 events at 100 a second. */
const phases = { warmupMs: 200, measureMs: 1_000, drainMs: 3_000 };

/** What the servers of a group of tests do wrong. */
function faultsAre(mode: 'cuts' | 'gone' | 'deaf' | 'delays'): void {
  beforeAll(() => {
    process.env['FAULTS'] = mode;
  });
  afterAll(() => {
    delete process.env['FAULTS'];
  });
}

describe('a server with known faults, over real sockets', () => {
  it.concurrent.each(transportIds)(
    '%s: comes back as exactly the losses, repeats, swaps and alterations it made',
    async (id) => {
      const { cell } = await runTestTrial(faulty, testCell(id), phases);
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
      expect(invalidChecks(cell)).toEqual(['conservation']);
    },
  );
});

describe('a server that cuts connections', () => {
  faultsAre('cuts');

  it.concurrent.each(transportIds)('%s: connections that are cut lose nothing, and are counted', async (id) => {
    const { cell, record } = await runTestTrial(faulty, testCell(id), phases);
    expect(cell.deliveries).toEqual({
      expected: SUBSCRIBERS * 120,
      delivered: SUBSCRIBERS * 120,
      missing: 0,
      duplicated: 0,
      outOfOrder: 0,
      corrupted: 0,
    });
    expect(cell.connections).toMatchObject({
      opened: SUBSCRIBERS * (1 + cuts.seqs.length),
      peak: SUBSCRIBERS,
      reconnected: SUBSCRIBERS * cuts.seqs.length,
    });
    const reasons = Object.values(record.measurement.incidents).reduce((sum, times) => sum + times, 0);
    expect(reasons).toBe(SUBSCRIBERS * cuts.seqs.length);
    expect(invalidChecks(cell)).toEqual([]);
  });
});

describe('a server that forgets its history', () => {
  faultsAre('gone');

  it.concurrent.each(transportIds)(
    '%s: events that are gone from the history are missing, and the rest arrives',
    async (id) => {
      const { cell } = await runTestTrial(faulty, testCell(id), phases);
      expect(cell.deliveries).toMatchObject({
        delivered: SUBSCRIBERS * (120 - cuts.goneCount),
        missing: SUBSCRIBERS * cuts.goneCount,
        duplicated: 0,
        outOfOrder: 0,
      });
      expect(cell.validity.ok).toBe(false);
    },
  );
});

describe('a server that does not read its input', () => {
  faultsAre('deaf');

  it('everything is late by that, and the cell says so', async () => {
    // 16 KiB events fill the pipe after a tenth of the feed.
    const { cell } = await runTestTrial(faulty, testCell('sse', { payloadBytes: 16_384 }), phases);
    expect(cell.deliveries).toMatchObject({ delivered: SUBSCRIBERS * 120, missing: 0 });
    expect(cell.publisher).toMatchObject({ events: 120, published: 120, stoppedBecause: null });
    expect(cell.publisher.peakBacklogEvents).toBeGreaterThan(60);
    // From published, the wait in front of the full pipe does not show; from due, it does.
    const fromDue = cell.latencyUs.p50?.value as number;
    expect(fromDue).toBeGreaterThan(500_000);
    expect(cell.latencyFromPublishedUs.p50?.value).toBeLessThan(fromDue / 2);
    expect(warningsOf([cell]).map(({ code }) => code)).toContain('server-input-backlog');
    // The load that was measured is not the one that was planned.
    expect(cell.validity.checks.find(({ id }) => id === 'offered-load')).toMatchObject({
      ok: false,
      severity: 'invalid',
    });
  });
});

describe('a server that delays', () => {
  faultsAre('delays');

  it.concurrent.each(['sse', 'http-stream', 'websocket'] as const)(
    '%s: comes back as the delays it made',
    async (id) => {
      // An event every 50 ms, so that one delay never runs into the next event's.
      const cell = testCell(id, { eventsPerSec: 20, subscribers: 1 });
      const { record } = await runTestTrial(faulty, cell, { warmupMs: 400, measureMs: 4_000, drainMs: 1_000 });
      const latencies = mergeLatencies([record.measurement.fromPublished]);
      expect(latencies.count).toBe(80);
      // Nothing is faster than its delay. There are 20 events of each, so at most 20, 40, 60 are below the next delay and
      // the 24th, 44th, 64th shortest are not; and each is far below the delay after that.
      expect(record.measurement.fromPublished.minUs).toBeGreaterThanOrEqual(delaysUs[0]);
      const ranks = [5, 30, 55, 80].map((percent) => latencies.percentileUs(percent) as number);
      const nextDelaysUs = [delaysUs[1], delaysUs[2], delaysUs[3], delaysUs[3] + 20_000];
      for (const [index, delayUs] of delaysUs.entries()) {
        expect(ranks[index]).toBeGreaterThanOrEqual(delayUs);
        expect(ranks[index]).toBeLessThan(nextDelaysUs[index] as number);
      }
    },
  );
});
