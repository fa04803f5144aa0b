import { COUNT_TOLERANCE } from '../compare/compare-runs.ts';
import type { Metric } from '../compare/metrics.ts';
import { EQUIVALENCE_MARGIN } from '../statistics/compare.ts';
import { medianOf } from '../statistics/median-of.ts';
import type { Figure } from './figures.ts';
import { FEWEST_VARYING, type NoiseBand, noiseBand } from './noise-band.ts';

/** Fewest runs a band comes from. Counts mostly agree exactly, and two that do are enough; others need as many as what is timed. */
export const FEWEST_RUNS = { counted: 2, timed: FEWEST_VARYING } as const;

/** What decides over a metric: what is counted and depends on timing is judged as what is timed. */
export type TrendBasis = keyof typeof FEWEST_RUNS;

/** A band is never narrower. */
const MARGIN: Record<TrendBasis, number> = { counted: COUNT_TOLERANCE, timed: EQUIVALENCE_MARGIN };

/** A metric of a cell in one run of its scenario. */
export interface TrendPoint {
  /** Position of the run among those of its scenario. */
  run: number;
  /** Null where the run has no such figure. */
  figure: Figure | null;
  /** What the runs before it let expect; null where they are too few, and where nothing is judged. */
  band: NoiseBand | null;
  /** Where it lies; null without a band. */
  position: 'inside' | 'above' | 'below' | null;
}

/** Where a metric left its band. Smaller is better. */
export interface Step {
  /** The first run beyond the band. */
  run: number;
  direction: 'rose' | 'fell';
  /** The median of the runs before. */
  from: number;
  /** The median of the runs from this one on, up to the next step. */
  to: number;
  band: NoiseBand;
  /** Runs from this one on. With one, which is the last of all, it may be chance. */
  runsSince: number;
}

/** A metric of a cell over the runs of a scenario. */
export interface MetricTrend {
  metric: Metric;
  basis: TrendBasis;
  /** One for each run, oldest first. */
  points: TrendPoint[];
  steps: Step[];
  /** What is to be expected of the next run in the conditions of the last; null where there is too little to say. */
  next: NoiseBand | null;
}

/** A figure with what it may be compared with: those of the same conditions. */
export interface ConditionedFigure {
  figure: Figure | null;
  conditions: string;
}

/** The runs of one level, in one set of conditions. */
interface Level {
  points: { run: number; value: number }[];
  /** The step it began with; null at the beginning. */
  step: Omit<Step, 'to' | 'runsSince'> | null;
  /** A run beyond the band, until the next one tells whether it was one alone. */
  outside: { run: number; value: number; direction: Step['direction']; band: NoiseBand } | null;
}

const newLevel = (): Level => ({ points: [], step: null, outside: null });

const isJudged = (figure: Figure | null): figure is Figure => figure?.isValid === true && figure.doubt === null;

/** Outside: beyond the band by its value, and told from the middle of it by its own interval. */
function positionOf({ value, low, high }: Figure, { low: lower, high: upper, middle }: NoiseBand) {
  if (value > upper && (low ?? value) > middle) return 'above';
  return value < lower && (high ?? value) < middle ? 'below' : 'inside';
}

function finished({ step, points, outside }: Level): Step[] {
  const values = points.map(({ value }) => value);
  const own = step === null ? [] : [{ ...step, to: medianOf(values), runsSince: values.length }];
  if (outside === null) return own;
  const { run, value, direction, band } = outside;
  return [...own, { run, direction, from: band.middle, to: value, band, runsSince: 1 }];
}

/**
 * Follows a metric of a cell from run to run. Each is held against the band of the runs before it that had the same
 * conditions. Two in a row beyond the band on the same side are a step: what was expected before counts no more, and a
 * new band begins. One alone is taken for chance when the next is within, and is part of what runs differ by from then on;
 * when there is no next, it is a step that nothing confirms yet.
 */
export function metricTrend(metric: Metric, basis: TrendBasis, figures: readonly ConditionedFigure[]): MetricTrend {
  const options = { margin: MARGIN[basis], fewest: FEWEST_RUNS[basis] };
  const levels = new Map<string, Level>();
  const steps: Step[] = [];
  const bandOf = ({ points }: Level) =>
    noiseBand(
      points.map(({ value }) => value),
      options,
    );
  const points = figures.map(({ figure, conditions }, run): TrendPoint => {
    if (!isJudged(figure)) return { run, figure, band: null, position: null };
    let level = levels.get(conditions) ?? newLevel();
    const { value } = figure;
    const band = bandOf(level);
    const position = band === null ? null : positionOf(figure, band);
    const direction = position === 'above' ? 'rose' : position === 'below' ? 'fell' : null;
    const { outside } = level;
    if (outside !== null && outside.direction === direction) {
      steps.push(...finished({ ...level, outside: null }));
      const { run: at, direction: _, value: first, band: left } = outside;
      level = {
        points: [{ run: at, value: first }],
        step: { run: at, direction, from: left.middle, band: left },
        outside: null,
      };
    } else if (outside !== null) {
      level.points.push({ run: outside.run, value: outside.value });
      level.outside = null;
    }
    if (direction !== null && band !== null && outside?.direction !== direction) {
      level.outside = { run, value, direction, band };
    } else level.points.push({ run, value });
    levels.set(conditions, level);
    return { run, figure, band, position };
  });
  for (const level of levels.values()) steps.push(...finished(level));
  const last = figures.at(-1)?.conditions;
  const current = last === undefined ? undefined : levels.get(last);
  return {
    metric,
    basis,
    points,
    steps: steps.sort((a, b) => a.run - b.run),
    next: current === undefined ? null : bandOf(current),
  };
}
