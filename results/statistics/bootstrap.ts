import { type Random, seededRandom } from '../../servers/contract/random.ts';
import { studentQuantile } from './distributions.ts';
import type { LatencySample, Mixture } from './latency-sample.ts';

/** What the interval of a value is made of. */
export interface Interval {
  low: number;
  high: number;
}

/** Replicates of the trials; the standard error from so many is within 4.5 % of that from infinitely many, 19 times of 20. */
const TRIAL_REPLICATES = 1000;
/** Within 9 %: the events are the lower limit of an interval, and a replicate of them costs thirty times as much. */
const WINDOW_REPLICATES = 250;

/** Two trials have a t quantile of 12.7, an interval that says nothing; from three on coverage was found as it should be (docs/METHOD.md). */
export const FEWEST_TRIALS_FOR_INTERVAL = 3;

/** Mean and variance of numbers one after another (Welford 1962). */
class RunningVariance {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    const difference = value - this.#mean;
    this.#mean += difference / this.#count;
    this.#squares += difference * (value - this.#mean);
  }

  get variance(): number {
    return this.#squares / (this.#count - 1);
  }
}

/** Sets the weights to a sample of `count` units with replacement, from `first` on: how often each was drawn. */
function draw(weights: Float64Array, first: number, count: number, random: Random): void {
  weights.fill(0, first, first + count);
  for (let drawn = 0; drawn < count; drawn++) {
    const unit = first + Math.floor(random() * count);
    weights[unit] = (weights[unit] as number) + 1;
  }
}

/**
 * Level 1 of the bootstrap: the variances of statistics over samples of `count` whole trials, each time with the weights
 * of the trials. Times count / (count - 1), since a bootstrap variance has the divisor n, not n - 1.
 */
export function varianceOverTrials(
  count: number,
  statistics: (weights: Float64Array) => readonly number[],
  random: Random,
): number[] {
  const weights = new Float64Array(count);
  let running: RunningVariance[] = [];
  for (let replicate = 0; replicate < TRIAL_REPLICATES; replicate++) {
    draw(weights, 0, count, random);
    const values = statistics(weights);
    if (replicate === 0) running = values.map(() => new RunningVariance());
    values.forEach((value, i) => {
      running[i]?.add(value);
    });
  }
  return running.map(({ variance }) => (variance * count) / (count - 1));
}

/** ln of percentiles of a mixture; the mixture must not be empty. */
export function logPercentiles(mixture: Mixture, fractions: readonly number[], weights: Float64Array): number[] {
  return fractions.map((fraction) => Math.log(mixture.percentileUs(fraction, weights) as number));
}

/**
 * Level 2 of the bootstrap: the variances of ln of percentiles over samples of windows within each trial, the trials
 * being as they are. Windows are blocks of consecutive events with all their deliveries: that keeps the deliveries of an
 * event together, and neighbouring events (Künsch 1989).
 */
export function varianceOverWindows(sample: LatencySample, fractions: readonly number[], random: Random): number[] {
  const weights = new Float64Array(sample.byWindow.groups);
  const running = fractions.map(() => new RunningVariance());
  for (let replicate = 0; replicate < WINDOW_REPLICATES; replicate++) {
    let first = 0;
    for (const count of sample.windowCounts) {
      draw(weights, first, count, random);
      first += count;
    }
    logPercentiles(sample.byWindow, fractions, weights).forEach((value, i) => {
      running[i]?.add(value);
    });
  }
  return running.map(({ variance }) => variance);
}

/**
 * The 95 % half-width of ln of a value from the variances of both levels.
 *
 * The variance over trials already holds that of the events within them, so the levels are not added: a bootstrap that
 * resamples both counts the events twice (Davison & Hinkley 1997, section 3.8). Few trials make the variance itself
 * uncertain, hence Student's t with trials - 1 degrees of freedom (as in the expanded percentile interval of Hesterberg
 * 2015). Trials that agree by chance would make the interval too narrow: it is never narrower than one standard
 * error of the events alone.
 */
export function logHalfWidth(trials: number, trialVariance: number, windowVariance: number): number {
  return Math.max(studentQuantile(0.975, trials - 1) * Math.sqrt(trialVariance), Math.sqrt(windowVariance));
}

/** A value with a half-width of its ln: [value / exp(h), value exp(h)]. */
export function intervalAround(value: number, halfWidth: number): Interval {
  const factor = Math.exp(halfWidth);
  return { low: value / factor, high: value * factor };
}

/**
 * 95 % intervals of percentiles of a cell, each around the value given for it (that of the merged histogram, which is
 * finer than the sample). What they are to cover is the percentile of the latencies of all trials one could run like
 * these. In simulation they cover it in 93 to 97 % of runs; where trials differ by 20 % of the value, those of p90 in 91
 * to 95 % and those of p99 in 86 to 96 %, being too low: few trials seldom show the slowest there are
 * (`node scripts/coverage.ts`). Null with fewer than three trials.
 */
export function percentileIntervals(
  sample: LatencySample,
  percentiles: readonly { fraction: number; value: number }[],
  seed: number,
): Interval[] | null {
  const trials = sample.trials.length;
  if (trials < FEWEST_TRIALS_FOR_INTERVAL) return null;
  const random = seededRandom(seed);
  const fractions = percentiles.map(({ fraction }) => fraction);
  const overTrials = varianceOverTrials(
    trials,
    (weights) => logPercentiles(sample.byTrial, fractions, weights),
    random,
  );
  const overWindows = varianceOverWindows(sample, fractions, random);
  return percentiles.map(({ value }, i) =>
    intervalAround(value, logHalfWidth(trials, overTrials[i] as number, overWindows[i] as number)),
  );
}
