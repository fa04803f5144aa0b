import { area as areaShape, line as lineShape } from 'd3-shape';
import type { Figure } from '../../history/figures.ts';
import type { ScenarioHistory } from '../../history/history.ts';
import type { MetricTrend, TrendPoint } from '../../history/metric-trend.ts';
import type { NoiseBand } from '../../history/noise-band.ts';
import { formatChosenIn, formatIn } from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, leftAxis, linearAxis, logAxis, type PlotArea, px } from './axis.ts';
import { markerAt, type SeriesStyle, seriesGroup } from './series.ts';
import type { RunAxis } from './trend-axis.ts';

/** A step with the number it has in the text. */
export interface NumberedStep {
  number: number;
  trend: MetricTrend;
  run: number;
}

/** Where a row is drawn, and how. */
interface RowFrame {
  scenario: ScenarioHistory;
  /** What the cell is called. */
  label: string;
  axis: RunAxis;
  style: SeriesStyle;
  plot: PlotArea;
}

interface Row extends RowFrame {
  trend: MetricTrend;
  /** Of the runs that are shown. */
  points: TrendPoint[];
  y: Axis;
}

/** Of more runs each is a dot without a shape and a tooltip of its own. */
const MOST_MARKERS = 40;
/** A scale with less than this from end to end would show noise as a distance. */
const LEAST_RATIO = 1.25;
const MARGIN_RATIO = 1.04;
const STEP_RADIUS_PX = 8;
const CROSS_PX = 5;
/** To either side of a band, so that one of a single run can be seen. */
const bandEndPx = ({ stepPx }: RunAxis) => Math.min(8, 0.4 * stepPx);

/** The value, when it may be believed. */
export const validFigure = ({ figure }: TrendPoint): Figure | null => (figure?.isValid === true ? figure : null);

/** Logarithmic where all is above 0, so that equal steps are equal ratios. */
function valueAxis({ metric, next }: MetricTrend, points: readonly TrendPoint[], { top, bottom }: PlotArea): Axis {
  const figures = points.flatMap(({ figure }) => figure ?? []);
  const bands = [...points.map(({ band }) => band), next].filter((band) => band !== null);
  const values = [
    ...figures.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
    ...bands.flatMap(({ low, high }) => [low, high]),
  ];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const format = (value: number) => formatChosenIn(metric.units, value);
  const range = [bottom, top] as const;
  if (!(low > 0)) {
    const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return linearAxis({ domain: [Math.min(0, low), high > 0 ? high : reach], range, direction: 'y', format });
  }
  const margin = MARGIN_RATIO * Math.max(1, Math.sqrt(LEAST_RATIO / (high / low)));
  return logAxis({ domain: [low / margin, high * margin], range, direction: 'y', format });
}

/** What neighbouring runs of the same conditions have: nothing is joined over a run without it, or over a change of conditions. */
function joined<T extends object>(
  { points, trend, scenario }: Row,
  read: (point: TrendPoint) => T | null,
): (T & { run: number })[][] {
  const parts: (T & { run: number })[][] = [];
  let before: string | undefined;
  for (const point of points) {
    const found = read(point);
    const conditions = scenario.conditions[point.run]?.[trend.basis];
    if (found !== null) {
      const each = { ...found, run: point.run };
      if (before !== undefined && before === conditions) parts.at(-1)?.push(each);
      else parts.push([each]);
    }
    before = found === null ? undefined : conditions;
  }
  return parts;
}

interface Bounds {
  low: number;
  high: number;
}

/** Bands of one level each: after a step a new one begins with few runs. */
function levelsOf(bands: readonly (NoiseBand & { run: number })[]): (NoiseBand & { run: number })[][] {
  const levels: (NoiseBand & { run: number })[][] = [];
  for (const [at, band] of bands.entries()) {
    const before = bands[at - 1];
    if (before === undefined || band.runs < before.runs) levels.push([band]);
    else levels.at(-1)?.push(band);
  }
  return levels;
}

/** The outline of bands; empty when there is none. */
function bandPath(parts: readonly (Bounds & { run: number })[][], { axis, y }: Row): string {
  const end = bandEndPx(axis);
  const shape = areaShape<Bounds & { x: number }>(
    ({ x }) => px(x),
    ({ low }) => px(y.scale(low)),
    ({ high }) => px(y.scale(high)),
  );
  return parts
    .map((part) => {
      const edges = part.map((each) => ({ ...each, x: axis.xOf(each.run) }));
      const [first, last] = [edges[0], edges.at(-1)];
      if (first === undefined || last === undefined) return '';
      return shape([{ ...first, x: first.x - end }, ...edges, { ...last, x: last.x + end }]) ?? '';
    })
    .join('');
}

