import type { GateMetricName } from '../../scenarios/gate-metrics.ts';
import type { CompletedCell, Estimate } from '../delivery-result.ts';
import { readPath } from '../export/cell-metrics.ts';
import { FRACTION } from '../percentiles.ts';
import { intervalAround } from '../statistics/bootstrap.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { percentileQuantity, type Quantity, scalarQuantity } from '../statistics/quantity.ts';

/**
 * How a metric is decided. `count`: on its value, which is counted, as long as the counts are valid. `fault`: the same,
 * and what did happen stands whatever else is not valid. `extreme`: on its value too, which is one delivery. `percentile`:
 * on the interval in the document. `trials`: on an interval from its values in the trials. `varying`: the same of
 * something that is counted, and valid as counts are.
 */
type GateBasis = 'count' | 'fault' | 'extreme' | 'percentile' | 'trials' | 'varying';

interface Gated {
  basis: GateBasis;
  /** A sum over the trials, which a threshold takes per trial, so that it means the same for any number of them. */
  perTrial?: true;
}

/** Every metric that can be gated; a forgotten one does not compile. */
const gated: Record<GateMetricName, Gated> = {
  'latencyUs.min': { basis: 'extreme' },
  'latencyUs.mean': { basis: 'trials' },
  'latencyUs.p50': { basis: 'percentile' },
  'latencyUs.p90': { basis: 'percentile' },
  'latencyUs.p99': { basis: 'percentile' },
  'latencyUs.p999': { basis: 'percentile' },
  'latencyUs.max': { basis: 'extreme' },
  'deliveries.missing': { basis: 'fault' },
  'deliveries.duplicated': { basis: 'fault' },
  'deliveries.outOfOrder': { basis: 'fault' },
  'deliveries.corrupted': { basis: 'fault' },
  'bytes.overheadPerDelivery': { basis: 'count' },
  // How many ACKs travel alone is a matter of timing.
  'bytes.ipPerDelivery': { basis: 'varying' },
  'connections.opened': { basis: 'count', perTrial: true },
  'connections.peak': { basis: 'count' },
  'connections.failed': { basis: 'fault', perTrial: true },
  'connections.reconnected': { basis: 'fault', perTrial: true },
  'requests.perDelivery': { basis: 'count' },
  'requests.empty': { basis: 'count', perTrial: true },
  'requests.failed': { basis: 'fault', perTrial: true },
  'serverUsage.cpuUsPerDelivery': { basis: 'trials' },
  'serverUsage.rssBytes': { basis: 'trials' },
  'serverUsage.rssBytesPerSubscriber': { basis: 'trials' },
  'driverUsage.cpuUsPerDelivery': { basis: 'trials' },
  'batching.eventsPerEnvelope': { basis: 'varying' },
};

/** Whether it counts what went wrong. */
export function isFault(metric: GateMetricName): boolean {
  return gated[metric].basis === 'fault';
}

/** Whether it is counted, and so not wrong when only the timing of a cell is in doubt. */
export function isCounted(metric: GateMetricName): boolean {
  return ['count', 'fault', 'varying'].includes(gated[metric].basis);
}

/** Whether it has an interval, and is decided on it. */
export function isEstimated(metric: GateMetricName): boolean {
  return ['percentile', 'trials', 'varying'].includes(gated[metric].basis);
}

/** A metric of a cell. Its interval has no ends where it is decided on its value, or where there are too few trials. */
export interface Reading extends Estimate {
  /** What its interval comes from; null for what is decided on its value. */
  quantity: Quantity | null;
}

const numberOf = (read: Estimate | number | null) => (typeof read === 'number' ? read : null);

/** Null where the document does not know it. */
export function readMetric(metric: GateMetricName, result: CompletedCell): Reading | null {
  const { perTrial } = gated[metric];
  const { trials } = result;
  const read = readPath(result, metric);
  if (read === null || trials.length === 0) return null;
  if (typeof read === 'object') {
    const fraction = FRACTION[metric.slice('latencyUs.'.length) as keyof typeof FRACTION];
    const ofTrials = trials.map((trial) => (readPath(trial, metric) as Estimate | null)?.value ?? null);
    return { ...read, quantity: percentileQuantity(read, ofTrials, fraction, () => null) };
  }
  if (!isEstimated(metric)) {
    return { value: perTrial ? read / trials.length : read, low: null, high: null, quantity: null };
  }
  const known = trials.map((trial) => numberOf(readPath(trial, metric))).filter((value) => value !== null);
  const quantity = scalarQuantity(read, known);
  return quantity === null ? null : { ...overTrials(quantity), quantity };
}

/** The value with its 95 % interval: Student's t over the trials of ln of the value. */
function overTrials({ value, uncertainty }: Quantity): Estimate {
  if (uncertainty === null) return { value, low: null, high: null };
  const halfWidth = studentQuantile(0.975, uncertainty.trials - 1) * Math.sqrt(uncertainty.variance);
  const { low, high } = intervalAround(value, halfWidth);
  return Number.isFinite(high) ? { value, low, high } : { value, low: null, high: null };
}
