import type { DeliveryCell, PlannedThreshold } from '../../scenarios/cell.ts';
import { type GateUnit, gateMetrics, gateUnitOf } from '../../scenarios/gate-metrics.ts';
import { cellLabels } from '../labels.ts';
import {
  formatBytes,
  formatChosen,
  formatChosenBytes,
  formatChosenUs,
  formatCount,
  formatUs,
  formatUsRange,
  significant,
  UNKNOWN,
} from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import { isEstimated } from '../thresholds/read-metric.ts';
import {
  resultsWorstFirst,
  type ThresholdCell,
  type ThresholdOutcome,
  type ThresholdResult,
} from '../thresholds/threshold-outcome.ts';

/** `left out`: of a transport or server that is not in this run. `not judged`: the run has not ended. */
export type ThresholdState = ThresholdResult | 'left out' | 'not judged';

/** A threshold in one of its cells, in words. */
export interface ThresholdCellRow {
  state: ThresholdState;
  /** Short name of the cell, of a relation of both. */
  cell: string;
  value: string;
  /** Empty where there is none. */
  interval: string;
  /** With the operator: `< 20 ms`. */
  limit: string;
  /** Null where nothing was measured. */
  trials: number | null;
  note: string;
}

/** A threshold of the plan as every report shows it. */
export interface ThresholdRow {
  state: ThresholdState;
  text: string;
  /** What its metric is. */
  about: string;
  /** What its policy makes of the result where that is not the usual; empty otherwise. */
  remark: string;
  /** Worst first; a threshold that was not judged has one that says why. */
  cells: ThresholdCellRow[];
}

/** Told apart without colour, and never without their words. */
export const thresholdSigns: Record<ThresholdState, string> = {
  pass: '✓',
  fail: '✕',
  undecided: '?',
  missing: '–',
  'left out': '–',
  'not judged': '–',
};

export const thresholdWords: Record<ThresholdState, string> = {
  pass: 'passed',
  fail: 'failed',
  undecided: 'undecided',
  missing: 'missing',
  'left out': 'left out',
  'not judged': 'not judged',
};

/** In the order in which cells are shown and states are summed up. */
const worstFirst: readonly ThresholdState[] = [...resultsWorstFirst, 'left out', 'not judged'];

/** The thresholds of a document in the order of its scenario; none where it has none. */
export function thresholdRows({ plan, thresholds }: Pick<RunDocument, 'plan' | 'thresholds'>): ThresholdRow[] {
  const labels = cellLabels(plan.cells.filter((cell): cell is DeliveryCell => cell.kind === 'delivery'));
  const outcomes = new Map(thresholds?.map((outcome) => [outcome.text, outcome]));
  return (plan.thresholds ?? []).map((threshold) => {
    const { text, metric, leftOutBecause } = threshold;
    const outcome = outcomes.get(text);
    if (leftOutBecause !== null) return unjudged(threshold, 'left out', leftOutBecause);
    if (outcome === undefined) return unjudged(threshold, 'not judged', 'the run had not ended');
    const cells = outcome.cells
      .toSorted((a, b) => worstFirst.indexOf(a.result) - worstFirst.indexOf(b.result))
      .map((cell) => cellRow(threshold, cell, labels));
    return { state: outcome.result, text, about: gateMetrics[metric].what, remark: remarkOn(outcome), cells };
  });
}

/** "2 passed, 1 failed", in the order of how much they matter. */
export function thresholdSummary(rows: readonly ThresholdRow[]): string {
  return worstFirst
    .map((state) => ({ state, count: rows.filter((row) => row.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${formatCount(count)} ${thresholdWords[state]}`)
    .join(', ');
}

function remarkOn({ result, severity, undecided }: ThresholdOutcome): string {
  if (result === 'pass') return '';
  if (severity === 'warn') return 'only a warning';
  return result === 'undecided' && undecided === 'fail' ? 'counts as failed' : '';
}

function unjudged(threshold: PlannedThreshold, state: ThresholdState, note: string): ThresholdRow {
  const row = {
    state,
    cell: '',
    value: UNKNOWN,
    interval: '',
    limit: limitText(threshold, threshold.limit),
    trials: null,
  };
  const { text, metric } = threshold;
  return { state, text, about: gateMetrics[metric].what, remark: '', cells: [{ ...row, note }] };
}

function cellRow(
  threshold: PlannedThreshold,
  { cellId, otherCellId, value, low, high, limit, trials, result, note }: ThresholdCell,
  labels: ReadonlyMap<string, string>,
): ThresholdCellRow {
  const names = [cellId, otherCellId].filter((id) => id !== null).map((id) => labels.get(id) ?? id);
  const unit = unitOf(threshold);
  return {
    state: result,
    cell: names.join(' / '),
    value:
      value === null ? UNKNOWN : isEstimated(threshold.metric) ? measuredText(unit, value) : chosenText(unit, value),
    interval: low === null || high === null ? '' : rangeText(unit, low, high),
    limit: limitText(threshold, limit),
    trials: trials === 0 ? null : trials,
    note: note ?? '',
  };
}

/** A relation is a ratio, whatever its sides are counted in. */
function unitOf({ metric, cells }: PlannedThreshold): GateUnit {
  return cells.some(({ otherCellId }) => otherCellId !== null) ? 'ratio' : gateUnitOf(metric);
}

/** With three digits: more would be noise. */
function measuredText(unit: GateUnit, value: number): string {
  return unit === 'time' ? formatUs(value) : unit === 'bytes' ? formatBytes(value) : significant(value);
}

/** With all its digits: what was counted may miss its limit by one of them. */
function chosenText(unit: GateUnit, value: number): string {
  return unit === 'time' ? formatChosenUs(value) : unit === 'bytes' ? formatChosenBytes(value) : formatChosen(value);
}

function rangeText(unit: GateUnit, low: number, high: number): string {
  if (unit === 'time') return formatUsRange(low, high);
  return `${measuredText(unit, low)} to ${measuredText(unit, high)}`;
}

function limitText(threshold: PlannedThreshold, limit: number): string {
  // The cells of one that was left out are not known, and so neither is what its limit is counted in.
  if (threshold.leftOutBecause !== null) return '';
  return `${threshold.operator} ${chosenText(unitOf(threshold), limit)}`;
}
