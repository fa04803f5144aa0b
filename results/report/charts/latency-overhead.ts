import type { CompletedCell } from '../../delivery-result.ts';
import { type Comparison, marked } from '../../labels.ts';
import {
  byteUnits,
  formatBytes,
  formatChosenBytes,
  formatChosenUs,
  formatUs,
  timeUnits,
  unitForAll,
} from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { AXIS_ROOM, bottomAxis, leftAxis, logAxis, type PlotArea, px } from './axis.ts';
import { dataTable, estimateText, valueText } from './data-table.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { logDomain } from './log-domain.ts';
import { placeLabels } from './point-labels.ts';
import { markerAt, type SeriesStyle, seriesGroup, seriesStyles } from './series.ts';
import type { Box } from './textures.ts';

/** A cell in the chart. */
interface CostPoint {
  result: CompletedCell;
  /** The transport with its options, the same in every group of cells. */
  series: string;
  /** The same with what its group has in common. */
  name: string;
  overheadBytes: number;
  p50Us: number;
  low: number | null;
  high: number | null;
}

const PLOT_HEIGHT = 380;
/** Below the lowest value, for the words in the best corner. */
const CORNER_PX = 30;
const CORNER_WORDS = '↙ sooner and cheaper';
const WHISKER_CAP_PX = 4;
const MARKER_PX = 8;

function pointsOf({ groups }: Comparison): CostPoint[] {
  return groups.flatMap(({ title, cells, labels }) =>
    cells.flatMap((result): CostPoint[] => {
      const { p50 } = result.latencyUs;
      const overheadBytes = result.bytes.overheadPerDelivery;
      if (p50 === null || overheadBytes === null || !(p50.value > 0) || !(overheadBytes > 0)) return [];
      const series = labels.get(result.cell.id) ?? result.cell.id;
      const name = marked(title === '' ? series : `${series}, ${title}`, result);
      return [{ result, series, name, overheadBytes, p50Us: p50.value, low: p50.low, high: p50.high }];
    }),
  );
}

interface Placement {
  x(bytes: number): number;
  y(us: number): number;
}

function pointMarkup(point: CostPoint, style: SeriesStyle, { x, y }: Placement): Markup {
  const [at, middle] = [px(x(point.overheadBytes)), y(point.p50Us)];
  const whisker =
    point.low === null || point.high === null || !(point.low > 0)
      ? null
      : html`<path class="whisker" d="${[point.low, point.high].map((us) => `M${at - WHISKER_CAP_PX} ${px(y(us))}h${2 * WHISKER_CAP_PX}`).join('')}M${at} ${px(y(point.low))}V${px(y(point.high))}"/>`;
  const title = `${point.name}: p50 ${formatUs(point.p50Us)}, ${formatBytes(point.overheadBytes)} of overhead per delivery`;
  return html`${whisker}${markerAt(style, at, middle, title)}`;
}

/** The points of one series, joined in the order of the groups. */
function joined(points: readonly CostPoint[], { x, y }: Placement): Markup | null {
  if (points.length < 2) return null;
  const path = points.map((point) => `${px(x(point.overheadBytes))} ${px(y(point.p50Us))}`).join('L');
  return html`<path class="curve thin" d="M${path}"/>`;
}

function table(points: readonly CostPoint[]): Markup {
  const bytesUnit = unitForAll(
    byteUnits,
    points.map((point) => point.overheadBytes),
  );
  const timeUnit = unitForAll(
    timeUnits,
    points.map((point) => point.p50Us),
  );
  return dataTable(
    [
      { title: 'Cell' },
      { title: 'Overhead per delivery', unit: bytesUnit.symbol },
      { title: 'Latency, p50', unit: timeUnit.symbol },
    ],
    points.map(({ name, overheadBytes, result }) => [
      name,
      valueText(overheadBytes, bytesUnit),
      estimateText(result.latencyUs.p50, timeUnit),
    ]),
  );
}

/**
 * Median latency against overhead per delivery, both logarithmic: a point for each cell with the 95 % interval of its
 * median, the points of a series joined where the groups have an order. Null when no cell has both.
 */
export function latencyOverheadChart(comparison: Comparison): ChartParts | null {
  const points = pointsOf(comparison);
  if (points.length === 0) return null;
  const cells = comparison.groups.flatMap((group) => group.cells);
  const series = [...Map.groupBy(points, (point) => point.series)];
  const styles = seriesStyles(series.map(([, [first]]) => (first as CostPoint).result.cell.transport));
  const area: PlotArea = {
    left: AXIS_ROOM.left,
    right: CHART_WIDTH - 16,
    top: AXIS_ROOM.above,
    bottom: AXIS_ROOM.above + PLOT_HEIGHT,
  };
  const xAxis = logAxis({
    domain: logDomain(points.map((point) => point.overheadBytes)),
    range: [area.left, area.right],
    direction: 'x',
    format: formatChosenBytes,
  });
  const yAxis = logAxis({
    domain: logDomain(
      points.flatMap(({ p50Us, low, high }) => [p50Us, low ?? p50Us, high ?? p50Us].filter((us) => us > 0)),
    ),
    range: [area.bottom - CORNER_PX, area.top],
    direction: 'y',
    format: formatChosenUs,
  });
  const placement: Placement = { x: xAxis.scale, y: yAxis.scale };
  const markers = points.map(({ overheadBytes, p50Us }): Box => {
    const [x, y] = [placement.x(overheadBytes), placement.y(p50Us)];
    return { x: x - MARKER_PX, y: y - MARKER_PX, width: 2 * MARKER_PX, height: 2 * MARKER_PX };
  });
  const corner: Box = { x: area.left, y: area.bottom - CORNER_PX, width: 190, height: CORNER_PX };
  // The label of a joined series stands at its last point.
  const named = series.map(([name, members]) => {
    const last = members.at(-1) as CostPoint;
    const text = members.length === 1 ? last.name : name;
    return { x: placement.x(last.overheadBytes), y: placement.y(last.p50Us), text };
  });
  const labels = placeLabels(named, [...markers, corner], area);
  const drawn = series.map(([name, members], at) => {
    const style = styles[at] as SeriesStyle;
    const label = labels[at] as (typeof labels)[number];
    const end = named[at] as (typeof named)[number];
    const leader = label.hasLeader
      ? html`<path class="leader" d="M${px(end.x)} ${px(end.y)}L${px(label.x)} ${px(label.y - 4)}"/>`
      : null;
    return seriesGroup(
      style,
      name,
      html`${comparison.hasEnds ? joined(members, placement) : null}${leader}${members.map((point) => pointMarkup(point, style, placement))}<text class="label" x="${px(label.x)}" y="${px(label.y)}">${end.text}</text>`,
    );
  });
  const about = `Median latency against overhead per delivery of ${series.map(([name]) => name).join(', ')}. The table has the numbers.`;
  const left = cells.length - points.length;
  return {
    chart: drawing(
      about,
      area.bottom + AXIS_ROOM.below,
      html`${bottomAxis(xAxis, area, 'overhead per delivery (logarithmic)')}${leftAxis(yAxis, area, 'latency, p50 (logarithmic)')}<text class="axis" x="${area.left + 8}" y="${area.bottom - 10}">${CORNER_WORDS}</text>
${drawn}`,
    ),
    table: table(points),
    note:
      left === 0
        ? null
        : `Not drawn: ${left === 1 ? '1 cell' : `${left} cells`} without a median or without overhead, for which a logarithmic scale has no place.`,
  };
}
