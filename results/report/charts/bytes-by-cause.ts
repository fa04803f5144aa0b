import { formatBytes, formatChosenBytes } from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, bottomAxis, linearAxis, type PlotArea, px } from './axis.ts';
import { BAR_PX, ROW_PX, rowName, rowNamesRoom } from './bar-rows.ts';
import { type BytesParts, bytesPerDelivery, type Cause, countedCauses, perDelivery } from './bytes-by-cause-parts.ts';
import { CHART_WIDTH, drawing } from './figure.ts';
import { seriesGroup, seriesStyles } from './series.ts';
import { textWidthPx } from './text.ts';
import { texturePath } from './textures.ts';

/** A bar: the bytes of a cell with its name in the chart. */
export interface BytesRow extends BytesParts {
  label: string;
}

/** A panel of bars: its axis, and where. */
interface Panel {
  axis: Axis;
  area: PlotArea;
  /** The bytes at its right end; longer bars are torn off there. */
  endBytes: number;
  title: string;
}

const LEGEND_LINE_PX = 22;
const SWATCH = { width: 22, height: 13 };
const AXIS_PX = 46;
const PANEL_GAP_PX = 24;
// With totals farther apart than this, small bars get a panel in which they can be read.
const MAGNIFIED_FROM = 4;
const TORN_PX = 5;
/** Narrower parts have no gaps beside them, which would be all that is left of them. */
const SLIM_PX = 4;

interface Placed {
  cause: Cause;
  x: number;
  line: number;
}

/** The causes side by side, in as many lines as it takes. */
function legendPlaces(shown: readonly Cause[]): Placed[] {
  let [x, line] = [0, 0];
  return shown.map((cause) => {
    const width = SWATCH.width + 6 + textWidthPx(cause.name) + 12;
    if (x > 0 && x + width > CHART_WIDTH) [x, line] = [0, line + 1];
    const placed = { cause, x, line };
    x += width;
    return placed;
  });
}

function filled(cause: Cause, x: number, y: number, width: number, height: number): Markup {
  const texture = texturePath(cause.texture, { x, y, width, height });
  return html`<rect class="${width < SLIM_PX ? 'fill slim' : 'fill'}" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"/>${texture === '' ? null : html`<path class="texture" d="${texture}"/>`}`;
}

function legend(places: readonly Placed[]): Markup[] {
  return places.map(({ cause, x, line }) => {
    const y = line * LEGEND_LINE_PX + 4;
    return html`<g class="cause-${cause.part}">${filled(cause, x, y, SWATCH.width, SWATCH.height)}<text x="${px(x + SWATCH.width + 6)}" y="${y + 11}">${cause.name}</text></g>
`;
  });
}

/** A text on a ground of paper in the middle of a part, where it has room; null where it has not. */
function valueChip(text: string, left: number, right: number, y: number): Markup | null {
  const width = textWidthPx(text) + 2;
  if (width + 8 > right - left) return null;
  const middle = (left + right) / 2;
  return html`<rect class="chip" x="${px(middle - width / 2)}" y="${y + 2}" width="${px(width)}" height="${BAR_PX - 4}" rx="3"/><text class="value" x="${px(middle)}" y="${y + 13}" text-anchor="middle">${text}</text>`;
}

/** One bar in one panel; `y` is the top of the bar. */
function stack(row: BytesRow, shown: readonly Cause[], { axis, area, endBytes }: Panel, y: number): Markup {
  let from = 0;
  const segments = shown.map((cause) => {
    const value = perDelivery(row, cause);
    const [left, right] = [axis.scale(from), axis.scale(Math.min(from + value, endBytes))];
    from += value;
    if (right <= left) return null;
    const text = formatBytes(value);
    const label = from <= endBytes ? valueChip(text, left, right, y) : null;
    return html`<g class="cause-${cause.part}"><title>${row.label}, ${cause.name}: ${text}</title>${filled(cause, left, y, right - left, BAR_PX)}${label}</g>`;
  });
  const isTorn = from > endBytes;
  const end = isTorn ? area.right : axis.scale(from);
  const total = html`<text class="total" x="${px(end + 6)}" y="${y + 14}">${isTorn ? '… ' : ''}${formatBytes(from)}</text>`;
  return html`${segments}${isTorn ? torn(area.right, y) : null}${total}`;
}

