import type { Estimate } from '../delivery-result.ts';
import { FEWEST_TRIALS_FOR_INTERVAL, logPercentiles } from './bootstrap.ts';
import { studentQuantile } from './distributions.ts';
import { percentileUs, type TrialSample } from './latency-sample.ts';

/** A number of a cell, smaller being better, with what its comparison with another run needs. */
export interface Quantity {
  /** Of all trials together. */
  value: number;
  trials: number;
  /** Squared standard error of ln of the value, from so many trials; null with too few of them. */
  uncertainty: { variance: number; trials: number } | null;
  /** The quantity of each trial alone; empty where it cannot be read. Costly: asked for where a difference would be claimed. */
  valuesOfTrials(): readonly number[];
  /** ln of the quantity of trials with these weights; null where it cannot be read. Costly likewise. */
  readonly logValue: ((weights: Float64Array) => number) | null;
}

/**
 * A percentile. Its standard error is read off the interval that stands in the document: of K trials it was made
 * Student's t with K - 1 degrees of freedom times that error (bootstrap.ts), so nothing need be drawn anew, and anyone can
 * check it by hand. `ofTrials`: the percentile of each trial, null where its events are too few to print it. Null without a
 * trial.
 */
export function percentileQuantity(
  { value, low, high }: Estimate,
  ofTrials: readonly (number | null)[],
  fraction: number,
  sample: () => TrialSample | null,
): Quantity | null {
  const trials = ofTrials.length;
  if (trials === 0) return null;
  const isKnown = low !== null && high !== null && low > 0 && trials >= FEWEST_TRIALS_FOR_INTERVAL;
  const halfWidth = isKnown ? Math.log(high / low) / 2 : Number.NaN;
  return {
    value,
    trials,
    uncertainty: Number.isFinite(halfWidth)
      ? { variance: (halfWidth / studentQuantile(0.975, trials - 1)) ** 2, trials }
      : null,
    valuesOfTrials: () => {
      const known = ofTrials.filter((each) => each !== null);
      if (known.length === trials) return known;
      const latencies = sample();
      if (latencies === null) return [];
      return latencies.countsOfTrials.map((counts) => percentileUs(counts, fraction) as number);
    },
    get logValue() {
      const latencies = sample();
      if (latencies === null || latencies.trials.length !== trials) return null;
      return (weights: Float64Array) => logPercentiles(latencies.byTrial, [fraction], weights)[0] as number;
    },
  };
}

/**
 * A quantity of which each trial has one number, such as the server's CPU time per delivery; `value` is the cell's. The
 * standard error of ln of a mean is s / (mean sqrt(n)), by the delta method. Null without a trial.
 */
export function scalarQuantity(value: number, values: readonly number[]): Quantity | null {
  const trials = values.length;
  if (trials === 0) return null;
  const mean = values.reduce((sum, each) => sum + each, 0) / trials;
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const isKnown = trials >= FEWEST_TRIALS_FOR_INTERVAL && values.every((each) => each > 0);
  return {
    value,
    trials,
    uncertainty: isKnown ? { variance: squares / (trials - 1) / trials / mean ** 2, trials } : null,
    valuesOfTrials: () => values,
    logValue: (weights) => {
      const weight = weights.reduce((sum, each) => sum + each, 0);
      return Math.log(values.reduce((sum, each, i) => sum + each * (weights[i] as number), 0) / weight);
    },
  };
}
