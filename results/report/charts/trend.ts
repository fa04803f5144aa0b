import type { CellHistory, ScenarioHistory } from '../../history/history.ts';
import { formatIn } from '../../numbers.ts';
import { html } from '../markup.ts';
import { AXIS_ROOM } from './axis.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { type SeriesStyle, seriesStyles } from './series.ts';
import { textWidthPx } from './text.ts';
import { changeMarks, MARKS_HEIGHT, runAxis, runAxisMarkup } from './trend-axis.ts';
import { type NumberedStep, trendRow, validFigure } from './trend-row.ts';
import { trendTable } from './trend-table.ts';

const ROW = { label: 24, plot: 92, gap: 14 } as const;
const ROW_HEIGHT = ROW.label + ROW.plot + ROW.gap;
const LEAST_VALUE_ROOM_PX = 40;
const EDGE_PX = 12;

/**
 * The metrics of a cell over the runs of its scenario, a row for each, from run `first` on: values with their 95 % intervals,
 * the band of what the runs before let expect, marks where conditions changed, and numbered steps. Null when no run has a
 * figure.
 */
export function trendChart(
  scenario: ScenarioHistory,
  cell: CellHistory,
  steps: readonly NumberedStep[],
  first: number,
): ChartParts | null {
  const trends = cell.trends.filter(({ points }) => points.some(({ run, figure }) => run >= first && figure !== null));
  if (trends.length === 0) return null;
  const valueWidths = trends.flatMap(({ metric, points }) => {
    const value = points.map(validFigure).findLast((figure) => figure !== null)?.value;
    return value === undefined ? [] : [textWidthPx(formatIn(metric.units, value))];
  });
  const hasMarks = scenario.changes.slice(first + 1).some((all) => all.some(({ isMarked }) => isMarked));
  const top = EDGE_PX + (hasMarks ? MARKS_HEIGHT : 0);
  const frame = {
    left: AXIS_ROOM.left,
    right: Math.floor(CHART_WIDTH - EDGE_PX - Math.max(LEAST_VALUE_ROOM_PX, ...valueWidths)),
    top,
    bottom: top + trends.length * ROW_HEIGHT - ROW.gap,
  };
  const axis = runAxis(first, scenario.runs.length - 1, frame);
  const [style] = seriesStyles([cell.cell.transport]) as [SeriesStyle];
  const rows = trends.map((trend, at) => {
    const plotTop = top + at * ROW_HEIGHT + ROW.label;
    const plot = { ...frame, top: plotTop, bottom: plotTop + ROW.plot };
    return trendRow(trend, { scenario, label: cell.label, axis, style, plot }, steps);
  });
  const marks = changeMarks(scenario, axis, frame);
  const named = steps.filter(({ trend }) => trends.includes(trend)).map(({ run }) => run);
  const titles = trends.map(({ metric }) => metric.title).join('; ');
  return {
    chart: drawing(
      `${titles} of ${cell.label} over the runs of ${scenario.name}. The table has the numbers.`,
      frame.bottom + AXIS_ROOM.below,
      html`${runAxisMarkup(scenario, axis, frame, named)}${rows}${marks.markup}`,
    ),
    table: trendTable(scenario, cell, trends, first),
    note:
      marks.withoutWords === 0
        ? null
        : `${marks.withoutWords} of the upright lines have no room for their words; the list of runs has them.`,
  };
}
