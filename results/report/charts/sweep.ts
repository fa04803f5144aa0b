import { line } from 'd3-shape';
import { marked } from '../../labels.ts';
import { unitForAll } from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { AXIS_ROOM, type Axis, bottomAxis, leftAxis, logAxis, type PlotArea, px, type Tick } from './axis.ts';
import { dataTable, estimateText } from './data-table.ts';
import { endLabels, endLabelsRoom, LABEL_LINE_PX } from './end-labels.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { logDomain } from './log-domain.ts';
import { markerAt, type SeriesStyle, seriesGroup, seriesStyles } from './series.ts';
import { axisPlace, type SweepAxis } from './sweep-axis.ts';
import { type Crossover, cellAt } from './sweep-crossovers.ts';
import type { Sweep, SweepLine } from './sweep-lines.ts';
import type { SweepQuantity, SweepValue } from './sweep-quantities.ts';
import { textWidthPx } from './text.ts';

/** A crossover with the number it has in the text. */
export interface NumberedCrossover extends Crossover {
  number: number;
}

/** A measured point of a line, in px of the drawing. */
interface DrawnPoint {
  x: number;
  y: number;
  read: SweepValue;
  name: string;
  isValid: boolean;
}

/** A line with its points, in the order of the axis. */
interface DrawnLine {
  line: SweepLine;
  points: DrawnPoint[];
  /** It has no such parameter, and so one measurement for all values. */
  isConstant: boolean;
}

const PLOT_HEIGHT = 300;
const INSET_PX = 22;
/** Right of the labels, for a font that is broader than expected. */
const EDGE_PX = 8;
const TICK_GAP_PX = 14;
const WHISKER_STEP_PX = 4;
const WHISKER_CAP_PX = 3;
const CROSSOVER_RADIUS_PX = 8;

/** The swept values with their texts, the first and the last always, the others where they have room. */
function valueTicks(axis: SweepAxis, scale: (value: number) => number): Tick[] {
  const all = axis.values.map((value) => ({ at: scale(value), text: axis.tick(value) }));
  const fits = (a: Tick, b: Tick) =>
    Math.abs(a.at - b.at) >= (textWidthPx(a.text) + textWidthPx(b.text)) / 2 + TICK_GAP_PX;
  const last = all.at(-1) as Tick;
  const kept: Tick[] = [];
  for (const tick of all.slice(0, -1)) {
    if (kept.every((other) => fits(other, tick)) && fits(tick, last)) kept.push(tick);
  }
  return [...kept, last];
}

/** The axis of the swept values, on its own scale, with a little room at both ends. */
function xAxisOf(axis: SweepAxis, { left, right }: PlotArea): Axis {
  const [first, last] = [axis.values[0] as number, axis.values.at(-1) as number].map((value) => axisPlace(axis, value));
  const [from, to] = [first as number, last as number];
  const width = right - left - 2 * INSET_PX;
  const scale = (value: number) => left + INSET_PX + ((axisPlace(axis, value) - from) / (to - from)) * width;
  return { scale, ticks: valueTicks(axis, scale) };
}

const isDrawable = (read: SweepValue | null): read is SweepValue => read !== null && read.value > 0;

function drawnLines({ axis, lines }: Sweep, quantity: SweepQuantity, x: Axis, y: Axis, area: PlotArea): DrawnLine[] {
  return lines.map((each) => {
    const isConstant = each.points.every(({ value }) => value === null);
    const points = each.points.flatMap(({ value, result }): DrawnPoint[] => {
      const read = quantity.read(result);
      if (!isDrawable(read)) return [];
      const where = value === null ? '' : `, ${axis.words(value, 'chosen')}`;
      return [
        {
          x: value === null ? area.right - INSET_PX : x.scale(value),
          y: y.scale(read.value),
          read,
          name: `${marked(each.label, result)}${where}: ${quantity.format(read.value)}`,
          isValid: result.validity.ok,
        },
      ];
    });
    return { line: each, points, isConstant };
  });
}

function pointMarkup(
  { x, y, read, name, isValid }: DrawnPoint,
  style: SeriesStyle,
  scale: Axis,
  dodgePx: number,
): Markup {
  const { low, high } = read;
  const at = px(x + dodgePx);
  const whisker =
    low === null || high === null || !(low > 0)
      ? null
      : html`<path class="whisker" d="${[low, high].map((end) => `M${px(at - WHISKER_CAP_PX)} ${px(scale.scale(end))}h${2 * WHISKER_CAP_PX}`).join('')}M${at} ${px(scale.scale(low))}V${px(scale.scale(high))}"/>`;
  const flag = isValid
    ? null
    : html`<text class="not-valid" x="${px(x)}" y="${px(y - 9)}" text-anchor="middle">!</text>`;
  return html`${whisker}${markerAt(style, x, y, name)}${flag}`;
}

function lineMarkup(
  { line: { label }, points, isConstant }: DrawnLine,
  style: SeriesStyle,
  place: { y: Axis; area: PlotArea; dodgePx: number; endLabel: Markup },
): Markup {
  const { y, area, dodgePx, endLabel } = place;
  const course: [number, number][] = isConstant
    ? points.flatMap((point): [number, number][] => [
        [area.left, point.y],
        [area.right, point.y],
      ])
    : points.map((point) => [point.x, point.y]);
  const path = line<[number, number]>(
    ([x]) => px(x),
    ([, height]) => px(height),
  )(course);
  return seriesGroup(
    style,
    label,
    html`<path class="curve" d="${path ?? ''}" stroke-dasharray="${style.dash}"/>${points.map((point) => pointMarkup(point, style, y, dodgePx))}${endLabel}`,
  );
}

