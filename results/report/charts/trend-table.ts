import { commitText } from '../../compare/run-differences.ts';
import type { CellHistory, ScenarioHistory } from '../../history/history.ts';
import type { MetricTrend, TrendPoint } from '../../history/metric-trend.ts';
import { runTime } from '../../history/run-time.ts';
import { UNKNOWN, type Unit, unitForAll } from '../../numbers.ts';
import type { Markup } from '../markup.ts';
import { dataTable, estimateText, valueText } from './data-table.ts';

/** Told without colour: beyond the band, and not to be believed. */
const SIGNS = { above: '▲ ', below: '▼ ', inside: '' } as const;

function pointText({ figure, position }: TrendPoint, unit: Unit): string {
  if (figure === null) return UNKNOWN;
  const text = estimateText(figure, unit);
  return figure.isValid ? `${position === null ? '' : SIGNS[position]}${text}` : `✕ ${text}, not valid`;
}

/**
 * The numbers of a trend: a row for each run from `first` on with its values and their intervals, then what is to be expected of
 * the next run.
 */
export function trendTable(
  scenario: ScenarioHistory,
  { cell, results }: CellHistory,
  trends: readonly MetricTrend[],
  first: number,
): Markup {
  const units = trends.map(({ metric, points }) =>
    unitForAll(
      metric.units,
      points.flatMap(({ figure }) => figure?.value ?? []),
    ),
  );
  const rows = scenario.runs.slice(first).map(({ about, absences }, at) => {
    const run = first + at;
    const values = trends.map(({ points }, column) => pointText(points[run] as TrendPoint, units[column] as Unit));
    const absence = results[run] == null ? (absences.get(cell.id) ?? 'not in its plan') : '';
    return [runTime(about), commitText(about.tool) ?? 'unknown', ...values, absence];
  });
  const next = trends.map(({ next: band }, column) => {
    const unit = units[column] as Unit;
    return band === null ? UNKNOWN : `${valueText(band.low, unit)} to ${valueText(band.high, unit)}`;
  });
  return dataTable(
    [
      { title: 'Run, started' },
      { title: 'Commit' },
      ...trends.map(({ metric }, column) => ({ title: metric.title, unit: (units[column] as Unit).symbol })),
      { title: 'Without a result' },
    ],
    [...rows, ['To be expected next', '', ...next, '']],
  );
}
