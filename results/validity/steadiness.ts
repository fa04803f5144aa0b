import { formatShare } from '../numbers.ts';
import { decodeWindows } from '../recording/latency-windows.ts';
import type { LatencyWindows } from '../recording/packed-windows.ts';
import { Mixture } from '../statistics/latency-sample.ts';
import { mannWhitneyP } from '../statistics/rank-test.ts';
import { mannKendall } from '../statistics/trend.ts';
import type { JudgedCell, Outcome, Rule } from './rule.ts';

/** With fewer windows a third of them says nothing. */
const WINDOWS_LEAST = 12;
/** From so many trials on, what they have in common stands out from the chance of each. */
const TRIALS_LEAST = 3;
/**
 * How far the first third may lie from the rest before anybody need know. Sound cells of 500 events come to 15 %; a shift of
 * 25 % moves the median of the whole by less than a third of that. The windows of one trial are noisier.
 */
const CELL_SHIFT_PERCENT = 25;
const TRIAL_SHIFT_PERCENT = 50;
/** Chance of a false alarm, of two tests together (Bonferroni). */
const ALPHA = 0.001;

/** The course of a trial: the logarithm of each window's median latency, windows without a delivery left out. */
function courseOf(windows: LatencyWindows): number[] {
  return decodeWindows(windows).flatMap((window) => {
    const medianUs = new Mixture([window]).percentileUs(0.5, Float64Array.of(1));
    return medianUs === null ? [] : [Math.log(Math.max(1, medianUs))];
  });
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/**
 * Whether a course is one and the same from its beginning to its end. Its first third is held against the rest
 * (Mann-Whitney), which finds a warm-up that was too short; and the whole against its order in time (Mann-Kendall), which
 * finds a drift. Both tests are of ranks: one slow window is no reason.
 */
function steady(course: readonly number[], limitPercent: number): Outcome | null {
  if (course.length < WINDOWS_LEAST) return null;
  const first = course.slice(0, Math.ceil(course.length / 3));
  const rest = course.slice(first.length);
  const percent = 100 * (Math.exp(middle(first) - middle(rest)) - 1);
  const p = Math.min(mannWhitneyP(first, rest), mannKendall(course)?.p ?? 1);
  return {
    ok: Math.abs(percent) <= limitPercent || p > ALPHA / 2,
    severity: 'warning',
    value: percent,
    limit: `first third at most ${limitPercent} % above or below the rest, or no more than chance (p above ${ALPHA})`,
  };
}

/** What the courses of several trials have in common: a warm-up repeats in each of them, a disturbance does not. */
function commonCourse(courses: readonly number[][]): number[] {
  const length = Math.min(...courses.map((course) => course.length));
  const relative = courses.map((course) => {
    const level = middle(course);
    return course.map((value) => value - level);
  });
  return Array.from({ length }, (_, at) =>
    middle(relative.map((course) => course[Math.floor((at * course.length) / length)] ?? 0)),
  );
}

function steadyCell({ trials }: JudgedCell): Outcome | null {
  if (trials.length < TRIALS_LEAST) return null;
  return steady(commonCourse(trials.map((trial) => courseOf(trial.windows))), CELL_SHIFT_PERCENT);
}

/** Whether the warm-up was long enough and nothing drifted since. */
export const steadinessRules: readonly Rule[] = [
  {
    id: 'steadiness',
    name: 'latency was the same at the beginning of the measure phase as in the rest of it',
    advice:
      'Where the beginning was slower, raise phases.warmupMs; where it was faster, something fills up: lower eventsPerSec or subscribers.',
    ofTrial: ({ windows }) => steady(courseOf(windows), TRIAL_SHIFT_PERCENT),
    ofCell: steadyCell,
    warning: {
      what: 'Latency changed in the course of the measure phase, so the figures depend on its length. Median of its first third against that of the rest',
      fact: (percent) => `${percent > 0 ? '+' : '-'}${formatShare(Math.abs(percent) / 100)}`,
    },
  },
];
