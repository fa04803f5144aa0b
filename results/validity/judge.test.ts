import { describe, expect, it } from 'vitest';
import { transportIds } from '../../servers/contract/transports.ts';
import type { CompletedCell, Estimate, MeasuredTrial } from '../delivery-result.ts';
import { LatencyRecorder } from '../recording/latency.ts';
import { decodeWindows, encodeWindows } from '../recording/latency-windows.ts';
import type { MachineUsage } from '../resource-usage.ts';
import type { NetworkCounts } from '../traffic.ts';
import { failures, goldenCell, judgeAgain, withTrial } from './fixtures/judged-trials.ts';
import { judgeTrial } from './judge.ts';

/** What failed in the trial that was changed. */
function failedBy(change: (trial: MeasuredTrial) => void, transport: 'polling' | 'sse' = 'sse'): string[] {
  const { trials } = withTrial(transport, change);
  return failures(trials[0]?.validity.checks ?? []);
}

const machine = (change: Partial<MachineUsage>) => (trial: MeasuredTrial) => {
  trial.machine = { ...(trial.machine as MachineUsage), ...change };
};

const network = (change: Partial<NetworkCounts>) => (trial: MeasuredTrial) => {
  trial.network = { ...(trial.network as NetworkCounts), ...change };
};

describe('a sound trial', () => {
  it.each(transportIds)('%s: no check fails, in the cell or in a trial', (transport) => {
    const cell = judgeAgain(goldenCell(transport));
    for (const { validity } of [cell, ...cell.trials]) expect(failures(validity.checks)).toEqual([]);
  });

  it('is asked everything that can be asked of its transport', () => {
    const ids = (cell: CompletedCell) => cell.validity.checks.map(({ id }) => id);
    const [sse, polling] = [judgeAgain(goldenCell('sse')), judgeAgain(goldenCell('polling'))];
    expect(ids(polling).filter((id) => !ids(sse).includes(id))).toEqual([
      'poll-lateness',
      'skipped-polls',
      'uniform-wait',
    ]);
    expect(ids(sse)).toHaveLength(25);
    expect(new Set(ids(polling)).size).toBe(ids(polling).length);
  });

  it('is not asked what the system did not tell', () => {
    const { trials } = withTrial('sse', (trial) => {
      trial.machine = null;
      trial.network = null;
      trial.connections.kernelOpen = null;
    });
    const ids = trials[0]?.validity.checks.map(({ id }) => id) ?? [];
    for (const id of ['stolen-cpu', 'other-programs', 'busy-cores', 'ip-bytes', 'kernel-connections']) {
      expect(ids).not.toContain(id);
    }
  });
});

