import type { CompletedCell } from '../delivery-result.ts';
import { FEWEST_TRIALS_FOR_INTERVAL } from '../statistics/bootstrap.ts';
import { EQUIVALENCE_MARGIN, SIGNIFICANCE } from '../statistics/compare.ts';
import { countDifference } from '../statistics/compare-counts.ts';
import { independentRatio } from '../statistics/compare-independent.ts';
import type { LatencySample } from '../statistics/latency-sample.ts';
import { type CountedMetric, type FaultMetric, type Metric, metrics, type NoisyMetric } from './metrics.ts';

/** Of the head, seen from the base. `same` is a claim too; `undecided` is none. */
export type ChangeVerdict = 'better' | 'worse' | 'same' | 'undecided';

/** A counted metric is the same up to this part of its value. */
export const COUNT_TOLERANCE = 0.005;

/** Of every bootstrap here, so that anyone gets the same intervals from the same two documents. */
const SEED = 1;

/** How one metric of a cell changed from the base to the head, before p is corrected; values in the metric's base unit. */
export interface Change {
  metric: Metric;
  base: number | null;
  head: number | null;
  /** Trials of the base and of the head that the values come from. */
  trials: readonly [number, number];
  /** Head - base; null when either is unknown. */
  delta: number | null;
  /** Head / base with its 95 % interval, whose ends are null with too few trials; null when there is no ratio. */
  ratio: { value: number; low: number | null; high: number | null } | null;
  /** How likely so large a change is by chance; null where that is not asked or cannot be told. */
  p: number | null;
  /** Why there is no verdict, or why it is undecided, where the figures do not say it. */
  note: string | null;
}

/** A change whose verdict waits for the correction of its p for all others. */
export interface Judged {
  change: Change;
  /** Whether its p is one of the family that is corrected. */
  inFamily: boolean;
  /** Null: nothing may be said. `p`: the corrected one, or the change's own outside of the family. */
  decide(p: number | null): ChangeVerdict | null;
}

type Samples = readonly [LatencySample | null, LatencySample | null];

function describe(metric: Metric, base: number | null, head: number | null, trials: readonly [number, number]): Change {
  const known = base !== null && head !== null;
  const value = known && base > 0 ? head / base : Number.NaN;
  const ratio = Number.isFinite(value) ? { value, low: null, high: null } : null;
  return { metric, base, head, trials, delta: known ? head - base : null, ratio, p: null, note: null };
}

const settled = (change: Change, verdict: ChangeVerdict | null, note: string | null): Judged => ({
  change: { ...change, note },
  inFamily: false,
  decide: () => verdict,
});

const unknownNote = (base: unknown, head: unknown) =>
  base !== null ? 'unknown in B' : head !== null ? 'unknown in A' : 'unknown in both';

const fewest = (trials: readonly [number, number]) => Math.min(...trials);

const withinMargin = (ratio: number) => ratio >= 1 / (1 + EQUIVALENCE_MARGIN) && ratio <= 1 + EQUIVALENCE_MARGIN;

/** A claim of a difference needs an interval without 1, a small p, ranks that agree, and more than the margin. */
function judgeNoisy(metric: NoisyMetric, base: CompletedCell, head: CompletedCell, samples: Samples): Judged {
  const before = metric.read(base, samples[0], SEED);
  const after = metric.read(head, samples[1], SEED);
  const trials = [before?.trials.length ?? 0, after?.trials.length ?? 0] as const;
  const change = describe(metric, before?.value ?? null, after?.value ?? null, trials);
  if (before === null || after === null) return settled(change, null, unknownNote(before, after));
  const { ratio, p, ranksDiffer } = independentRatio(before, after, SEED);
  if (ratio === null) return settled(change, 'undecided', 'a value of 0 has no ratio');
  const { value, low, high } = ratio;
  if (low === null || high === null)
    return settled(
      { ...change, ratio },
      'undecided',
      fewest(trials) < FEWEST_TRIALS_FOR_INTERVAL
        ? 'too few trials for an interval'
        : 'its trials differ too much for an interval',
    );
  return {
    change: { ...change, ratio, p, note: p === null ? 'too few trials for a claim' : null },
    inFamily: p !== null,
    decide: (correctedP) => {
      if (withinMargin(low) && withinMargin(high)) return 'same';
      const isSure = correctedP !== null && correctedP < SIGNIFICANCE && ranksDiffer && (low > 1 || high < 1);
      if (!isSure || withinMargin(value)) return 'undecided';
      return value > 1 ? 'worse' : 'better';
    },
  };
}

