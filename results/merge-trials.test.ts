import { describe, expect, it } from 'vitest';
import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import type { Estimate } from './delivery-result.ts';
import { mergeTrials, type TrialRecord } from './merge-trials.ts';
import { HdrCounts } from './recording/hdr-counts.ts';
import { type LatencyData, LatencyRecorder } from './recording/latency.ts';
import { encodeWindows } from './recording/latency-windows.ts';
import { addTally, emptyTally, phases as phaseNames, type Tally, type TallyByPhase } from './recording/tally.ts';

const cell: DeliveryCell = {
  kind: 'delivery',
  id: 'cell',
  server: 'fastify',
  transport: 'long-polling',
  subscribers: 2,
  eventsPerSec: 50,
  payloadBytes: 100,
  schedule: { kind: 'poisson' },
  transportOptions: { keepAlive: true },
  headers: 'bare',
  serverOptions: {},
};
const phases: Phases = { warmupMs: 100, measureMs: 1_000, drainMs: 1_000 };

function latencies(...us: number[]): LatencyData {
  const recorder = new LatencyRecorder();
  for (const value of us) recorder.record(value);
  return recorder.data();
}

/** Events of 100 bytes, each a line of a body. */
function warmUp(deliveries: number): Tally {
  return { ...emptyTally(), deliveries, payloadBytes: 100 * deliveries, receivedBytes: 101 * deliveries };
}

/** A trial in which every delivery took `latencyUs` and 100 events were measured. */
function record(trial: number, latencyUs: number, more: Partial<TrialRecord> = {}): TrialRecord {
  const tallies = Object.fromEntries(phaseNames.map((phase) => [phase, emptyTally()])) as TallyByPhase;
  tallies.warmup = warmUp(20);
  const window = new HdrCounts(2);
  window.record(latencyUs, 200);
  addTally(tallies.measure, {
    ...emptyTally(),
    deliveries: 200,
    payloadBytes: 20_000,
    receivedBytes: 60_000,
    sentBytes: 14_000,
    requests: 100,
    requestHeadBytes: 14_000,
    responseHeadBytes: 39_800,
    envelopes: 100,
    reads: 100,
  });
  return {
    trial,
    seed: trial,
    startedAt: '2026-11-21T00:00:00.000Z',
    connectMs: 5,
    authority: '127.0.0.1:40000',
    responseHeads: null,
    measurement: {
      fromDue: latencies(...Array(200).fill(latencyUs)),
      fromPublished: latencies(...Array(200).fill(latencyUs)),
      pollLateness: latencies(),
      pollResponse: latencies(),
      skippedPolls: 0,
      deliveries: { expected: 220, delivered: 220, missing: 0, duplicated: 0, outOfOrder: 0, corrupted: 0 },
      connections: { opened: 2, openAtFeed: 2, peak: 2, failed: 0, reconnected: 0 },
      firstEvent: { deliveries: 2, lastUs: latencyUs },
      tallies,
      usage: {
        workers: 1,
        cpuUs: 1_000 * trial,
        eventLoopUtilization: trial / 10,
        eventLoopDelayP99Us: 1_000,
        rssBytes: 100,
        rssBytesBefore: 10,
      },
      incidents: {},
      windows: encodeWindows([more.measuredEvents ?? 100], [window.buckets()]),
      spread: { counts: [], sumsUs: [], firstUs: [], lastUs: [] },
      timeline: { atMs: [], openConnections: [], requests: [], wireBytes: [] },
      feedUs: 1_100_000,
    },
    publisher: { events: 110, published: 110, peakBacklogEvents: 0, feedSha256: 'abc', stoppedBecause: null },
    publisherLateness: latencies(3),
    plannedFeedSha256: 'abc',
    measuredEvents: 100,
    offeredLoadRatio: 1,
    kernel: null,
    kernelOpen: 2,
    machine: null,
    serverUsage: {
      processes: 1,
      cpuUs: 2_000 * trial,
      writeCalls: 100,
      rssBytes: 50 * trial,
      rssBytesPerSubscriber: trial,
    },
    ...more,
  };
}

const five = [300, 100, 500, 200, 400].map((us, index) => record(index + 1, us));

