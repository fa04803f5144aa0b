import { studentQuantile } from './distributions.ts';
import { studentP } from './log-change.ts';
import { welchDegreesOfFreedom } from './welch.ts';

/** A quantity that is counted, not timed: of a cell, and of each of its trials alone. */
export interface CountedCell {
  /** Of all trials together. */
  value: number;
  /** By the trial's feed: trials of two runs with the same key had the same events. */
  valueOfFeed: ReadonlyMap<string, number>;
}

/** How a counted quantity changed, in its own unit. */
export interface CountEvidence {
  /** Head - base with its 95 % interval, whose ends are null with too few trials. */
  delta: { value: number; low: number | null; high: number | null };
  /** How likely so large a difference is when nothing changed; null with too few trials. 0 when all trials agree on it. */
  p: number | null;
}

/** One trial does not tell a count that is always the same from one that depends on timing; two that agree do. */
const FEWEST_TRIALS = 2;

function spreadOf(values: readonly number[]): { variance: number; trials: number } {
  const trials = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / trials;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { variance: squares / (trials - 1) / trials, trials };
}

/**
 * The difference of a counted quantity between two runs. Trials are paired by feed: with the same events most counts
 * are the same to the byte, so the differences of the pairs have no spread and a byte more is sure. Some depend on
 * timing (a long-poll answers with as many events as there are), and then the spread of the differences decides. Runs
 * that had no feed in common, such as those of another seed, are compared unpaired.
 */
export function countDifference(base: CountedCell, head: CountedCell): CountEvidence {
  const value = head.value - base.value;
  const paired = [...base.valueOfFeed].flatMap(([feed, before]) => {
    const after = head.valueOfFeed.get(feed);
    return after === undefined ? [] : [after - before];
  });
  if (paired.length >= FEWEST_TRIALS) {
    const { variance, trials } = spreadOf(paired);
    return evidence(value, Math.sqrt(variance), trials - 1);
  }
  if (Math.min(base.valueOfFeed.size, head.valueOfFeed.size) < FEWEST_TRIALS) {
    return { delta: { value, low: null, high: null }, p: null };
  }
  const ofBase = spreadOf([...base.valueOfFeed.values()]);
  const ofHead = spreadOf([...head.valueOfFeed.values()]);
  return evidence(value, Math.sqrt(ofBase.variance + ofHead.variance), welchDegreesOfFreedom(ofBase, ofHead));
}

function evidence(value: number, error: number, degreesOfFreedom: number): CountEvidence {
  const halfWidth = studentQuantile(0.975, degreesOfFreedom) * error;
  return {
    delta: { value, low: value - halfWidth, high: value + halfWidth },
    p: studentP(Math.abs(value), error, degreesOfFreedom),
  };
}