/** The same within the tolerance; beyond it a difference, unless the trials show that it depends on timing. */
function judgeCounted(metric: CountedMetric, base: CompletedCell, head: CompletedCell): Judged {
  const before = metric.read(base);
  const after = metric.read(head);
  const trials = [before?.valueOfFeed.size ?? 0, after?.valueOfFeed.size ?? 0] as const;
  const change = describe(metric, before?.value ?? null, after?.value ?? null, trials);
  if (before === null || after === null) return settled(change, null, unknownNote(before, after));
  const { delta, p } = countDifference(before, after);
  const { value, low, high } = delta;
  const isSame = Math.abs(value) <= COUNT_TOLERANCE * Math.abs(before.value);
  if (low === null || high === null) {
    return settled(change, isSame ? 'same' : 'undecided', isSame ? null : 'one trial cannot tell a change from chance');
  }
  const relative = (difference: number) => (before.value + difference) / before.value;
  const ratio = change.ratio === null ? null : { ...change.ratio, low: relative(low), high: relative(high) };
  if (isSame) return settled({ ...change, ratio, p }, 'same', null);
  return {
    change: { ...change, ratio, p },
    // A difference on which all trials agree is not a matter of chance, and nothing to be corrected for.
    inFamily: low !== high,
    decide: (correctedP) => {
      if (correctedP === null || correctedP >= SIGNIFICANCE || (low <= 0 && high >= 0)) return 'undecided';
      return value > 0 ? 'worse' : 'better';
    },
  };
}

/** Per expected delivery, since runs may differ in how many there were to be. */
function judgeFault(metric: FaultMetric, base: CompletedCell, head: CompletedCell): Judged {
  const before = metric.read(base);
  const after = metric.read(head);
  const trials = [base.trials.length, head.trials.length] as const;
  const change = describe(metric, before?.count ?? null, after?.count ?? null, trials);
  if (before === null || after === null) return settled(change, null, unknownNote(before, after));
  // Multiplied crosswise: of whole numbers, so that equal shares are equal.
  const excess = after.count * before.expected - before.count * after.expected;
  return settled(change, excess === 0 ? 'same' : excess > 0 ? 'worse' : 'better', null);
}

function judge(metric: Metric, base: CompletedCell, head: CompletedCell, samples: Samples): Judged {
  switch (metric.kind) {
    case 'noisy':
      return judgeNoisy(metric, base, head, samples);
    case 'counted':
      return judgeCounted(metric, base, head);
    case 'fault':
      return judgeFault(metric, base, head);
  }
}

function invalidNote(base: CompletedCell, head: CompletedCell): string | null {
  if (base.validity.ok && head.validity.ok) return null;
  if (base.validity.ok) return 'not valid in B';
  return head.validity.ok ? 'not valid in A' : 'not valid in A and B';
}

/** All metrics of a cell that both runs delivered. Where it is not valid in one, only its faults have a verdict. */
export function judgeCell(base: CompletedCell, head: CompletedCell, samples: Samples): Judged[] {
  const invalid = invalidNote(base, head);
  return metrics.map((metric) => {
    const judged = judge(metric, base, head, samples);
    return invalid === null || metric.kind === 'fault' ? judged : settled({ ...judged.change, p: null }, null, invalid);
  });
}
