import { seededRandom } from '../../servers/contract/random.ts';
import {
  FEWEST_TRIALS_FOR_INTERVAL,
  intervalAround,
  logHalfWidth,
  logPercentiles,
  varianceOverTrials,
  varianceOverWindows,
} from './bootstrap.ts';
import { holmAdjusted } from './holm.ts';
import type { LatencySample } from './latency-sample.ts';
import { mannWhitneyP, smallestMannWhitneyP } from './rank-test.ts';

/** The share of false claims of a difference that is accepted in a family of pairs. */
export const SIGNIFICANCE = 0.05;

/**
 * Ratios from 1 / 1.05 to 1.05 count as the same. It is ten times the resolution of the windows' histograms (0.4 to
 * 0.8 %), about what medians of fresh processes differ by on a quiet machine with nothing changed, the width that
 * `--until-ci 5%` asks of a value, and less than a change of transport is worth.
 */
export const EQUIVALENCE_MARGIN = 0.05;

/** Fewest trials of each cell for a claim: with three, no order of the trials is rarer than 1 in 20 (2 / C(6, 3) = 0.1). */
export const MIN_TRIALS = 4;

/** A quantity of a cell, smaller being better, with what its comparison needs. */
export interface ComparedCell {
  id: string;
  /** Of all trials together. */
  value: number;
  /** The numbers of the trials; trials of one number ran in the same block. */
  trials: readonly number[];
  /** The quantity of each trial alone, in the same order. */
  valuesOfTrials: readonly number[];
  /** ln of the quantity of trials with these weights, in the same order. */
  logValue(weights: Float64Array): number;
  /** Variance of ln of the quantity from the events within the trials; 0 where it is not known. */
  windowVariance: number;
}

/** Seen from a: `faster` and `slower` are claims, `same` is one too, `undecided` is none. */
type ComparisonVerdict = 'faster' | 'slower' | 'same' | 'undecided';

/** Cell a against cell b. */
export interface Comparison {
  a: string;
  b: string;
  /** a / b with its 95 % interval, whose ends are null with too few common trials. */
  ratio: { value: number; low: number | null; high: number | null };
  /** Mann-Whitney over the trials; null with fewer than four on a side. */
  p: number | null;
  /** The same after Holm's correction for all pairs of the family. */
  adjustedP: number | null;
  verdict: ComparisonVerdict;
}

/** A percentile of a cell; `value` is that of its merged histogram. Null when the sample is empty. */
export function percentileCell(
  id: string,
  sample: LatencySample,
  percentile: { fraction: number; value: number },
  seed: number,
): ComparedCell | null {
  if (sample.trials.length === 0) return null;
  const { fraction, value } = percentile;
  const ofTrials = (weights: Float64Array) => logPercentiles(sample.byTrial, [fraction], weights)[0] as number;
  const alone = (trial: number) => Float64Array.from(sample.trials, (_, i) => (i === trial ? 1 : 0));
  return {
    id,
    value,
    trials: sample.trials,
    valuesOfTrials: sample.trials.map((_, trial) => Math.exp(ofTrials(alone(trial)))),
    logValue: ofTrials,
    windowVariance: varianceOverWindows(sample, [fraction], seededRandom(seed))[0] as number,
  };
}

/** A quantity that each trial has one number of, such as the server's CPU time per delivery; `value` is the cell's. */
export function scalarCell(
  id: string,
  value: number,
  trials: readonly { trial: number; value: number }[],
): ComparedCell {
  const values = trials.map((trial) => trial.value);
  return {
    id,
    value,
    trials: trials.map(({ trial }) => trial),
    valuesOfTrials: values,
    logValue: (weights) => {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < values.length; i++) {
        sum += (values[i] as number) * (weights[i] as number);
        count += weights[i] as number;
      }
      return Math.log(sum / count);
    },
    windowVariance: 0,
  };
}

