import { type TransportId, transportIds } from '../../../servers/contract/transports.ts';
import { formatChosen, formatCount, significant } from '../../numbers.ts';
import type { TheoryRow } from '../../theory/row.ts';
import { html, type Markup } from '../markup.ts';
import type { TheoryGroup } from '../theory-groups.ts';
import { AXIS_ROOM, type Axis, bottomAxis, linearAxis, px } from './axis.ts';
import { dataTable } from './data-table.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { markerAt, type SeriesStyle, seriesGroup, seriesStyles } from './series.ts';
import { shortened, textWidthPx, wrapped } from './text.ts';

/** A prediction with the residual as a multiple of its tolerance: from -1 to 1 it holds. */
interface Point {
  label: string;
  row: TheoryRow;
  /** Infinite where the tolerance is 0 and the residual is not. */
  tolerances: number;
}

/** The points of one transport for one quantity. */
interface Lane {
  transport: TransportId;
  points: Point[];
}

interface Row {
  quantity: string;
  lanes: Lane[];
  lines: string[];
  height: number;
}

const LEFT = 286;
const RIGHT = CHART_WIDTH - 16;
const QUANTITY_PX = LEFT - 20;
const LINE_PX = 16;
const LANE_PX = 10;
// The label of a failed prediction needs a line of its own.
const FAILED_LANE_PX = 18;
const ROW_GAP_PX = 10;
const LEGEND_LINE_PX = 22;
/** Ends of the axis, in tolerances: with all within theirs, and with some that are not. */
const ENDS = { holding: 1.25, failing: 3 } as const;
/** Of a lane with more points, those between are a line: a sweep has too many to be told apart. */
const MOST_POINTS = 12;
const MOST_LABEL_PX = 200;

function tolerancesOf({ residual, tolerance, holds }: TheoryRow): number {
  if (tolerance > 0) return residual / tolerance;
  return holds ? 0 : Math.sign(residual) * Number.POSITIVE_INFINITY;
}

function rowOf({ quantity, rows }: TheoryGroup): Row {
  const points = rows.map(({ result, label, row }) => ({
    transport: result.cell.transport,
    point: { label, row, tolerances: tolerancesOf(row) },
  }));
  const lanes = transportIds.flatMap((transport) => {
    const own = points.filter((each) => each.transport === transport).map(({ point }) => point);
    return own.length === 0 ? [] : [{ transport, points: own.toSorted((a, b) => a.tolerances - b.tolerances) }];
  });
  const lines = wrapped(quantity, QUANTITY_PX, 3);
  const needed = lanes.reduce((sum, lane) => sum + laneHeight(lane), 0);
  return { quantity, lanes, lines, height: Math.max(lines.length * LINE_PX, needed) + ROW_GAP_PX };
}

function laneHeight({ points }: Lane): number {
  return points.some(({ row }) => !row.holds) ? FAILED_LANE_PX : LANE_PX;
}

/** "+1.2", "−0.31", "0", to hundredths; beyond all bounds where the tolerance is 0. */
function tolerancesText(tolerances: number): string {
  if (!Number.isFinite(tolerances)) return 'more than the tolerance of 0';
  const rounded = Number(Math.abs(tolerances).toFixed(2));
  const sign = rounded === 0 ? '' : tolerances > 0 ? '+' : '−';
  return `${sign}${significant(rounded, 2)}`;
}

/** A cross at the point, or at the end of the axis where the point lies beyond it, and what it is. */
function failedMark({ label, tolerances }: Point, x: Axis, y: number, end: number): Markup {
  const at = x.scale(Math.max(-end, Math.min(end, tolerances)));
  const beyond = Math.abs(tolerances) > end ? (tolerances > 0 ? ' ▸' : ' ◂') : '';
  const text = `${shortened(label, MOST_LABEL_PX)} ${tolerancesText(tolerances)}${beyond}`;
  const isLeft = at > (LEFT + RIGHT) / 2;
  return html`<path class="cross" d="M${px(at - 5)} ${px(y - 5)}l10 10m0 -10l-10 10"/><text class="failed" x="${px(at + (isLeft ? -10 : 10))}" y="${px(y + 4)}" text-anchor="${isLeft ? 'end' : 'start'}">${text}</text>`;
}

const holdingOf = (points: readonly Point[]) => points.filter(({ row }) => row.holds);
const crowds = (holding: readonly Point[]) => holding.length > MOST_POINTS;

function laneMarkup({ points }: Lane, style: SeriesStyle, x: Axis, y: number, end: number): Markup {
  const holding = holdingOf(points);
  const failed = points.filter(({ row }) => !row.holds);
  const [first, last] = [holding[0], holding.at(-1)];
  const isCrowded = crowds(holding);
  const shown = isCrowded ? [first as Point, last as Point] : holding;
  const span =
    isCrowded && first !== undefined && last !== undefined
      ? html`<path class="curve" d="M${px(x.scale(first.tolerances))} ${px(y)}H${px(x.scale(last.tolerances))}"/>`
      : null;
  const markers = shown.map(({ label, tolerances }) =>
    markerAt(style, x.scale(tolerances), y, `${label}: ${tolerancesText(tolerances)} of the tolerance`),
  );
  // Several failed ones in one lane would lie upon each other: the worst is drawn, the others are counted.
  const worst = failed.toSorted((a, b) => Math.abs(b.tolerances) - Math.abs(a.tolerances))[0];
  const others = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
  const marks = worst === undefined ? null : failedMark({ ...worst, label: `${worst.label}${others}` }, x, y, end);
  return html`${span}${markers}${marks}`;
}

