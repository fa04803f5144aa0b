import { seededRandom } from '../../servers/contract/random.ts';
import { FEWEST_TRIALS_FOR_INTERVAL, intervalAround, varianceOverTrials } from './bootstrap.ts';
import { type ComparedCell, MIN_TRIALS, SIGNIFICANCE } from './compare.ts';
import { studentCdf, studentQuantile } from './distributions.ts';
import { mannWhitneyP } from './rank-test.ts';
import { welchDegreesOfFreedom } from './welch.ts';

/** What the trials of two runs say of how a quantity changed from the first, the base, to the second, the head. */
export interface RatioEvidence {
  /** Head / base with its 95 % interval, whose ends are null with too few trials; null when there is no ratio. */
  ratio: { value: number; low: number | null; high: number | null } | null;
  /** How likely so large a ratio is when nothing changed; null with too few trials. To be corrected for its family. */
  p: number | null;
  /** Whether the ranks of the trials tell the two apart as well: a single wild trial is not enough for a claim. */
  ranksDiffer: boolean;
}

/**
 * The ratio of two cells whose trials have nothing in common: another run, at another time. The variances of ln of
 * both are added; as in logHalfWidth, the interval is never narrower than one standard error of the events alone. p is
 * that of Student's t for the same ratio and variance: a rank test over six trials cannot give less than 0.002, which no
 * correction for a whole table leaves below 0.05. The rank test must agree by itself.
 *
 * Nothing here knows how much runs of the same code differ from one another beyond what their trials show.
 */
export function independentRatio(base: ComparedCell, head: ComparedCell, seed: number): RatioEvidence {
  const value = head.value / base.value;
  if (!(base.value > 0 && head.value > 0 && Number.isFinite(value)))
    return { ratio: null, p: null, ranksDiffer: false };
  const fewest = Math.min(base.trials.length, head.trials.length);
  const positive = [...base.valuesOfTrials, ...head.valuesOfTrials].every((each) => each > 0);
  if (fewest < FEWEST_TRIALS_FOR_INTERVAL || !positive) {
    return { ratio: { value, low: null, high: null }, p: null, ranksDiffer: false };
  }
  const [ofBase, ofHead] = [base, head].map((cell, stream) => {
    const random = seededRandom(seed + stream);
    const [variance = 0] = varianceOverTrials(cell.trials.length, (weights) => [cell.logValue(weights)], random);
    return { variance, trials: cell.trials.length };
  }) as [{ variance: number; trials: number }, { variance: number; trials: number }];
  const freedom = welchDegreesOfFreedom(ofBase, ofHead);
  const error = Math.sqrt(ofBase.variance + ofHead.variance);
  const eventError = Math.sqrt(base.windowVariance + head.windowVariance);
  const { low, high } = intervalAround(value, Math.max(studentQuantile(0.975, freedom) * error, eventError));
  // Trials that differ by hundreds of powers of ten.
  if (!Number.isFinite(high)) return { ratio: { value, low: null, high: null }, p: null, ranksDiffer: false };
  const ratio = { value, low, high };
  if (fewest < MIN_TRIALS) return { ratio, p: null, ranksDiffer: false };
  return {
    ratio,
    p: studentP(Math.abs(Math.log(value)), error, freedom),
    ranksDiffer: mannWhitneyP(base.valuesOfTrials, head.valuesOfTrials) < SIGNIFICANCE,
  };
}

/** Two-sided p of a distance from 0 with this standard error; without an error only 0 is no difference. */
export function studentP(distance: number, error: number, degreesOfFreedom: number): number {
  if (distance === 0) return 1;
  return error === 0 ? 0 : 2 * (1 - studentCdf(distance / error, degreesOfFreedom));
}
