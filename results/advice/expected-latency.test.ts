import { expect, test } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import { replay } from '../theory/replay.ts';
import { modelLatencyUs } from './expected-latency.ts';
import type { PointConstants, TransportModel } from './model.ts';
import type { Needs } from './needs.ts';

const constants: PointConstants = {
  authorityBytes: 14,
  seqDigits: 3,
  afterDigits: 3,
  responseHeadBytes: null,
  emptyHeadBytes: null,
  serverCpuUsPerUnit: 20,
  pollResponseUs: null,
  firstUs: 1_300,
  meanSpreadUsPerSubscriber: 10,
  lastSpreadUsPerSubscriber: 16,
  busyUsPerSubscriber: 30,
  medianRatio: 1,
  tailUs: 0,
};

const needs: Needs = {
  eventsPerSec: 200,
  subscribers: 101,
  payloadBytes: 100,
  toleratedLatencyMs: 100,
  statistic: 'mean',
  headers: 'bare',
  pollIntervalMs: 1_000,
};

function modelOf(transport: 'sse' | 'long-polling'): TransportModel {
  const at = { ...needs, pollIntervalMs: null, otherSchedule: null };
  const measured = {
    deliveriesPerSec: 1,
    requestsPerSec: 0,
    wireBytesPerSec: 1,
    latencyUs: { mean: null, p50: null, p99: null },
    serverCores: null,
    serverProcesses: 1,
  };
  return {
    label: transport,
    transport,
    keepAlive: true,
    coalesceUs: 0,
    longPollTimeoutUs: 30e6,
    heartbeatUs: 15e6,
    points: [{ at, measured, constants }],
    ceiling: null,
  };
}

/** Latencies of a long schedule of Poisson events, replayed as theory replays that of a trial. */
function simulatedUs(busyUs: number): Float64Array {
  const random = seededRandom(7);
  const availableUs = new Float64Array(200_000);
  let atUs = 0;
  for (let event = 0; event < availableUs.length; event += 1) {
    atUs += (-Math.log(1 - random()) * 1e6) / needs.eventsPerSec;
    availableUs[event] = atUs;
  }
  const { delayUs } = replay(availableUs, { wakeUs: 1_300, busyUs });
  // Mean 2,300 and last 2,900: evenly from 1,700.
  return delayUs.map((delay) => delay + 1_700 + 1_200 * random()).sort();
}

test.each([
  { transport: 'sse' as const, busyUs: 101 * 30 },
  { transport: 'long-polling' as const, busyUs: 2_900 },
])('$transport: the closed forms are those of a replayed schedule', ({ transport, busyUs }) => {
  const sorted = simulatedUs(busyUs);
  const simulated = {
    mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    p50: sorted[Math.floor(0.5 * sorted.length)] as number,
    p99: sorted[Math.floor(0.99 * sorted.length)] as number,
  };
  for (const statistic of ['mean', 'p50', 'p99'] as const) {
    const expected = modelLatencyUs(modelOf(transport), needs, statistic, 101) as number;
    expect(Math.abs(expected / simulated[statistic] - 1), statistic).toBeLessThan(0.01);
  }
});
