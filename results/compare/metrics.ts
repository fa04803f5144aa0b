import type { CompletedCell, TrialResult } from '../delivery-result.ts';
import { byteUnits, formatCount, timeUnits, type Unit } from '../numbers.ts';
import { FRACTION } from '../percentiles.ts';
import type { CountedCell } from '../statistics/compare-counts.ts';
import type { TrialSample } from '../statistics/latency-sample.ts';
import { percentileQuantity, type Quantity, scalarQuantity } from '../statistics/quantity.ts';

interface Described {
  /** Where the number stands in a cell of the run document. */
  key: string;
  title: string;
  /** The steps of its unit; a single one without a symbol for a pure number. */
  units: readonly Unit[];
  /** Why nothing may be said of it in a cell, whatever the figures are; null mostly. */
  doubt(result: CompletedCell): string | null;
}

const noDoubt = () => null;

/** The latencies of a cell's trials, read when they are asked for; null when they cannot be. */
export type SampleOf = () => TrialSample | null;

/** Timed: two runs of the same code differ, and their trials say by how much. Smaller is better. */
export interface NoisyMetric extends Described {
  kind: 'noisy';
  /** Whether another machine changes it: all but what is mostly waiting for the next poll, and memory. */
  dependsOnMachine(result: CompletedCell): boolean;
  /** Null when the cell has no value of it. */
  read(result: CompletedCell, sample: SampleOf): Quantity | null;
}

/** Counted: two runs of the same code with the same feeds mostly agree exactly. Smaller is better. */
export interface CountedMetric extends Described {
  kind: 'counted';
  /** Whether no transport's depends on timing, not even one that is polled. */
  isTimeless: boolean;
  /** Whether it is a whole number of things, of which one more is one too many: no tolerance. */
  isWhole: boolean;
  read(result: CompletedCell): CountedCell | null;
}

/** Faults; any more of them, per expected delivery, is worse. */
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

function latency(key: 'p50' | 'p90' | 'p99'): NoisyMetric {
  return {
    kind: 'noisy',
    key: `latencyUs.${key}`,
    title: `Latency, ${key}`,
    units: timeUnits,
    dependsOnMachine: ({ cell }) => cell.transport !== 'polling',
    doubt: noDoubt,
    read: ({ latencyUs, trials }, sample) => {
      const estimate = latencyUs[key];
      if (estimate === null || plausible(estimate.value) === null) return null;
      const measured = trials.filter(({ latencyUs: { count } }) => count > 0);
      const ofTrials = measured.map((trial) => trial.latencyUs[key]?.value ?? null);
      return percentileQuantity(estimate, ofTrials, FRACTION[key], sample);
    },
  };
}

type ServerQuantity = 'cpuUsPerDelivery' | 'rssBytesPerSubscriber';

/** With fewer subscribers most of the server's growth is its own (resource-usage.ts). */
const FEWEST_SUBSCRIBERS_FOR_MEMORY = 1000;

function serverUsage(quantity: ServerQuantity, title: string, units: readonly Unit[]): NoisyMetric {
  const isMemory = quantity === 'rssBytesPerSubscriber';
  return {
    kind: 'noisy',
    key: `serverUsage.${quantity}`,
    title,
    units,
    dependsOnMachine: () => !isMemory,
    doubt: ({ cell }) =>
      isMemory && cell.subscribers < FEWEST_SUBSCRIBERS_FOR_MEMORY
        ? `fewer than ${formatCount(FEWEST_SUBSCRIBERS_FOR_MEMORY)} subscribers: mostly the server's own growth`
        : null,
    read: ({ serverUsage: usage, trials }) => {
      const value = plausible(usage[quantity]);
      const known = trials.flatMap(({ serverUsage: ofTrial }) => plausible(ofTrial[quantity]) ?? []);
      return value === null ? null : scalarQuantity(value, known);
    },
  };
}

/**
 * A key for the feed of each trial: its texts are fixed by its seed, and its hash tells whether all of them were published.
 * Runs of the same seed that were pooled have the same feeds, of which the first is told from the second.
 */
function feedKeys(trials: readonly TrialResult[]): string[] {
  const times = new Map<string, number>();
  return trials.map(({ seed, publisher }) => {
    const feed = `${seed} ${publisher.feedSha256}`;
    times.set(feed, (times.get(feed) ?? 0) + 1);
    return `${feed} ${times.get(feed)}`;
  });
}

