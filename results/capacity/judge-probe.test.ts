import { describe, expect, test } from 'vitest';
import type { MeasuredTrial } from '../delivery-result.ts';
import { objective } from '../samples/capacity-search.ts';
import { measuredTrials } from '../samples/quick.ts';
import { reasonsAgainst } from './judge-probe.ts';

const [golden] = measuredTrials('websocket') as [MeasuredTrial];

function trial(change: (trial: MeasuredTrial) => void): MeasuredTrial {
  const first = structuredClone(golden);
  first.latencyUs.p99 = { value: 49_999, low: null, high: null };
  change(first);
  return first;
}

describe('a trial holds', () => {
  test('when everything arrived in time', () => {
    expect(
      reasonsAgainst(
        trial(() => {}),
        objective,
      ),
    ).toEqual([]);
  });

  const conditions: [what: string, change: (trial: MeasuredTrial) => void, reason: RegExp][] = [
    ['a latency at the limit', (t) => (t.latencyUs.p99 = { value: 50_000, low: null, high: null }), /^p99 50\.0 ms$/],
    ['a percentile that is not supported', (t) => (t.latencyUs.p99 = null), /^p99 unknown: too few events$/],
    ['an event that is missing', (t) => (t.deliveries.missing = 1), /^1 missing$/],
    ['one that came twice', (t) => (t.deliveries.duplicated = 1), /^1 duplicated$/],
    ['one that came too late in the order', (t) => (t.deliveries.outOfOrder = 1), /^1 out of order$/],
    ['one that was altered', (t) => (t.deliveries.corrupted = 1), /^1 corrupted$/],
    ['an event that the server did not take', (t) => (t.publisher.published -= 1), /^1 not taken by the server$/],
    [
      'a publisher that was late',
      (t) => (t.publisher.latenessUs = { p50: 1, p99: 50_000, max: 60_000 }),
      /^publisher late/,
    ],
    ['a subscriber that lost its connection', (t) => (t.connections.reconnected = 1), /^1 connection lost$/],
    ['a request that failed', (t) => (t.requests.failed = 2), /^2 requests failed$/],
    [
      'a check of the instrument that failed',
      (t) =>
        (t.validity = {
          ok: false,
          checks: [
            { id: 'x', severity: 'invalid' as const, name: 'clocks', ok: false, value: 1, limit: '0', advice: '' },
          ],
        }),
      /^failed check: clocks$/,
    ],
  ];
  test.each(conditions)('not with %s', (_what, change, reason) => {
    const reasons = reasonsAgainst(trial(change), objective);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(reason);
  });

  test('says everything that is against it, latencies first', () => {
    const bad = trial((t) => {
      t.latencyUs.p99 = { value: 183_000, low: null, high: null };
      t.deliveries.missing = 1_200;
      t.connections.reconnected = 3;
    });
    expect(reasonsAgainst(bad, objective)).toEqual(['p99 183 ms', '1,200 missing', '3 connections lost']);
  });
});