/**
 * a / b and its 95 % interval, which is that of a percentile (see logHalfWidth) but for the trials: those of one number
 * ran in one block, minutes apart at most and with the same feed, so blocks are drawn, and both cells have the trials of
 * the blocks drawn. What a whole block had in common cancels out.
 */
function ratioOf(a: ComparedCell, b: ComparedCell, seed: number): Comparison['ratio'] {
  const value = a.value / b.value;
  const blocks = a.trials.filter((trial) => b.trials.includes(trial));
  const positive = [...a.valuesOfTrials, ...b.valuesOfTrials].every((each) => each > 0);
  if (blocks.length < FEWEST_TRIALS_FOR_INTERVAL || !positive) return { value, low: null, high: null };
  const weightsOf = (cell: ComparedCell) => ({
    weights: new Float64Array(cell.trials.length),
    places: blocks.map((block) => cell.trials.indexOf(block)),
  });
  const ofA = weightsOf(a);
  const ofB = weightsOf(b);
  const [overBlocks = 0] = varianceOverTrials(
    blocks.length,
    (drawn) => {
      drawn.forEach((times, i) => {
        ofA.weights[ofA.places[i] as number] = times;
        ofB.weights[ofB.places[i] as number] = times;
      });
      return [a.logValue(ofA.weights) - b.logValue(ofB.weights)];
    },
    seededRandom(seed),
  );
  const halfWidth = logHalfWidth(blocks.length, overBlocks, a.windowVariance + b.windowVariance);
  return { value, ...intervalAround(value, halfWidth) };
}

/**
 * The verdict of a ratio. `same` comes first: the whole interval lies within the margin (Schuirmann's two one-sided tests
 * (1987), each at 2.5 % here), and a difference that is smaller than matters is not claimed, however sure it is. A
 * difference needs both a small p and an interval without 1.
 */
function verdictOf(ratio: Comparison['ratio'], adjustedP: number | null, margin: number): ComparisonVerdict {
  const { low, high } = ratio;
  if (low === null || high === null) return 'undecided';
  if (low >= 1 / (1 + margin) && high <= 1 + margin) return 'same';
  if (adjustedP === null || adjustedP >= SIGNIFICANCE) return 'undecided';
  if (high < 1) return 'faster';
  return low > 1 ? 'slower' : 'undecided';
}

/**
 * Compares every two of these cells in one quantity. The pairs are one family: with Holm's correction the probability
 * of claiming any difference where there is none is at most 5 %. A pair is left out when the value of either cell is 0,
 * since there is no ratio.
 */
export function comparePairs(
  cells: readonly ComparedCell[],
  seed: number,
  margin: number = EQUIVALENCE_MARGIN,
): Comparison[] {
  const pairs = cells
    .flatMap((a, i) => cells.slice(i + 1).map((b) => ({ a, b })))
    .filter(({ a, b }) => a.value > 0 && b.value > 0)
    .map(({ a, b }) => {
      const enough = Math.min(a.trials.length, b.trials.length) >= MIN_TRIALS;
      const p = enough ? mannWhitneyP(a.valuesOfTrials, b.valuesOfTrials) : null;
      return { a: a.id, b: b.id, ratio: ratioOf(a, b, seed), p };
    });
  const adjusted = holmAdjusted(pairs.map(({ p }) => p).filter((p) => p !== null));
  return pairs.map((pair) => {
    const adjustedP = pair.p === null ? null : (adjusted.shift() ?? null);
    return { ...pair, adjustedP, verdict: verdictOf(pair.ratio, adjustedP, margin) };
  });
}

/**
 * With fewer trials of each cell than this, no difference can be claimed among so many pairs: even the most extreme order
 * has 2 / C(2n, n) pairs >= 0.05. 4 for one pair, 5 for up to 6 pairs (four transports), 6 for 10 (five transports).
 */
export function fewestTrialsForClaim(pairs: number): number {
  let trials = MIN_TRIALS;
  while (smallestMannWhitneyP(trials, trials) * pairs >= SIGNIFICANCE) trials += 1;
  return trials;
}
