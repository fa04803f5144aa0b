import { cellColumns, cellFields, csvText, type Field } from '../export/csv.ts';
import type { CellHistory, History, ScenarioHistory } from './history.ts';
import type { MetricTrend } from './metric-trend.ts';

/** A figure of a run as other programs get it. */
type PointRow = Record<string, Field>;

function pointRows(
  scenario: ScenarioHistory,
  { cell, results }: CellHistory,
  { metric, points, steps }: MetricTrend,
): PointRow[] {
  return points.flatMap(({ run, figure, band, position }) => {
    const of = scenario.runs[run]?.about;
    if (figure === null || of === undefined) return [];
    return [
      {
        run: of.id,
        startedAt: of.startedAt,
        commit: of.tool.gitCommit,
        dirty: of.tool.gitDirty,
        scenario: scenario.name,
        ...cellFields(cell),
        metric: metric.key,
        unit: metric.units[0]?.symbol ?? '',
        value: figure.value,
        low: figure.low,
        high: figure.high,
        valid: figure.isValid,
        trials: results[run]?.trials ?? null,
        bandLow: band?.low ?? null,
        bandHigh: band?.high ?? null,
        position,
        step: steps.find((step) => step.run === run)?.direction ?? null,
      },
    ];
  });
}

const columns = [
  ...['run', 'startedAt', 'commit', 'dirty', 'scenario'],
  ...cellColumns,
  ...['metric', 'unit', 'value', 'low', 'high', 'valid', 'trials', 'bandLow', 'bandHigh', 'position', 'step'],
];

/** Every point of a history, by scenario, cell, metric and time; values and the band in the base unit that is named. */
export function historyPoints({ scenarios }: History): PointRow[] {
  return scenarios.flatMap((scenario) =>
    scenario.cells.flatMap((cell) => cell.trends.flatMap((trend) => pointRows(scenario, cell, trend))),
  );
}

/** The same as CSV, a line for each point; what is unknown is an empty field. */
export function historyToCsv(history: History): string {
  return csvText(
    columns,
    historyPoints(history).map((point) => columns.map((column) => point[column] ?? null)),
  );
}
