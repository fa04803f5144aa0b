import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { TransportId } from '../../../servers/contract/transports.ts';
import type { LatencyDistribution } from '../../delivery-result.ts';
import {
  formatChosenUs,
  formatCount,
  formatShare,
  formatUs,
  formatUsRange,
  timeUnits,
  unitForAll,
} from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { AXIS_ROOM, type Axis, bottomAxis, leftAxis, logAxis, type PlotArea, px } from './axis.ts';
import { dataTable, estimateText, valueText } from './data-table.ts';
import { endLabels, endLabelsRoom, LABEL_LINE_PX } from './end-labels.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import {
  type Band,
  bandOf,
  intervalsOf,
  type PercentileAxes,
  SMALLEST_US,
  whisker,
  whiskerDodges,
} from './latency-intervals.ts';
import { type CurvePoint, markedFractions, nines, percentileCurve } from './percentile-curve.ts';
import { markerAt, type SeriesStyle, seriesGroup, seriesStyles } from './series.ts';

/** Latencies with the name they have in a chart: a cell of this run, or the same cell in several runs. */
export interface LabelledLatency {
  label: string;
  transport: TransportId;
  latencyUs: LatencyDistribution;
}

/** The range of latencies that charts of one report share, so that they can be compared with each other. */
export interface LatencyRange {
  minUs: number;
  maxUs: number;
}

const PLOT_HEIGHT = 340;
const MARGIN_RATIO = 1.15;

function curveOf(latency: LatencyDistribution): CurvePoint[] | null {
  try {
    return percentileCurve(latency);
  } catch {
    return null;
  }
}

/** The range of all curves and their intervals; null when there is no curve. */
export function latencyRange(latencies: readonly LatencyDistribution[]): LatencyRange | null {
  const values = latencies.flatMap((latency) => {
    const points = curveOf(latency) ?? [];
    if (points.length === 0) return [];
    return [
      ...points.map(({ latencyUs }) => latencyUs),
      ...intervalsOf(latency).flatMap(({ estimate: { low, high } }) => [low, high]),
    ];
  });
  const positive = values.map((us) => Math.max(SMALLEST_US, us));
  return positive.length === 0 ? null : { minUs: Math.min(...positive), maxUs: Math.max(...positive) };
}

function curveMarkup(
  { label, latencyUs }: LabelledLatency,
  points: readonly CurvePoint[],
  style: SeriesStyle,
  whiskerOffsets: ReadonlyMap<number, number>,
  { xOf, yOf }: PercentileAxes,
): Markup {
  const intervals = intervalsOf(latencyUs);
  const path = line<CurvePoint>(
    (point) => px(xOf(point.fraction)),
    (point) => px(yOf(point.latencyUs)),
  )([...points]);
  const band = area<Band>(
    ({ fraction }) => px(xOf(fraction)),
    ({ lowUs }) => px(yOf(lowUs)),
    ({ highUs }) => px(yOf(highUs)),
  )(bandOf(points, intervals));
  const whiskers = intervals.map(({ fraction, estimate: { low, high } }) =>
    whisker(xOf(fraction) + (whiskerOffsets.get(fraction) ?? 0), yOf(high), yOf(low)),
  );
  const marks = points.filter(({ fraction }) => (markedFractions as readonly number[]).includes(fraction));
  const markers = marks.map(({ fraction, latencyUs: us }) => {
    const interval = intervals.find((each) => each.fraction === fraction)?.estimate;
    const spread = interval === undefined ? '' : `, 95 % interval ${formatUsRange(interval.low, interval.high)}`;
    const share = fraction === 0 ? 'min' : formatShare(fraction);
    return markerAt(style, xOf(fraction), yOf(us), `${label}, ${share}: ${formatUs(us)}${spread}`);
  });
  return html`<path class="band" d="${band ?? ''}"/>${whiskers}<path class="curve" d="${path ?? ''}" stroke-dasharray="${style.dash}"/>${markers}`;
}

