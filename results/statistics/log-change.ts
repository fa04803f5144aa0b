import { seededRandom } from '../../servers/contract/random.ts';
import { FEWEST_TRIALS_FOR_INTERVAL, intervalAround, varianceOverTrials } from './bootstrap.ts';
import { studentCdf, studentQuantile } from './distributions.ts';
import { medianOf } from './median-of.ts';
import type { Quantity } from './quantity.ts';
import { welchDegreesOfFreedom } from './welch.ts';

/** ln of a ratio head / base, as far as it is known. */
export interface LogChange {
  log: number;
  /** Its squared standard error. */
  variance: number;
  degreesOfFreedom: number;
}

/** Of every bootstrap here, so that anyone gets the same intervals from the same documents. */
const SEED = 1;

const logRatio = (base: Quantity, head: Quantity) => Math.log(head.value / base.value);

/**
 * The change between two runs whose trials have nothing in common: another run, at another time. The variances of ln of
 * both are added, and Student's t has the degrees of freedom of Welch. Null without a ratio or with too few trials.
 *
 * Nothing here knows how much runs of the same code differ from one another beyond what their trials show.
 */
export function independentChange(base: Quantity, head: Quantity): LogChange | null {
  const log = logRatio(base, head);
  if (base.uncertainty === null || head.uncertainty === null || !Number.isFinite(log)) return null;
  return {
    log,
    variance: base.uncertainty.variance + head.uncertainty.variance,
    degreesOfFreedom: welchDegreesOfFreedom(base.uncertainty, head.uncertainty),
  };
}

/**
 * The change between two versions that ran in turns. Round k of one and round k of the other were minutes apart at most, so
 * whole rounds are drawn (a bootstrap of blocks, as within a run): what a round's machine did to both cancels out. Null
 * without a ratio, with too few rounds, or where a run of a round is missing.
 */
export function pairedChange(base: Quantity, head: Quantity): LogChange | null {
  const log = logRatio(base, head);
  const rounds = base.trials;
  if (rounds !== head.trials || rounds < FEWEST_TRIALS_FOR_INTERVAL || !Number.isFinite(log)) return null;
  const [ofBase, ofHead] = [base.logValue, head.logValue];
  if (ofBase === null || ofHead === null) return null;
  const [variance = Number.NaN] = varianceOverTrials(
    rounds,
    (weights) => [ofHead(weights) - ofBase(weights)],
    seededRandom(SEED),
  );
  return Number.isFinite(variance) ? { log, variance, degreesOfFreedom: rounds - 1 } : null;
}

/** Var(median) / Var(mean) of many normal values (Kendall & Stuart 1977, section 14.9); of few it is less. */
const MEDIAN_INEFFICIENCY = Math.PI / 2;

/**
 * A change as against that of other cells: what is left when the machine made all of them faster or slower by the same
 * factor, for which the median of their changes stands. One other cell that changed by itself does not move a median of three
 * or more. Null without another cell.
 */
export function relativeChange(change: LogChange, others: readonly LogChange[]): LogChange | null {
  if (others.length === 0) return null;
  const mean = others.reduce((sum, { variance }) => sum + variance, 0) / others.length;
  return {
    log: change.log - medianOf(others.map(({ log }) => log)),
    variance: change.variance + (others.length > 2 ? MEDIAN_INEFFICIENCY : 1) * (mean / others.length),
    degreesOfFreedom: Math.min(change.degreesOfFreedom, ...others.map((other) => other.degreesOfFreedom)),
  };
}

/** The ratio with its 95 % interval; null where it is too wide for a number. */
export function ratioOf({ log, variance, degreesOfFreedom }: LogChange) {
  const value = Math.exp(log);
  const { low, high } = intervalAround(value, studentQuantile(0.975, degreesOfFreedom) * Math.sqrt(variance));
  return Number.isFinite(high) ? { value, low, high } : null;
}

/** How likely so large a change is by chance, when there is none. */
export function chanceOf({ log, variance, degreesOfFreedom }: LogChange): number {
  return studentP(Math.abs(log), Math.sqrt(variance), degreesOfFreedom);
}

/** Two-sided p of a distance from 0 with this standard error; without an error only 0 is no difference. */
export function studentP(distance: number, error: number, degreesOfFreedom: number): number {
  if (distance === 0) return 1;
  return error === 0 ? 0 : 2 * (1 - studentCdf(distance / error, degreesOfFreedom));
}
