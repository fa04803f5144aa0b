import type { CellChange, MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import { cellColumns, cellFields, csvText, type Field } from '../csv.ts';
import { cellsById } from './gate-text.ts';

const columns = [
  'baseRun',
  'headRun',
  'scenario',
  ...cellColumns,
  'baseState',
  'headState',
  'metric',
  'unit',
  'base',
  'head',
  'delta',
  'ratio',
  'low',
  'high',
  'p',
  'adjustedP',
  'noiseFloor',
  'verdict',
  'note',
  'baseN',
  'headN',
] as const;

function changeFields(change: MetricChange): Field[] {
  const { metric, base, head, delta, ratio, p, adjustedP, noiseFloor, verdict, note, trials } = change;
  const values = [base, head, delta, ratio?.value ?? null, ratio?.low ?? null, ratio?.high ?? null];
  const unit = metric.units[0]?.symbol ?? '';
  return [metric.key, unit, ...values, p, adjustedP, noiseFloor, verdict, note, ...trials];
}

const none: readonly Field[] = Array<Field>(columns.length - columns.indexOf('metric')).fill(null);

/**
 * The comparison in long form: a line for each metric of each cell, values in the base unit. A cell that has no pair of
 * results has one line without a metric, whose states say why. What is unknown is an empty field.
 */
export function comparisonToCsv(comparison: RunComparison): string {
  const { base, head, cells } = comparison;
  const parameters = cellsById(comparison);
  const linesOf = ({ id, base: before, head: after, changes }: CellChange): Field[][] => {
    const cell = parameters.get(id);
    const known =
      cell === undefined ? cellColumns.map((name) => (name === 'cell' ? id : null)) : Object.values(cellFields(cell));
    const about = [base.id, head.id, head.scenario.name, ...known, before.state, after.state];
    if (changes.length === 0) return [[...about, ...none]];
    return changes.map((change) => [...about, ...changeFields(change)]);
  };
  return csvText(columns, cells.flatMap(linesOf));
}
