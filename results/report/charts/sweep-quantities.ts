import type { CompletedCell } from '../../delivery-result.ts';
import {
  byteUnits,
  formatBytes,
  formatChosenBytes,
  formatChosenUs,
  formatUs,
  timeUnits,
  type Unit,
} from '../../numbers.ts';
import type { CellComparison, ComparedQuantity } from '../../run-document.ts';
import { isComplete } from '../findings/completeness.ts';
import { latencyP50, type OrderedQuantity, serverCpu, whyNotCompared } from '../findings/order.ts';

/** A value with its interval; low and high are null when there is none. */
export interface SweepValue {
  value: number;
  low: number | null;
  high: number | null;
}

/** How the first of two cells compares with the second, lower being better. */
export interface PairVerdict {
  verdict: 'faster' | 'slower' | 'same' | 'undecided';
  /** ln of first / second, with its 95 % interval, whose ends are null when there is none; null without two values above 0. */
  logRatio: SweepValue | null;
}

/** What a sweep shows over its axis, lower being better. */
export interface SweepQuantity {
  key: string;
  title: string;
  /** As in "the lower median latency (p50)". */
  noun: string;
  units: readonly Unit[];
  format(value: number): string;
  formatTick(value: number): string;
  /** What the upright line through a point is; null when it has none. */
  intervalWords: string | null;
  read(result: CompletedCell): SweepValue | null;
  compare(a: CompletedCell, b: CompletedCell, recorded: RecordedComparisons): PairVerdict;
}

/** The comparisons of a document, by quantity and ids. */
export type RecordedComparisons = (quantity: ComparedQuantity, a: string, b: string) => CellComparison | undefined;

/** Makes the comparisons of a document quick to find. */
export function recordedComparisons(comparisons: readonly CellComparison[]): RecordedComparisons {
  const known = new Map(comparisons.map((each) => [`${each.quantity}\n${each.a}\n${each.b}`, each]));
  return (quantity, a, b) => known.get(`${quantity}\n${a}\n${b}`);
}

const nothing: PairVerdict = { verdict: 'undecided', logRatio: null };
const opposite = { faster: 'slower', slower: 'faster', same: 'same', undecided: 'undecided' } as const;
const negative = (value: number | null) => (value === null ? null : -value);
const log = (value: number | null) => (value === null || !(value > 0) ? null : Math.log(value));

/** The verdict of the document, which comes from a test over the trials; cells that take no part in an order have none. */
function recordedVerdict(quantity: OrderedQuantity): SweepQuantity['compare'] {
  return (a, b, recorded) => {
    if (whyNotCompared(a, quantity) !== null || whyNotCompared(b, quantity) !== null) return nothing;
    const asked = recorded(quantity.compared, a.cell.id, b.cell.id);
    const found = asked ?? recorded(quantity.compared, b.cell.id, a.cell.id);
    const value = log(found?.ratio.value ?? null);
    if (found === undefined || value === null) return nothing;
    const [low, high] = [log(found.ratio.low), log(found.ratio.high)];
    return asked !== undefined
      ? { verdict: found.verdict, logRatio: { value, low, high } }
      : { verdict: opposite[found.verdict], logRatio: { value: -value, low: negative(high), high: negative(low) } };
  };
}

/** Bytes are counted and not sampled: a difference counts when it has the same sign in every trial that both ran. */
function countedVerdict(read: (of: Pick<CompletedCell, 'bytes'>) => number | null): SweepQuantity['compare'] {
  return (a, b) => {
    const isUsable = [a, b].every((cell) => cell.validity.ok && isComplete(cell.deliveries));
    const value = log((read(a) ?? 0) / (read(b) ?? 0));
    if (!isUsable || value === null || !Number.isFinite(value)) return nothing;
    const signs = new Set(
      a.trials.flatMap((trial) => {
        const other = b.trials.find((each) => each.trial === trial.trial);
        const [one, two] = [read(trial), other === undefined ? null : read(other)];
        return one === null || two === null ? [] : [Math.sign(one - two)];
      }),
    );
    const verdict = signs.size !== 1 ? 'undecided' : signs.has(0) ? 'same' : signs.has(-1) ? 'faster' : 'slower';
    return { verdict, logRatio: { value, low: null, high: null } };
  };
}

const overheadOf = ({ bytes }: Pick<CompletedCell, 'bytes'>) => bytes.overheadPerDelivery;

/** In the order in which they are drawn. */
export const sweepQuantities: readonly SweepQuantity[] = [
  {
    key: 'latency',
    title: 'Latency, p50',
    noun: latencyP50.noun,
    units: timeUnits,
    format: formatUs,
    formatTick: formatChosenUs,
    intervalWords: 'the 95 % interval of the median',
    read: latencyP50.read,
    compare: recordedVerdict(latencyP50),
  },
  {
    key: 'overhead',
    title: 'Overhead per delivery',
    noun: 'overhead per delivery',
    units: byteUnits,
    format: formatBytes,
    formatTick: formatChosenBytes,
    intervalWords: null,
    read: (result) => {
      const value = overheadOf(result);
      return value === null ? null : { value, low: null, high: null };
    },
    compare: countedVerdict(overheadOf),
  },
  {
    key: 'cpu',
    title: 'Server CPU per delivery',
    noun: serverCpu.noun,
    units: timeUnits,
    format: formatUs,
    formatTick: formatChosenUs,
    intervalWords: 'from the smallest to the largest trial',
    read: serverCpu.read,
    compare: recordedVerdict(serverCpu),
  },
];
