import type { GateMetricName } from '../../scenarios/gate-metrics.ts';
import { type Metric, metrics } from '../compare/metrics.ts';
import { countsAreValid } from '../compare/timing-checks.ts';
import type { CompletedCell, Estimate } from '../delivery-result.ts';
import { readMetric } from '../thresholds/read-metric.ts';

/** A metric of a cell in one run. */
export interface Figure extends Estimate {
  /** False where a check of the instrument says that this number is not what it claims to be. */
  isValid: boolean;
  /** Why nothing may be said of how it changes, though it is valid; null mostly. */
  doubt: string | null;
}

const KEYS = [
  'latencyUs.p50',
  'latencyUs.p99',
  'bytes.overheadPerDelivery',
  'requests.perDelivery',
  'serverUsage.cpuUsPerDelivery',
  'serverUsage.rssBytesPerSubscriber',
] as const satisfies readonly GateMetricName[];

const followed = KEYS.flatMap((key) => {
  const metric = metrics.find((each) => each.key === key);
  return metric === undefined ? [] : [{ key, metric }];
});

/** What is followed from run to run, and kept of a baseline, in the order in which it is shown. */
export const followedMetrics: readonly Metric[] = followed.map(({ metric }) => metric);

/**
 * The followed metrics of a cell by their key, with the intervals that thresholds are decided on; one that is unknown has no
 * entry. A cell whose doubts are about timing alone still has valid counts.
 */
export function figuresOf(result: CompletedCell): ReadonlyMap<string, Figure> {
  return new Map(
    followed.flatMap(({ key, metric }): [string, Figure][] => {
      const reading = readMetric(key, result);
      if (reading === null) return [];
      const { value, low, high } = reading;
      const isValid = metric.kind === 'noisy' ? result.validity.ok : countsAreValid(result);
      return [[key, { value, low, high, isValid, doubt: metric.doubt(result) }]];
    }),
  );
}