/** The band of the next run, from the last one to the edge of the plot. */
function nextBand({ trend: { next }, axis, y, plot }: Row): string {
  if (next === null) return '';
  const [top, bottom] = [next.high, next.low].map((value) => px(y.scale(value))) as [number, number];
  const from = px(axis.xOf(axis.last) + bandEndPx(axis));
  return `M${from} ${top}H${plot.right}V${bottom}H${from}Z`;
}

function curve(row: Row): string {
  const path = lineShape<Figure & { run: number }>(
    ({ run }) => px(row.axis.xOf(run)),
    ({ value }) => px(row.y.scale(value)),
  );
  const parts = joined(row, validFigure).filter(({ length }) => length > 1);
  return parts.map((part) => path(part) ?? '').join('');
}

function markers({ points, trend, scenario, axis, style, y }: Row): Markup {
  const valid = points.flatMap((point) => {
    const figure = validFigure(point);
    return figure === null
      ? []
      : [{ run: point.run, value: figure.value, x: axis.xOf(point.run), y: y.scale(figure.value) }];
  });
  if (valid.length > MOST_MARKERS) {
    return html`<path class="trend-dots" d="${valid.map((dot) => `M${px(dot.x)} ${px(dot.y)}h0`).join('')}"/>`;
  }
  const nameOf = (run: number) => scenario.runs[run]?.about.id ?? '';
  return html`${valid.map((each) => markerAt(style, each.x, each.y, `${formatIn(trend.metric.units, each.value)}, ${nameOf(each.run)}`))}`;
}

/** A cross over every figure that may not be believed. */
function invalidMarks({ points, axis, y }: Row): Markup | null {
  const crosses = points.flatMap(({ run, figure }) => {
    if (figure === null || figure.isValid) return [];
    const [x, height, size] = [px(axis.xOf(run)), px(y.scale(figure.value)), 2 * CROSS_PX];
    return `M${px(x - CROSS_PX)} ${px(height - CROSS_PX)}l${size} ${size}m0 ${-size}l${-size} ${size}`;
  });
  return crosses.length === 0
    ? null
    : html`<path class="cross" d="${crosses.join('')}"><title>not valid</title></path>`;
}

/** The number of a step above its first run, or below it where there is no room. */
function stepMarks(steps: readonly NumberedStep[], { trend, axis, y, plot }: Row): Markup[] {
  return steps.flatMap(({ number, trend: of, run }) => {
    const figure = trend.points[run]?.figure;
    if (of !== trend || figure == null || run < axis.first) return [];
    const above = y.scale(figure.high ?? figure.value) - STEP_RADIUS_PX - 4;
    const below = y.scale(figure.low ?? figure.value) + STEP_RADIUS_PX + 4;
    const middle = above - STEP_RADIUS_PX >= plot.top ? above : Math.min(below, plot.bottom - STEP_RADIUS_PX);
    const x = px(axis.xOf(run));
    return [
      html`<g class="crossover"><title>step ${number}</title><circle cx="${x}" cy="${px(middle)}" r="${STEP_RADIUS_PX}"/><text x="${x}" y="${px(middle + 4)}" text-anchor="middle">${number}</text></g>`,
    ];
  });
}

/** The value of the last run that has one; right of the plot when that is the last of all. */
function lastValue({ points, trend, axis, y, plot }: Row): Markup | null {
  const last = points.findLast((point) => validFigure(point) !== null);
  if (last?.figure == null) return null;
  const height = Math.min(plot.bottom - 2, Math.max(plot.top + 10, y.scale(last.figure.value) + 4));
  const x = last.run === axis.last ? plot.right + 4 : axis.xOf(last.run) + 8;
  return html`<text class="label" x="${px(x)}" y="${px(height)}">${formatIn(trend.metric.units, last.figure.value)}</text>`;
}

const filled = (kind: string, path: string) => (path === '' ? null : html`<path class="${kind}" d="${path}"/>`);

/** One metric over the runs: the bands below, then the line with its marks. The trend must have a figure in a run that is shown. */
export function trendRow(trend: MetricTrend, frame: RowFrame, steps: readonly NumberedStep[]): Markup {
  const { axis, plot, style, label } = frame;
  const points = trend.points.filter(({ run }) => run >= axis.first);
  const row: Row = { ...frame, trend, points, y: valueAxis(trend, points, plot) };
  const noise = joined(row, ({ band }) => band).flatMap(levelsOf);
  const intervals = joined(row, (point): Bounds | null => {
    const { low = null, high = null } = validFigure(point) ?? {};
    return low === null || high === null ? null : { low, high };
  });
  const line = curve(row);
  const content = html`${filled('band', bandPath(intervals, row))}${filled('curve', line)}${markers(row)}${lastValue(row)}`;
  return html`<text class="row-label" x="4" y="${px(plot.top - 10)}">${trend.metric.title}</text>${filled('noise-band', bandPath(noise, row) + nextBand(row))}${leftAxis(row.y, plot, null)}${seriesGroup(style, label, content)}${invalidMarks(row)}${stepMarks(steps, row)}
`;
}
