import type { PlannedThreshold } from '../../scenarios/cell.ts';
import type { ThresholdOperator } from '../../scenarios/threshold.ts';
import type { Estimate } from '../delivery-result.ts';
import { FEWEST_TRIALS_FOR_INTERVAL } from '../statistics/bootstrap.ts';
import { independentChange, ratioOf } from '../statistics/log-change.ts';
import type { Quantity } from '../statistics/quantity.ts';
import { isFault, type Reading } from './read-metric.ts';
import { type CellReading, type JudgedRun, ReadableRun } from './readable-run.ts';
import {
  resultsWorstFirst,
  type ThresholdCell,
  type ThresholdOutcome,
  type ThresholdResult,
} from './threshold-outcome.ts';

/**
 * Holds the thresholds of a run's plan against its results. What is counted is decided on its value. What is timed is
 * decided on its 95 % interval: it passes when the whole interval is on the right side of the limit, fails when all of it
 * is on the wrong side, and is undecided otherwise. A cell that was not measured, not in full, or that is not valid is
 * missing, and never passes. Thresholds that the command line left out are not among the outcomes. Pure.
 */
export function judgeThresholds(run: JudgedRun): ThresholdOutcome[] {
  const readable = new ReadableRun(run);
  return (run.plan.thresholds ?? [])
    .filter(({ leftOutBecause }) => leftOutBecause === null)
    .map((threshold) => {
      const cells = threshold.cells.map((pair) => judgeCell(threshold, pair, readable));
      const { text, metric, severity, undecided } = threshold;
      return { text, metric, severity, undecided, result: worstOf(cells), cells };
    });
}

function worstOf(cells: readonly ThresholdCell[]): ThresholdResult {
  // Without a cell nothing was measured that could pass.
  return resultsWorstFirst.find((result) => cells.some((cell) => cell.result === result)) ?? 'missing';
}

type Pair = PlannedThreshold['cells'][number];

function judgeCell(threshold: PlannedThreshold, pair: Pair, run: ReadableRun): ThresholdCell {
  const { metric, limit } = threshold;
  const side = run.read(pair.cellId, metric);
  const other = pair.otherCellId === null ? null : run.read(pair.otherCellId, metric);
  const trials = Math.min(side.trials, other?.trials ?? side.trials);
  const decision = other === null ? decideSide(threshold, side) : decideRelation(threshold, pair, [side, other], run);
  return { ...pair, limit, trials: decision.result === 'missing' ? 0 : trials, ...decision };
}

type Decision = Pick<ThresholdCell, 'value' | 'low' | 'high' | 'result' | 'note'>;

const without = (result: 'missing' | 'undecided', note: string | null): Decision => ({
  value: null,
  low: null,
  high: null,
  result,
  note,
});

function decideSide({ metric, operator, limit }: PlannedThreshold, { reading, missingBecause }: CellReading): Decision {
  if (reading === null) return without('missing', missingBecause);
  const decision = decide(reading, operator, limit);
  // A fault that was seen did happen, whatever else of the cell is not valid.
  const isSure = isFault(metric) && operator.startsWith('<') && decision.result === 'fail';
  return missingBecause === null || isSure ? decision : without('missing', missingBecause);
}

function decideRelation(
  { metric, operator, limit }: PlannedThreshold,
  pair: Pair,
  sides: readonly [CellReading, CellReading],
  { document }: ReadableRun,
): Decision {
  const missing = sides.find(({ missingBecause }) => missingBecause !== null);
  const [a, b] = sides.map(({ reading }) => reading);
  if (missing !== undefined || a == null || b == null) {
    return without('missing', `${missing?.transport}: ${missing?.missingBecause}`);
  }
  if (a.quantity === null || b.quantity === null) return decideCounts(a.value, b.value, operator, limit);
  if (b.value === 0) return without('undecided', `${sides[1].transport} has 0, so there is no ratio`);
  const ratio = ratioInDocument(metric, pair, document) ?? ratioOfTrials(a.quantity, b.quantity);
  const fewer = a.quantity.trials < b.quantity.trials ? a.quantity : b.quantity;
  return decide({ ...ratio, quantity: fewer }, operator, limit);
}

/** The whole of `value` is on the right side. */
function holds(value: number, operator: ThresholdOperator, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

function decide({ value, low, high, quantity }: Reading, operator: ThresholdOperator, limit: number): Decision {
  if (quantity === null) {
    return { value, low: null, high: null, result: holds(value, operator, limit) ? 'pass' : 'fail', note: null };
  }
  if (low === null || high === null) {
    const note =
      quantity.trials < FEWEST_TRIALS_FOR_INTERVAL
        ? `an interval needs ${FEWEST_TRIALS_FOR_INTERVAL} trials`
        : 'there is no interval: a trial has 0 or less, or they differ too much';
    return { value, low, high, result: 'undecided', note };
  }
  const sides = [low, high].map((end) => holds(end, operator, limit));
  const result = sides.every(Boolean) ? 'pass' : sides.some(Boolean) ? 'undecided' : 'fail';
  return { value, low, high, result, note: null };
}

/** Counts are held against each other as they are, so that 0 against 0 can be decided, which has no ratio. */
function decideCounts(value: number, other: number, operator: ThresholdOperator, factor: number): Decision {
  const result = holds(value, operator, factor * other) ? 'pass' : 'fail';
  if (other !== 0) return { value: value / other, low: null, high: null, result, note: null };
  return { value: null, low: null, high: null, result, note: `${value} against 0, which has no ratio` };
}

/** a / b as the document has it, from the trials that ran in the same block; null where it has not. */
function ratioInDocument(metric: string, { cellId, otherCellId }: Pair, { comparisons }: JudgedRun): Estimate | null {
  for (const { quantity, a, b, ratio } of comparisons) {
    if (quantity !== metric) continue;
    if (a === cellId && b === otherCellId) return ratio;
    if (a === otherCellId && b === cellId) {
      const { value, low, high } = ratio;
      return { value: 1 / value, low: high === null ? null : 1 / high, high: low === null ? null : 1 / low };
    }
  }
  return null;
}

/** a / b; the variances of ln of both are added. Cells of different feeds or sizes have no trials in common. */
function ratioOfTrials(a: Quantity, b: Quantity): Estimate {
  const change = independentChange(b, a);
  return (change && ratioOf(change)) ?? { value: a.value / b.value, low: null, high: null };
}