describe('a trial with one thing wrong', () => {
  it.each<[string, (trial: MeasuredTrial) => void]>([
    [
      'events-measured invalid',
      (trial) => {
        const nothing = new LatencyRecorder().data();
        trial.latencyUs = { ...trial.latencyUs, count: 0, histogram: nothing.histogram };
        trial.latencyFromPublishedUs = { ...trial.latencyFromPublishedUs, count: 0 };
        trial.windows = encodeWindows([], []);
      },
    ],
    ['feed-published invalid', (trial) => (trial.publisher.published -= 1)],
    ['offered-load invalid', (trial) => (trial.publisher.offeredLoadRatio = 0.98)],
    ['offered-load invalid', (trial) => (trial.publisher.offeredLoadRatio = 1.02)],
    ['server-input-backlog warning', (trial) => (trial.publisher.peakBacklogEvents = 1)],
    ['subscribers-connected invalid', (trial) => (trial.connections.openAtFeed = trial.connections.kernelOpen = 99)],
    ['kernel-connections invalid', (trial) => (trial.connections.kernelOpen = 101)],
    ['lost-connections warning', (trial) => (trial.connections.failed = 1)],
    ['failed-requests warning', (trial) => (trial.requests.failed = 1)],
    ['driver-utilization warning', (trial) => (trial.driverUsage.eventLoopUtilization = 0.71)],
    ['driver-utilization invalid', (trial) => (trial.driverUsage.eventLoopUtilization = 0.96)],
    ['driver-delay warning', (trial) => (trial.driverUsage.eventLoopDelayP99Us = 3_001)],
    ['stolen-cpu warning', machine({ stolenCores: 0.03 })],
    ['stolen-cpu invalid', machine({ stolenCores: 0.21 })],
    ['other-programs warning', machine({ otherCores: 0.3 })],
    ['other-programs invalid', machine({ otherCores: 1.1 })],
    ['busy-cores warning', machine({ idleCores: 0.1 })],
    ['clock invalid', (trial) => moveOneBelowZero(trial)],
    ['counts-agree invalid', (trial) => (trial.deliveries.expected += 1)],
    ['counts-agree invalid', (trial) => loseDelivery(trial)],
    ['recordings-agree invalid', loseWindow],
    ['recordings-agree invalid', (trial) => (trial.latencyFromPublishedUs.count -= 1)],
    ['bytes-add-up invalid', (trial) => (trial.tallies.warmup.payloadBytes += 1)],
    ['bytes-add-up invalid', (trial) => (trial.bytes.breakdown.framing += 1)],
    ['bytes-add-up invalid', (trial) => (trial.bytes.received += 1)],
    ['bytes-add-up invalid', (trial) => (trial.tallies.drain.requestHeadBytes += 1_000_000)],
    ['ip-bytes warning', (trial) => network({ ipBytes: (trial.network?.ipBytes ?? 0) * 1.02 })(trial)],
    ['ip-bytes invalid', (trial) => network({ ipBytes: (trial.network?.ipBytes ?? 0) * 1.2 })(trial)],
    ['latency-order invalid', (trial) => (trial.latencyUs.max = 1)],
    ['latency-order invalid', (trial) => (trial.latencyUs.mean = (trial.latencyUs.mean ?? 0) * 1.01)],
    ['latency-order invalid', (trial) => (trial.latencyUs.p90 = trial.latencyUs.p50)],
  ])('%s', (expected, change) => {
    expect(failedBy(change)).toEqual([expected]);
  });

  it.each<[string, (trial: MeasuredTrial) => void]>([
    ['poll-lateness warning', (trial) => (trial.requests.latenessUs = { p50: 500, p99: 5_001, max: 9_000 })],
    ['skipped-polls warning', (trial) => (trial.requests.skippedPolls = 1)],
  ])('%s, of polling', (expected, change) => {
    expect(failedBy(change, 'polling')).toEqual([expected]);
  });

  it('conservation: each kind of loss', () => {
    for (const kind of ['missing', 'duplicated', 'outOfOrder', 'corrupted'] as const) {
      expect(failedBy((trial) => (trial.deliveries[kind] = 1))).toContain('conservation invalid');
    }
  });

  it('another feed than the planned one', () => {
    const { cell, phases, trials } = goldenCell('sse');
    const { checks } = judgeTrial(trials[0] as MeasuredTrial, { cell, phases, plannedFeedSha256: 'another' });
    expect(failures(checks)).toEqual(['feed-as-planned invalid']);
  });
});

