import type { Metric } from './metrics.ts';

/** Of the head, seen from the base. `same` is a claim too; `undecided` is none. */
export type ChangeVerdict = 'better' | 'worse' | 'same' | 'undecided';

/** How one metric of a cell changed from the base to the head; values in the metric's base unit. */
export interface Change {
  metric: Metric;
  base: number | null;
  head: number | null;
  /** Trials of the base and of the head that the values come from; of several runs pooled, the runs. */
  trials: readonly [number, number];
  /** Head - base; null when either is unknown. */
  delta: number | null;
  /**
   * Head / base with its 95 % interval, whose ends are null with too few trials; null when there is no ratio. Where
   * machines differ, the same as against the other transports.
   */
  ratio: { value: number; low: number | null; high: number | null } | null;
  /** How likely so large a change is by chance; null where that is not asked or cannot be told. */
  p: number | null;
  /** What halves of one run differ by with nothing changed, as a ratio above 1; null where nothing would be claimed anyway. */
  noiseFloor: number | null;
  /** Why there is no verdict, or why it is undecided, where the figures do not say it. */
  note: string | null;
}

/** A change whose verdict waits for the correction of its p for all others. */
export interface Judged {
  change: Change;
  /** Whether its p is one of the family that is corrected. */
  inFamily: boolean;
  /** The verdict (null: nothing may be said) and what was found on the way. `p`: the corrected one, or the change's own outside of the family. */
  decide(p: number | null): Pick<Change, 'noiseFloor' | 'note'> & { verdict: ChangeVerdict | null };
}

/** What is compared how; see compareRuns. */
export interface CompareOptions {
  /** Ratios from 1 / (1 + margin) to 1 + margin count as the same. */
  margin: number;
  /** A counted metric is the same up to this part of its value. */
  tolerance: number;
  /** The runs of both sides ran in turns: run k of the base belongs to run k of the head. */
  isPaired: boolean;
}

/** The change between two values of which no more is known. */
export function plainChange(
  metric: Metric,
  base: number | null,
  head: number | null,
  trials: readonly [number, number],
): Change {
  const known = base !== null && head !== null;
  const value = known && base > 0 ? head / base : Number.NaN;
  const ratio = Number.isFinite(value) ? { value, low: null, high: null } : null;
  const delta = known ? head - base : null;
  return { metric, base, head, trials, delta, ratio, p: null, noiseFloor: null, note: null };
}

/** A change that waits for nothing. */
export function settled(change: Change, verdict: ChangeVerdict | null, note: string | null): Judged {
  return {
    change: { ...change, note },
    inFamily: false,
    decide: () => ({ verdict, noiseFloor: null, note }),
  };
}

/** Why there is no verdict where a value is missing. */
export const unknownNote = (base: unknown, head: unknown) =>
  base !== null ? 'unknown in the head' : head !== null ? 'unknown in the base' : 'unknown in both';