describe('mergeTrials', () => {
  it('takes percentiles from the merged histogram, with an interval around each', () => {
    const { latencyUs } = mergeTrials(cell, phases, five);
    expect(latencyUs.count).toBe(1_000);
    expect(latencyUs.mean).toBeCloseTo(300, 6);
    const { p50, p99 } = latencyUs as { p50: Estimate; p99: Estimate };
    expect([p50.value, p99.value]).toEqual([300, 500]);
    expect(p50.low).toBeLessThan(300);
    expect(p50.high).toBeGreaterThan(300);
    expect([latencyUs.min, latencyUs.max]).toEqual([100, 500]);
  });

  it('has no interval from fewer than three trials', () => {
    expect(mergeTrials(cell, phases, five.slice(0, 3)).latencyUs.p50?.low).not.toBeNull();
    expect(mergeTrials(cell, phases, five.slice(0, 2)).latencyUs.p50).toEqual({ value: 100, low: null, high: null });
  });

  it('has no percentile that the measured events do not support', () => {
    // Events count, not deliveries: 6, 36, 368 and 3,688 are needed.
    const with_ = (measuredEvents: number) => {
      const { p50, p90, p99, p999 } = mergeTrials(cell, phases, [record(1, 100, { measuredEvents })]).latencyUs;
      return [p50, p90, p99, p999].map((percentile) => percentile !== null);
    };
    expect(with_(5)).toEqual([false, false, false, false]);
    expect(with_(6)).toEqual([true, false, false, false]);
    expect(with_(36)).toEqual([true, true, false, false]);
    expect(with_(367)).toEqual([true, true, false, false]);
    expect(with_(368)).toEqual([true, true, true, false]);
    expect(with_(3_688)).toEqual([true, true, true, true]);
  });

  it('adds up bytes and their parts exactly, and divides sums, not ratios', () => {
    const { bytes, requests, batching, serverUsage, driverUsage } = mergeTrials(cell, phases, five);
    expect(bytes).toMatchObject({ payload: 100_000, received: 300_000, sent: 70_000, overheadPerDelivery: 270 });
    const parts = Object.values(bytes.breakdown).reduce((sum, part) => sum + part, 0);
    expect(parts).toBe(bytes.received + bytes.sent - bytes.payload);
    expect(bytes.breakdown.framing).toBe(1_000);
    expect(requests).toMatchObject({ count: 500, perDelivery: 0.5, latenessUs: null });
    expect(batching).toEqual({ eventsPerEnvelope: 2, eventsPerRead: 2, eventsPerWrite: 2 });
    expect(serverUsage).toEqual({ cpuUsPerDelivery: 30, rssBytes: 150, rssBytesPerSubscriber: 3 });
    expect(driverUsage).toEqual({
      cpuUsPerDelivery: 15,
      eventLoopUtilization: 0.5,
      eventLoopDelayP99Us: 1_000,
      rssBytes: 100,
      workers: 1,
    });
  });

  it('sums what happened and takes the peak of any trial', () => {
    const merged = mergeTrials(cell, phases, five);
    expect(merged.connections).toEqual({
      opened: 10,
      openAtFeed: 2,
      kernelOpen: 2,
      peak: 2,
      failed: 0,
      reconnected: 0,
    });
    expect(merged.deliveries).toMatchObject({ expected: 1_100, delivered: 1_100 });
    expect(merged.publisher).toMatchObject({ events: 550, published: 550, latenessUs: { p50: 3, p99: 3, max: 3 } });
  });

  it('takes the median of what subscribers took, each by its definition', () => {
    const { subscription, trials } = mergeTrials(cell, phases, five);
    // 2 subscribers within 5 ms, 1 s of measuring, CPU of 2 and 1 ms times the number of the trial, 90 bytes more.
    expect(subscription).toEqual({
      serverProcesses: 1,
      connectsPerSec: 400,
      firstDeliveryUs: 300,
      serverCpuUsPerSubscriberSec: 3_000,
      driverCpuUsPerSubscriberSec: 1_500,
      driverRssBytesPerSubscriber: 45,
    });
    expect(trials[4]?.subscription).toMatchObject({ firstDeliveryUs: 400, serverCpuUsPerSubscriberSec: 5_000 });
  });

  it('does not know the first delivery when a subscriber has not had it', () => {
    const lost = record(1, 100);
    lost.measurement.firstEvent.deliveries = 1;
    expect(mergeTrials(cell, phases, [lost]).subscription.firstDeliveryUs).toBeNull();
    expect(mergeTrials(cell, phases, [...five, lost]).subscription.firstDeliveryUs).toBeNull();
  });

  it('is unknown where one trial is unknown', () => {
    const unknown = record(6, 100, {
      serverUsage: { processes: 1, cpuUs: null, writeCalls: null, rssBytes: null, rssBytesPerSubscriber: null },
    });
    expect(mergeTrials(cell, phases, [...five, unknown]).serverUsage).toEqual({
      cpuUsPerDelivery: null,
      rssBytes: null,
      rssBytesPerSubscriber: null,
    });
  });

  it.each([
    ['a lost event', { deliveries: { missing: 1, delivered: 219 } }, 'every event arrived once, in order, unaltered'],
    ['a repeated event', { deliveries: { duplicated: 1 } }, 'every event arrived once, in order, unaltered'],
    ['a swapped event', { deliveries: { outOfOrder: 1 } }, 'every event arrived once, in order, unaltered'],
    [
      'an altered event',
      { deliveries: { corrupted: 1, delivered: 219 } },
      'every event arrived once, in order, unaltered',
    ],
    ['an event that was not published', { publisher: { published: 109 } }, 'the whole feed was published'],
    ['no measured event', { empty: true }, 'events were measured'],
    ['another feed', { publisher: { feedSha256: 'abd' } }, 'the feed is the planned one, byte for byte'],
    ['a negative latency', { negative: true }, 'no delivery before it was due or published'],
  ])('is invalid with %s in one trial', (_, fault, check) => {
    const bad = record(3, 100);
    const { measurement } = bad;
    if ('deliveries' in fault) Object.assign(measurement.deliveries, fault.deliveries);
    measurement.tallies.warmup = warmUp(measurement.deliveries.delivered - 200);
    if ('publisher' in fault) Object.assign(bad.publisher, fault.publisher);
    if ('empty' in fault)
      Object.assign(measurement, { fromDue: latencies(), fromPublished: latencies(), windows: encodeWindows([], []) });
    if ('negative' in fault) measurement.fromPublished = latencies(-1, ...Array(199).fill(100));
    const merged = mergeTrials(cell, phases, [record(1, 100), record(2, 100), bad]);
    expect(merged.validity.ok).toBe(false);
    expect(merged.validity.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([check]);
    expect(merged.trials.map((trial) => trial.validity.ok)).toEqual([true, true, false]);
  });
});