/** The height of a line between two measured values, where the drawn line is. */
function heightAt({ points, isConstant }: DrawnLine, x: number): number | null {
  const [first] = points;
  if (first === undefined) return null;
  if (isConstant) return first.y;
  const next = points.findIndex((point) => point.x >= x);
  const [from, to] = [points[next - 1], points[next]];
  return from === undefined || to === undefined ? null : from.y + ((to.y - from.y) * (x - from.x)) / (to.x - from.x);
}

function crossoverMarks(crossovers: readonly NumberedCrossover[], lines: readonly DrawnLine[], x: Axis): Markup[] {
  return crossovers.flatMap(({ at, before, number }) => {
    const drawn = lines.find(({ line: each }) => each === before);
    if (at === null || drawn === undefined) return [];
    const middle = heightAt(drawn, x.scale(at));
    if (middle === null) return [];
    const text = html`<text x="${px(x.scale(at))}" y="${px(middle + 4)}" text-anchor="middle">${number}</text>`;
    return [
      html`<g class="crossover"><title>crossover ${number}</title><circle cx="${px(x.scale(at))}" cy="${px(middle)}" r="${CROSSOVER_RADIUS_PX}"/>${text}</g>
`,
    ];
  });
}

function table({ axis, lines }: Sweep, quantity: SweepQuantity): Markup {
  const rows = lines.map((each) => ({
    label: each.label,
    values: axis.values.map((value) => {
      const cell = cellAt(each, value);
      return cell === undefined ? null : quantity.read(cell);
    }),
  }));
  const unit = unitForAll(
    quantity.units,
    rows.flatMap(({ values }) => values.flatMap((read) => read?.value ?? [])),
  );
  return dataTable(
    [{ title: `${quantity.title}, ${unit.symbol}` }, ...axis.values.map((value) => ({ title: axis.tick(value) }))],
    rows.map(({ label, values }) => [label, ...values.map((read) => estimateText(read, unit))]),
  );
}

/**
 * A quantity over the axis of a sweep: a line for each transport with its options, logarithmic in the quantity, with intervals and
 * numbered crossovers. Null when there is nothing to draw a line through.
 */
export function sweepChart(
  sweep: Sweep,
  quantity: SweepQuantity,
  crossovers: readonly NumberedCrossover[],
): ChartParts | null {
  const { axis, lines } = sweep;
  const shown = lines.filter(({ points }) => points.some(({ result }) => isDrawable(quantity.read(result))));
  const reads = shown.flatMap(({ points }) => points.map(({ result }) => quantity.read(result)).filter(isDrawable));
  const hasLine = shown.some(
    ({ points }) => points.filter(({ result }) => isDrawable(quantity.read(result))).length > 1,
  );
  if (!hasLine) return null;
  const area: PlotArea = {
    left: AXIS_ROOM.left,
    right: CHART_WIDTH - endLabelsRoom(shown.map(({ label }) => label)) - EDGE_PX,
    top: AXIS_ROOM.above,
    bottom: AXIS_ROOM.above + Math.max(PLOT_HEIGHT, shown.length * LABEL_LINE_PX + 10),
  };
  const x = xAxisOf(axis, area);
  const y = logAxis({
    domain: logDomain(
      reads.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value].filter((each) => each > 0)),
    ),
    range: [area.bottom, area.top],
    direction: 'y',
    format: quantity.formatTick,
  });
  const drawn = drawnLines({ ...sweep, lines: shown }, quantity, x, y, area);
  const styles = seriesStyles(shown.map(({ transport }) => transport));
  const ends = drawn.map(({ line: { label }, points, isConstant }) => {
    const last = points.at(-1) as DrawnPoint;
    return { x: isConstant ? area.right - 6 : last.x, y: last.y, text: label };
  });
  const labels = endLabels(ends, area);
  const middle = (drawn.length - 1) / 2;
  const markup = drawn.map((each, at) =>
    lineMarkup(each, styles[at] as SeriesStyle, {
      y,
      area,
      dodgePx: (at - middle) * WHISKER_STEP_PX,
      endLabel: labels[at] as Markup,
    }),
  );
  const absent = lines.filter((each) => !shown.includes(each)).map(({ label }) => label);
  return {
    chart: drawing(
      `${quantity.title} over ${axis.title} of ${shown.map(({ label }) => label).join(', ')}. The table has the numbers.`,
      area.bottom + AXIS_ROOM.below,
      html`${bottomAxis(x, area, `${axis.title}${axis.isLogarithmic ? ' (logarithmic)' : ''}`)}${leftAxis(y, area, `${quantity.title} (logarithmic)`)}${markup}${crossoverMarks(crossovers, drawn, x)}`,
    ),
    table: table(sweep, quantity),
    note: absent.length === 0 ? null : `Not drawn, for want of a value: ${absent.join(', ')}.`,
  };
}