function rowMarkup(row: Row, styles: ReadonlyMap<TransportId, SeriesStyle>, top: number, x: Axis, end: number): Markup {
  const middle = top + row.height / 2;
  const firstLine = middle - ((row.lines.length - 1) * LINE_PX) / 2 + 4;
  const words = row.lines.map(
    (text, at) => html`<text x="${LEFT - 12}" y="${px(firstLine + at * LINE_PX)}" text-anchor="end">${text}</text>`,
  );
  const used = row.lanes.reduce((sum, lane) => sum + laneHeight(lane), 0);
  let next = middle - used / 2;
  const lanes = row.lanes.map((lane) => {
    const style = styles.get(lane.transport) as SeriesStyle;
    const y = next + laneHeight(lane) / 2;
    next += laneHeight(lane);
    return seriesGroup(style, lane.transport, laneMarkup(lane, style, x, y, end));
  });
  return html`<line class="grid" x1="4" x2="${RIGHT}" y1="${px(top)}" y2="${px(top)}"/>${words}${lanes}`;
}

/** The marker of each transport with its name, in a line. */
function legend(transports: readonly TransportId[], styles: ReadonlyMap<TransportId, SeriesStyle>): Markup {
  let left = 16;
  const entries = transports.map((transport) => {
    const style = styles.get(transport) as SeriesStyle;
    const at = left;
    left += textWidthPx(transport) + 34;
    return seriesGroup(
      style,
      transport,
      html`${markerAt(style, at + 6, 11, transport)}<text class="label" x="${px(at + 16)}" y="15">${transport}</text>`,
    );
  });
  return html`${entries}`;
}

function residualTable(rows: readonly Row[]): Markup {
  const columns = ['Quantity', 'predictions', 'do not hold', 'smallest residual', 'largest residual', 'largest of'];
  const lines = rows.flatMap(({ quantity, lanes }) =>
    lanes.map(({ transport, points }) => {
      const [first, last] = [points[0] as Point, points.at(-1) as Point];
      const farthest = Math.abs(first.tolerances) > Math.abs(last.tolerances) ? first : last;
      return [
        `${quantity}, ${transport}`,
        formatCount(points.length),
        formatCount(points.filter(({ row }) => !row.holds).length),
        tolerancesText(first.tolerances),
        tolerancesText(last.tolerances),
        farthest.label,
      ];
    }),
  );
  return dataTable(
    columns.map((title) => ({ title })),
    lines,
  );
}

/** The chart, and what its sentence on reading it is about. */
export interface ResidualChart extends ChartParts {
  /** The prediction that is farthest from what was measured, in tolerances. */
  farthest: { quantity: string; label: string; tolerances: string };
  /** Whether some marks are not drawn one by one. */
  isCrowded: boolean;
}

/**
 * Theory against measurement: a row for each quantity, in it a lane for each transport, and a mark at the residual of each
 * prediction in units of its tolerance, which is marked as a band. What does not hold is a cross with its cell and how far it is
 * off. Null without any prediction.
 */
export function residualChart(groups: readonly TheoryGroup[]): ResidualChart | null {
  const rows = groups.map(rowOf).filter(({ lanes }) => lanes.length > 0);
  const all = rows.flatMap(({ quantity, lanes }) =>
    lanes.flatMap(({ points }) => points.map((point) => ({ quantity, ...point }))),
  );
  const first = all[0];
  if (first === undefined) return null;
  const farthest = all.reduce(
    (most, point) => (Math.abs(point.tolerances) > Math.abs(most.tolerances) ? point : most),
    first,
  );

  const transports = transportIds.filter((id) => rows.some(({ lanes }) => lanes.some((lane) => lane.transport === id)));
  const list = seriesStyles(transports);
  const styles = new Map(transports.map((transport, at) => [transport, list[at] as SeriesStyle]));
  const end = all.every(({ row }) => row.holds) ? ENDS.holding : ENDS.failing;
  const top = LEGEND_LINE_PX + 22;
  const bottom = top + rows.reduce((sum, { height }) => sum + height, 0);
  const x = linearAxis({
    domain: [-end, end],
    range: [LEFT, RIGHT],
    direction: 'x',
    format: (value) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${formatChosen(Math.abs(value))}`,
  });
  let next = top;
  const drawn = rows.map((row) => {
    const at = next;
    next += row.height;
    return rowMarkup(row, styles, at, x, end);
  });
  const [from, to] = [px(x.scale(-1)), px(x.scale(1))];
  const within = html`<rect class="tolerance" x="${from}" y="${top}" width="${px(to - from)}" height="${px(bottom - top)}"/><text class="axis" x="${px((from + to) / 2)}" y="${top - 6}" text-anchor="middle">within the tolerance</text>`;
  const limits = html`<path class="limit" d="M${from} ${top}V${px(bottom)}M${to} ${top}V${px(bottom)}"/>`;
  const plot = { left: LEFT, right: RIGHT, top, bottom };
  return {
    chart: drawing(
      `Theory against measurement: residuals of ${formatCount(all.length)} predictions in tolerances`,
      bottom + AXIS_ROOM.below,
      html`${within}${bottomAxis(x, plot, 'measured less expected, in units of the tolerance')}${limits}${legend(transports, styles)}${drawn}`,
    ),
    table: residualTable(rows),
    note: null,
    farthest: {
      quantity: farthest.quantity,
      label: farthest.label,
      tolerances: tolerancesText(farthest.tolerances),
    },
    isCrowded: rows.some(({ lanes }) => lanes.some(({ points }) => crowds(holdingOf(points)))),
  };
}