function counted(
  described: Omit<Described, 'doubt'> & Partial<Pick<CountedMetric, 'doubt' | 'isTimeless' | 'isWhole'>>,
  ofCell: (result: CompletedCell) => number | null,
  ofTrial: (trial: TrialResult, cell: CompletedCell['cell']) => number | null,
): CountedMetric {
  return {
    kind: 'counted',
    doubt: noDoubt,
    isTimeless: false,
    isWhole: false,
    ...described,
    read: (result) => {
      const value = plausible(ofCell(result));
      const keys = feedKeys(result.trials);
      const known = result.trials.flatMap((trial, at) => {
        const each = plausible(ofTrial(trial, result.cell));
        return each === null ? [] : [[keys[at] as string, each] as const];
      });
      return value === null ? null : { value, valueOfFeed: new Map(known) };
    },
  };
}

/** Framing of the measure phase, per delivery in it: every event of a cell is as long as the others. */
function framing(
  { payload, breakdown }: CompletedCell['bytes'],
  { payloadBytes }: CompletedCell['cell'],
): number | null {
  return payload === 0 ? null : (breakdown.framing * payloadBytes) / payload;
}

/** Per trial, since runs may differ in how many there were. */
const perTrial = (count: number, { trials }: CompletedCell) => (trials.length === 0 ? null : count / trials.length);

function fault(key: string, title: string, count: (result: CompletedCell) => number): FaultMetric {
  return {
    kind: 'fault',
    key,
    title,
    units: pureNumber,
    doubt: noDoubt,
    read: (result) => {
      const found = plausible(count(result));
      const expected = plausible(result.deliveries.expected);
      return found === null || expected === null ? null : { count: found, expected };
    },
  };
}

/** What is compared of two cells, in the order in which tables show it. */
export const metrics: readonly Metric[] = [
  latency('p50'),
  latency('p90'),
  latency('p99'),
  serverUsage('cpuUsPerDelivery', 'Server CPU per delivery', timeUnits),
  serverUsage('rssBytesPerSubscriber', 'Server memory per subscriber', byteUnits),
  counted(
    { key: 'bytes.overheadPerDelivery', title: 'Overhead per delivery', units: byteUnits },
    ({ bytes }) => bytes.overheadPerDelivery,
    ({ bytes }) => bytes.overheadPerDelivery,
  ),
  counted(
    { key: 'bytes.framingPerDelivery', title: 'Framing per delivery', units: byteUnits, isTimeless: true },
    ({ bytes, cell }) => framing(bytes, cell),
    ({ bytes }, cell) => framing(bytes, cell),
  ),
  counted(
    { key: 'requests.perDelivery', title: 'Requests per delivery', units: pureNumber },
    ({ requests }) => requests.perDelivery,
    ({ requests }) => requests.perDelivery,
  ),
  counted(
    {
      key: 'requests.empty',
      title: 'Empty answers per trial',
      units: pureNumber,
      isWhole: true,
      doubt: ({ cell }) =>
        cell.transport === 'polling' ? 'how many polls find nothing is chance; requests per delivery tells more' : null,
    },
    (result) => perTrial(result.requests.empty, result),
    ({ requests }) => requests.empty,
  ),
  counted(
    { key: 'connections.opened', title: 'Connections opened per trial', units: pureNumber, isWhole: true },
    (result) => perTrial(result.connections.opened, result),
    ({ connections }) => connections.opened,
  ),
  fault('deliveries.missing', 'Missing deliveries', ({ deliveries }) => deliveries.missing),
  fault('deliveries.duplicated', 'Duplicated deliveries', ({ deliveries }) => deliveries.duplicated),
  fault('deliveries.outOfOrder', 'Deliveries out of order', ({ deliveries }) => deliveries.outOfOrder),
  fault('deliveries.corrupted', 'Corrupted deliveries', ({ deliveries }) => deliveries.corrupted),
  fault('requests.failed', 'Failed requests', ({ requests }) => requests.failed),
  fault('connections.failed', 'Failed connections', ({ connections }) => connections.failed),
  fault('connections.reconnected', 'Reconnections', ({ connections }) => connections.reconnected),
];