describe('limits', () => {
  const estimate = (value: number): Estimate => ({ value, low: null, high: null });

  it.each([
    [1_000, 1_000, true],
    [1_000, 1_001, false],
    // 5 % of a p50 of 40 ms.
    [40_000, 2_000, true],
    [40_000, 2_001, false],
  ])('p50 %d us, publisher late by %d us at p99: %s', (p50, p99, ok) => {
    const cell = goldenCell('polling');
    cell.latencyUs.p50 = estimate(p50);
    cell.publisher.latenessUs = { p50: 60, p99, max: 9_000 };
    expect(judgeAgain(cell).validity.checks.find(({ id }) => id === 'publisher-lateness')?.ok).toBe(ok);
  });

  it('a late publisher that waited for the server is the server’s backlog and not its own lateness', () => {
    const found = failedBy((trial) => {
      trial.publisher.latenessUs = { p50: 60, p99: 500_000, max: 900_000 };
      trial.publisher.peakBacklogEvents = 1;
    });
    expect(found).toEqual(['server-input-backlog warning']);
  });

  it('a short measure phase does not turn a late last event into another load', () => {
    const cell = goldenCell('sse');
    cell.phases = { ...cell.phases, measureMs: 400 };
    for (const trial of cell.trials) trial.publisher.offeredLoadRatio = 0.98;
    expect(failures(judgeAgain(cell).validity.checks)).toEqual([]);
  });

  it('polling that opens a connection for each poll has none when the feed begins', () => {
    const cell = goldenCell('polling');
    cell.cell.transportOptions = { intervalMs: 250, keepAlive: false };
    for (const trial of cell.trials) trial.connections.openAtFeed = trial.connections.kernelOpen = 0;
    const { checks } = judgeAgain(cell).validity;
    expect(failures(checks)).toEqual([]);
    expect(checks.map(({ id }) => id)).not.toContain('subscribers-connected');
  });
});

describe('a cell', () => {
  it('is not valid when one trial is not', () => {
    const cell = withTrial('sse', (trial) => (trial.publisher.published -= 1));
    expect(cell.validity.ok).toBe(false);
    expect(cell.trials.map((trial) => trial.validity.ok)).toEqual([false, ...Array(5).fill(true)]);
  });

  it('is as good as its worst trial', () => {
    const cell = withTrial('sse', machine({ otherCores: 0.4 }));
    expect(failures(cell.validity.checks)).toEqual(['other-programs warning']);
    expect(cell.validity).toMatchObject({ ok: true });
    expect(cell.validity.checks.find(({ id }) => id === 'other-programs')?.value).toBeCloseTo(20, 6);
  });

  it('is judged by all its events where those of one trial are few', () => {
    const late = (trial: MeasuredTrial) => {
      trial.publisher.latenessUs = { p50: 60, p99: 3_000, max: 3_000 };
      trial.driverUsage.eventLoopDelayP99Us = 9_000;
    };
    const cell = withTrial('sse', late);
    expect(failures(cell.trials[0]?.validity.checks ?? [])).toEqual([
      'publisher-lateness warning',
      'driver-delay warning',
    ]);
    expect(failures(cell.validity.checks)).toEqual([]);
  });

  it('has the totals of its trials', () => {
    const cell = goldenCell('sse');
    cell.deliveries.delivered += 1;
    expect(failures(judgeAgain(cell).validity.checks)).toEqual(['sums-of-trials invalid']);
  });

  it('in which p99 depends on the moment from which it is counted', () => {
    const cell = goldenCell('sse');
    const early = new LatencyRecorder();
    for (let delivery = 0; delivery < cell.latencyUs.count; delivery += 1) early.record(100);
    const { histogram } = early.data();
    cell.latencyFromPublishedUs = { ...cell.latencyFromPublishedUs, min: 100, mean: 100, max: 100, histogram };
    for (const key of ['p50', 'p90', 'p99'] as const) cell.latencyFromPublishedUs[key] = estimate100;
    expect(failures(judgeAgain(cell).validity.checks)).toEqual(['coordinated-omission warning']);
  });
});

const estimate100: Estimate = { value: 100, low: null, high: null };

function moveOneBelowZero({ latencyUs, latencyFromPublishedUs }: MeasuredTrial): void {
  latencyUs.negativeCount = 1;
  latencyFromPublishedUs.negativeCount = 1;
}

function loseWindow(trial: MeasuredTrial): void {
  const { events } = trial.windows;
  trial.windows = encodeWindows(events.slice(1), decodeWindows(trial.windows).slice(1));
}

function loseDelivery({ tallies }: MeasuredTrial): void {
  tallies.warmup.deliveries -= 1;
  tallies.warmup.payloadBytes -= 128;
}