function percentileTable(latencies: readonly LabelledLatency[]): Markup {
  const values = latencies.flatMap(({ latencyUs: { min, max, p50 } }) => [min, p50?.value ?? null, max]);
  const known = values.filter((value) => value !== null);
  const unit = unitForAll(timeUnits, known);
  const columns = ['min', 'p50 (95 % interval)', 'p90', 'p99', 'p99.9', 'max'];
  const rows = latencies.map(({ label, latencyUs: { events, min, p50, p90, p99, p999, max } }) => [
    label,
    formatCount(events),
    valueText(min, unit),
    ...[p50, p90, p99, p999].map((estimate) => estimateText(estimate, unit)),
    valueText(max, unit),
  ]);
  return dataTable(
    [{ title: 'Latency' }, { title: 'events' }, ...columns.map((title) => ({ title, unit: unit.symbol }))],
    rows,
  );
}

/**
 * Latency by percentile: a line for each of these, x the nines of the percentile, y the latency on a logarithmic scale, with the
 * 95 % intervals of the marked percentiles as strokes and, between them, as a band. What cannot be drawn is named in the
 * note. Null when there is no line.
 */
export function percentileChart(latencies: readonly LabelledLatency[], range: LatencyRange | null): ChartParts | null {
  const read = latencies.map((latency) => ({ latency, points: curveOf(latency.latencyUs) }));
  const curves = read.flatMap(({ latency, points }) =>
    points === null || points.length === 0 ? [] : [{ latency, points }],
  );
  if (curves.length === 0 || range === null) return null;

  const height = Math.max(PLOT_HEIGHT, curves.length * LABEL_LINE_PX);
  const labels = curves.map(({ latency }) => latency.label);
  const plot: PlotArea = {
    left: AXIS_ROOM.left,
    right: CHART_WIDTH - endLabelsRoom(labels),
    top: AXIS_ROOM.above,
    bottom: AXIS_ROOM.above + height,
  };
  const highest = Math.max(...curves.map(({ points }) => points.at(-1)?.fraction ?? 0));
  const toX = scaleLinear([0, nines(highest)], [plot.left, plot.right]);
  const axes: PercentileAxes = {
    xOf: (fraction) => toX(nines(fraction)),
    yOf: (us) => y.scale(Math.max(SMALLEST_US, us)),
  };
  const x: Axis = {
    scale: axes.xOf,
    ticks: markedFractions
      .filter((fraction) => fraction <= highest)
      .map((fraction) => ({ at: axes.xOf(fraction), text: `${Number((fraction * 100).toFixed(1))} %` })),
  };
  const y = logAxis({
    domain: [range.minUs / MARGIN_RATIO, range.maxUs * MARGIN_RATIO],
    range: [plot.bottom, plot.top],
    direction: 'y',
    format: formatChosenUs,
  });

  const styles = seriesStyles(curves.map(({ latency }) => latency.transport));
  const ends = curves.map(({ points }, at) => {
    const last = points.at(-1) as CurvePoint;
    return { x: axes.xOf(last.fraction), y: axes.yOf(last.latencyUs), text: labels[at] as string };
  });
  const ending = endLabels(ends, plot);
  const dodges = whiskerDodges(
    curves.map(({ latency }) => latency.latencyUs),
    axes,
  );
  const drawn = curves.map(({ latency, points }, at) => {
    const style = styles[at] as SeriesStyle;
    const offsets = new Map([...dodges].map(([fraction, ofCurves]) => [fraction, ofCurves[at] ?? 0]));
    return seriesGroup(style, latency.label, [
      curveMarkup(latency, points, style, offsets, axes),
      ending[at] as Markup,
    ]);
  });
  const undrawn = read.flatMap(({ latency, points }) => {
    if (points === null) return [`${latency.label}: its histogram cannot be decoded`];
    return points.length === 0 ? [`${latency.label}: too few events for a percentile`] : [];
  });
  return {
    chart: drawing(
      `Latency by percentile of ${labels.join(', ')}`,
      plot.bottom + AXIS_ROOM.below,
      html`${leftAxis(y, plot, 'delivery latency, from due to received (logarithmic scale)')}${bottomAxis(x, plot, 'share of deliveries that were at most this late (%)')}${drawn}`,
    ),
    table: percentileTable(latencies),
    note: undrawn.length === 0 ? null : `Not drawn: ${undrawn.join('; ')}.`,
  };
}
