import type { LatencyDistribution, MeasuredTrial } from '../delivery-result.ts';
import { formatCount, formatNumberOf, formatUs } from '../numbers.ts';
import { EVENTS_NEEDED, FRACTION } from '../percentiles.ts';
import { percentileOf } from '../recording/latency.ts';
import type { LatencyCondition, Objective } from './capacity-search-section.ts';
import { tightestUs } from './objective.ts';

/**
 * Why a trial does not hold an objective, in words; empty when it does. Besides the latencies: every event arrived once,
 * in order and unaltered, all of the feed was published and in time, every subscriber stayed connected and every request
 * was answered.
 */
export function reasonsAgainst(trial: MeasuredTrial, objective: Objective): string[] {
  const { deliveries, publisher, connections, requests } = trial;
  const lateUs = publisher.latenessUs?.p99 ?? 0;
  const faults: [count: number, what: string][] = [
    [deliveries.missing, 'missing'],
    [deliveries.duplicated, 'duplicated'],
    [deliveries.outOfOrder, 'out of order'],
    [deliveries.corrupted, 'corrupted'],
    [publisher.events - publisher.published, 'not taken by the server'],
  ];
  const reasons = [
    ...latencyReasons(trial.latencyUs, objective),
    ...faults.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`),
  ];
  if (lateUs >= tightestUs(objective)) reasons.push(`publisher late by ${formatUs(lateUs)} at p99`);
  if (connections.reconnected > 0) reasons.push(`${formatNumberOf(connections.reconnected, 'connection')} lost`);
  if (requests.failed > 0) reasons.push(`${formatNumberOf(requests.failed, 'request')} failed`);
  // What is left of the instrument's own checks: the wrong feed, negative latencies, nothing measured.
  const invalid = trial.validity.checks
    .filter(({ ok, severity }) => !ok && severity === 'invalid')
    .map(({ name }) => `failed check: ${name}`);
  return reasons.length > 0 ? reasons : invalid;
}

/**
 * A percentile of one probe in microseconds; null with fewer events than it needs. Events count here as they are and not
 * as independent ones: the question is whether the deliveries of this probe kept to the objective, not what others would.
 */
export function probePercentileUs(
  latencyUs: LatencyDistribution,
  percentile: LatencyCondition['percentile'],
): number | null {
  const stated = latencyUs[percentile]?.value ?? null;
  if (stated !== null || latencyUs.events < EVENTS_NEEDED[percentile]) return stated;
  return percentileOf(latencyUs.histogram, 100 * FRACTION[percentile]);
}

function latencyReasons(latencyUs: LatencyDistribution, { conditions }: Objective): string[] {
  return conditions.flatMap(({ percentile, belowUs }) => {
    const value = probePercentileUs(latencyUs, percentile);
    if (value === null) return [`${percentile} unknown: too few events`];
    return value < belowUs ? [] : [`${percentile} ${formatUs(value)}`];
  });
}