/** The end of a bar that is longer than its panel: a zigzag of paper, so that nobody takes it for the bar's end. */
function torn(right: number, y: number): Markup {
  const tooth = BAR_PX / 6;
  const edge = [0, 1, 2].map(() => `l${-TORN_PX} ${tooth}l${TORN_PX} ${tooth}`).join('');
  return html`<path class="torn" d="M${px(right)} ${px(y - 1)}v1${edge}v1h3V${px(y - 1)}z"/>`;
}

/** The totals that are small beside the largest: those for which a second panel is worth its room. */
function smallTotals(rows: readonly BytesRow[]): number[] {
  const totals = rows.map(bytesPerDelivery);
  const most = Math.max(...totals);
  return totals.filter((total) => total * MAGNIFIED_FROM <= most);
}

/** Whether the chart of these rows has a second panel, in which the beginnings of all bars are magnified. */
export function isMagnified(rows: readonly BytesRow[]): boolean {
  return smallTotals(rows).length > 0;
}

function panelsOf(rows: readonly BytesRow[], left: number, top: number, bottom: number): Panel[] {
  const totals = rows.map(bytesPerDelivery);
  const most = Math.max(...totals);
  const small = smallTotals(rows);
  const panel = (area: PlotArea, endBytes: number, title: string): Panel => {
    const range: [number, number] = [area.left, area.right];
    return {
      axis: linearAxis({ domain: [0, endBytes], range, direction: 'x', format: formatChosenBytes }),
      area,
      endBytes,
      title,
    };
  };
  const totalRoom =
    16 + Math.max(...totals.map((total) => textWidthPx(`${small.length > 0 ? '… ' : ''}${formatBytes(total)}`)));
  const right = CHART_WIDTH - totalRoom;
  if (small.length === 0) return [panel({ left, right, top, bottom }, most, 'bytes per delivery')];
  const middle = left + (right - left) * 0.5;
  const magnifiedBytes = 1.02 * Math.max(...small);
  const magnifiedLeft = middle + PANEL_GAP_PX / 2;
  const wholeRight = middle - totalRoom - PANEL_GAP_PX / 2;
  const times = most / magnifiedBytes / ((wholeRight - left) / (right - magnifiedLeft));
  return [
    panel({ left, right: wholeRight, top, bottom }, most, 'bytes per delivery'),
    panel(
      { left: magnifiedLeft, right, top, bottom },
      magnifiedBytes,
      `the same, magnified ${times >= 10 ? Math.round(times) : Number(times.toPrecision(2))} times`,
    ),
  ];
}

/**
 * Bytes per delivery as an SVG element: a bar for each cell, stacked by cause, with its total. Where one bar is many times as
 * long as another, a second panel shows the beginning of all bars magnified, and tears off what is longer. Null without bytes.
 */
export function bytesByCauseChart(rows: readonly BytesRow[]): Markup | null {
  const most = Math.max(0, ...rows.map(bytesPerDelivery));
  if (!(most > 0) || !Number.isFinite(most)) return null;
  const counted = countedCauses(rows);
  const shown = counted.filter((cause) => rows.some((row) => perDelivery(row, cause) > 0));
  const places = legendPlaces(shown);
  const left = rowNamesRoom(rows.map(({ label }) => label));
  const top = ((places.at(-1)?.line ?? 0) + 1) * LEGEND_LINE_PX + 8;
  const bottom = top + rows.length * ROW_PX;
  const panels = panelsOf(rows, left, top, bottom);
  const styles = seriesStyles(rows.map(({ result }) => result.cell.transport));
  const bars = rows.map((row, at) => {
    const y = top + at * ROW_PX + (ROW_PX - BAR_PX) / 2;
    const content = html`${rowName(row.label, left, y + BAR_PX / 2)}${panels.map((panel) => stack(row, shown, panel, y))}`;
    return seriesGroup(styles[at] as (typeof styles)[number], row.label, content);
  });
  const about = `Bytes per delivery by cause of ${rows.map(({ label }) => label).join(', ')}. The table has the numbers.`;
  return drawing(
    about,
    bottom + AXIS_PX,
    html`${legend(places)}${panels.map(({ axis, area, title }) => bottomAxis(axis, area, title))}${bars}`,
  );
}
