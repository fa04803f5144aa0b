import type { CompletedCell } from '../delivery-result.ts';
import { FEWEST_TRIALS_FOR_INTERVAL } from '../statistics/bootstrap.ts';
import { MIN_TRIALS, SIGNIFICANCE } from '../statistics/compare.ts';
import { chanceOf, independentChange, type LogChange, pairedChange, ratioOf } from '../statistics/log-change.ts';
import { noiseFloor } from '../statistics/noise-floor.ts';
import { type Quantity, scalarQuantity } from '../statistics/quantity.ts';
import { mannWhitneyP } from '../statistics/rank-test.ts';
import { type CompareOptions, type Judged, plainChange, settled, unknownNote } from './change.ts';
import type { NoisyMetric, SampleOf } from './metrics.ts';

/** A timed metric of a cell in both runs, as far as it is known. */
export interface NoisyPair {
  metric: NoisyMetric;
  base: Quantity | null;
  head: Quantity | null;
  /** ln of head / base; null with too few trials. */
  change: LogChange | null;
  /**
   * ln of head / base of what the driver took for the same deliveries, by its own code: how much slower the machine was.
   * Null where it need not be asked, or is unknown.
   */
  control: LogChange | null;
}

/** Reads a timed metric of a cell in both runs. */
export function noisyPair(
  metric: NoisyMetric,
  results: readonly [CompletedCell, CompletedCell],
  samples: readonly [SampleOf, SampleOf],
  { isPaired }: CompareOptions,
): NoisyPair {
  const base = metric.read(results[0], samples[0]);
  const head = metric.read(results[1], samples[1]);
  const changeOf = isPaired ? pairedChange : independentChange;
  const change = base === null || head === null ? null : changeOf(base, head);
  // What a round's machine did to both cancels out.
  const control = isPaired || !metric.dependsOnMachine(results[1]) ? null : driverChange(results);
  return { metric, base, head, change, control };
}

function driverChange(results: readonly [CompletedCell, CompletedCell]): LogChange | null {
  const [base, head] = results.map(({ driverUsage, trials }) => {
    const values = trials.flatMap((trial) => trial.driverUsage.cpuUsPerDelivery ?? []);
    return driverUsage.cpuUsPerDelivery === null ? null : scalarQuantity(driverUsage.cpuUsPerDelivery, values);
  });
  return base == null || head == null ? null : independentChange(base, head);
}

const logs = (values: readonly number[]) => values.map(Math.log);

/** In turns, what the rounds differ by is of the machine; what remains is how their ratios differ. */
function floorOf(base: Quantity, head: Quantity, isPaired: boolean): number | null {
  const [before, after] = [logs(base.valuesOfTrials()), logs(head.valuesOfTrials())];
  if (!isPaired) return noiseFloor(before, after);
  return before.length === after.length ? noiseFloor(after.map((log, round) => log - (before[round] as number))) : null;
}

/** Whether a change is one as against the control as well, in the same direction and beyond the margin. */
function exceeds(change: LogChange, control: LogChange, margin: number): boolean {
  const against = {
    log: change.log - control.log,
    variance: change.variance + control.variance,
    degreesOfFreedom: Math.min(change.degreesOfFreedom, control.degreesOfFreedom),
  };
  const isLarge = against.log * Math.sign(change.log) > Math.log(1 + margin);
  return isLarge && chanceOf(against) < SIGNIFICANCE;
}

/**
 * A timed metric. `relative`: the change as against the other transports, where the machines differ; null where there is
 * none, and the pair's own change where they are the same.
 *
 * It is the same when the whole interval lies within the margin. A claim of a difference needs an interval without 1, a small corrected
 * p, and a change larger than the margin, than what the driver's own work changed by, and than halves of either run differ
 * by; and the ranks of the trials must tell the two apart as well, since one wild trial is not enough.
 */
export function judgeNoisy(
  { metric, base, head, change: own, control }: NoisyPair,
  relative: LogChange | null,
  { margin, isPaired }: CompareOptions,
): Judged {
  const change = plainChange(metric, base?.value ?? null, head?.value ?? null, [base?.trials ?? 0, head?.trials ?? 0]);
  if (base === null || head === null) return settled(change, null, unknownNote(base, head));
  if (change.ratio === null || change.ratio.value === 0)
    return settled(change, 'undecided', 'a value of 0 has no ratio');
  const fewest = Math.min(...change.trials);
  if (own === null) {
    const why = fewest < FEWEST_TRIALS_FOR_INTERVAL ? 'too few trials' : 'its trials differ too much';
    return settled(change, 'undecided', `${why} for an interval`);
  }
  if (relative === null)
    return settled(change, 'undecided', 'the machines differ, and there is no other transport to compare with');
  const ratio = ratioOf(relative);
  if (ratio === null) return settled(change, 'undecided', 'its trials differ too much for an interval');
  const { value, low, high } = ratio;
  const p = fewest < MIN_TRIALS ? null : chanceOf(relative);
  const isWithinMargin = (each: number) => each >= 1 / (1 + margin) && each <= 1 + margin;
  const note = p === null ? 'too few trials for a claim' : null;
  const verdict = (each: 'better' | 'worse' | 'same' | 'undecided', floor: number | null, why = note) => ({
    verdict: each,
    noiseFloor: floor,
    note: why,
  });
  return {
    change: { ...change, ratio, p, note },
    inFamily: p !== null,
    decide: (correctedP) => {
      if (isWithinMargin(low) && isWithinMargin(high)) return verdict('same', null);
      const isSure = correctedP !== null && correctedP < SIGNIFICANCE && (low > 1 || high < 1);
      if (!isSure || isWithinMargin(value)) return verdict('undecided', null);
      // As against other transports the machine is taken out already.
      if (control !== null && relative === own && !exceeds(relative, control, margin)) {
        return verdict(
          'undecided',
          null,
          'the driver took as much longer or shorter for its own part: it may be the machine',
        );
      }
      const floor = floorOf(base, head, isPaired);
      if (floor === null) return verdict('undecided', null, 'its trials cannot be read one by one');
      if (Math.abs(relative.log) <= floor) {
        return verdict('undecided', Math.exp(floor), 'no larger than halves of one run differ by');
      }
      // What the machines differ by is taken out, so that trial stands against trial.
      const factor = Math.exp(own.log - relative.log);
      const before = base.valuesOfTrials().map((each) => each * factor);
      if (mannWhitneyP(before, head.valuesOfTrials()) >= SIGNIFICANCE) {
        return verdict('undecided', Math.exp(floor), 'the ranks of the trials do not tell them apart');
      }
      return verdict(value > 1 ? 'worse' : 'better', Math.exp(floor));
    },
  };
}
