import type { CompletedCell, Deliveries, TrialResult } from '../delivery-result.ts';
import { byteUnits, timeUnits, type Unit } from '../numbers.ts';
import { type ComparedCell, percentileCell, scalarCell } from '../statistics/compare.ts';
import type { CountedCell } from '../statistics/compare-counts.ts';
import type { LatencySample } from '../statistics/latency-sample.ts';

interface Described {
  /** Where the number stands in a cell of the run document. */
  key: string;
  title: string;
  /** The steps of its unit; a single one without a symbol for a pure number. */
  units: readonly Unit[];
}

/** Timed: two runs of the same code differ, and their trials say by how much. Smaller is better. */
export interface NoisyMetric extends Described {
  kind: 'noisy';
  /** Null when the cell has no value of it. `sample`: the latencies of the cell's trials; null when they cannot be read. */
  read(result: CompletedCell, sample: LatencySample | null, seed: number): ComparedCell | null;
}

/** Counted: two runs of the same code with the same feeds mostly agree exactly. Smaller is better. */
export interface CountedMetric extends Described {
  kind: 'counted';
  read(result: CompletedCell): CountedCell | null;
}

/** Faults among the deliveries; any more of them, per expected delivery, is worse. */
export interface FaultMetric extends Described {
  kind: 'fault';
  read(result: CompletedCell): { count: number; expected: number } | null;
}

export type Metric = NoisyMetric | CountedMetric | FaultMetric;

const pureNumber: readonly Unit[] = [{ symbol: '', size: 1 }];

/** The value, or null where it is larger than anything that is timed or counted: a damaged document, whose sums are not right. */
function plausible(value: number | null | undefined): number | null {
  return value == null || Math.abs(value) > Number.MAX_SAFE_INTEGER ? null : value;
}

function latency(key: 'p50' | 'p90' | 'p99', fraction: number): NoisyMetric {
  return {
    kind: 'noisy',
    key: `latencyUs.${key}`,
    title: `Latency, ${key}`,
    units: timeUnits,
    read: ({ cell, latencyUs }, sample, seed) => {
      const value = plausible(latencyUs[key]?.value);
      return value === null || sample === null ? null : percentileCell(cell.id, sample, { fraction, value }, seed);
    },
  };
}

type ServerQuantity = 'cpuUsPerDelivery' | 'rssBytesPerSubscriber';

function serverUsage(quantity: ServerQuantity, title: string, units: readonly Unit[]): NoisyMetric {
  return {
    kind: 'noisy',
    key: `serverUsage.${quantity}`,
    title,
    units,
    read: ({ cell, serverUsage: usage, trials }) => {
      const value = plausible(usage[quantity]);
      const known = trials.flatMap(({ trial, serverUsage: ofTrial }) => {
        const each = plausible(ofTrial[quantity]);
        return each === null ? [] : [{ trial, value: each }];
      });
      return value === null || known.length === 0 ? null : scalarCell(cell.id, value, known);
    },
  };
}

/** The texts of a feed are fixed by its seed; its hash tells whether all of them were published. */
const feedKey = ({ seed, publisher }: TrialResult) => `${seed} ${publisher.feedSha256}`;

function counted(
  key: string,
  title: string,
  units: readonly Unit[],
  ofCell: (result: CompletedCell) => number | null,
  ofTrial: (trial: TrialResult) => number | null,
): CountedMetric {
  return {
    kind: 'counted',
    key,
    title,
    units,
    read: (result) => {
      const value = plausible(ofCell(result));
      const known = result.trials.flatMap((trial) => {
        const each = plausible(ofTrial(trial));
        return each === null ? [] : [[feedKey(trial), each] as const];
      });
      return value === null ? null : { value, valueOfFeed: new Map(known) };
    },
  };
}

function fault(
  key: keyof Deliveries & ('missing' | 'duplicated' | 'outOfOrder' | 'corrupted'),
  title: string,
): FaultMetric {
  return {
    kind: 'fault',
    key: `deliveries.${key}`,
    title,
    units: pureNumber,
    read: ({ deliveries }) => {
      const count = plausible(deliveries[key]);
      const expected = plausible(deliveries.expected);
      return count === null || expected === null ? null : { count, expected };
    },
  };
}

/** What is compared of two cells, in the order in which tables show it. */
export const metrics: readonly Metric[] = [
  latency('p50', 0.5),
  latency('p90', 0.9),
  latency('p99', 0.99),
  serverUsage('cpuUsPerDelivery', 'Server CPU per delivery', timeUnits),
  serverUsage('rssBytesPerSubscriber', 'Server memory per subscriber', byteUnits),
  counted(
    'bytes.overheadPerDelivery',
    'Overhead per delivery',
    byteUnits,
    ({ bytes }) => bytes.overheadPerDelivery,
    ({ bytes }) => bytes.overheadPerDelivery,
  ),
  counted(
    'requests.perDelivery',
    'Requests per delivery',
    pureNumber,
    ({ requests }) => requests.perDelivery,
    ({ requests }) => requests.perDelivery,
  ),
  counted(
    'connections.opened',
    'Connections opened per trial',
    pureNumber,
    ({ connections, trials }) => (trials.length === 0 ? null : connections.opened / trials.length),
    ({ connections }) => connections.opened,
  ),
  fault('missing', 'Missing'),
  fault('duplicated', 'Duplicated'),
  fault('outOfOrder', 'Out of order'),
  fault('corrupted', 'Corrupted'),
];
