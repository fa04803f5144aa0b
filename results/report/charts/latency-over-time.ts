import { line } from 'd3-shape';
import type { CompletedCell } from '../../delivery-result.ts';
import { formatChosen, formatChosenUs, timeUnits, unitFor, unitForAll } from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { AXIS_ROOM, type Axis, bottomAxis, leftAxis, linearAxis, logAxis, px } from './axis.ts';
import { dataTable, valueText } from './data-table.ts';
import { endLabels, endLabelsRoom } from './end-labels.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { type CoursePart, type LatencyCourse, latencyCourse } from './latency-course.ts';
import { type SeriesStyle, seriesGroup, seriesStyles } from './series.ts';
import { shortened } from './text.ts';

/** A cell with its name in the chart. */
export interface LabelledCell {
  label: string;
  result: CompletedCell;
}

interface Row extends LabelledCell {
  course: LatencyCourse;
}

const ROW = { label: 24, plot: 84, gap: 10 } as const;
const ROW_HEIGHT = ROW.label + ROW.plot + ROW.gap;
const MARGIN_RATIO = 1.1;
const SMALLEST_US = 1;
const MOST_LABEL_PX = 500;

const positive = (us: number) => Math.max(SMALLEST_US, us);

/** The smallest and the largest latency of a row's lines. */
function extremes({ course }: Row): [number, number] {
  const values = course.parts.flatMap(({ pooled, trials }) => [
    pooled.p50Us,
    pooled.upperUs,
    ...trials.flatMap((part) => part?.p50Us ?? []),
  ]);
  return [positive(Math.min(...values)), positive(Math.max(...values))];
}

type Value = (part: CoursePart) => number;

/** A line through these parts, interrupted where there is none. */
function path(parts: readonly (CoursePart | null)[], xOf: RowPlot['xOf'], y: Axis, value: Value): string {
  const draw = line<CoursePart | null>()
    .defined((part) => part !== null)
    .x((part) => px(xOf((part as CoursePart).atUs)))
    .y((part) => px(y.scale(positive(value(part as CoursePart)))));
  return draw([...parts]) ?? '';
}

/** The room of a row, and how many times its lowest latency the highest is. */
interface RowPlot {
  left: number;
  right: number;
  ratio: number;
  /** From microseconds since the start of the measure phase to px. */
  xOf(us: number): number;
}

function rowMarkup(row: Row, style: SeriesStyle, top: number, { left, right, ratio, xOf }: RowPlot): Markup {
  const { label, course } = row;
  const [low, high] = extremes(row);
  const plot = { left, right, top: top + ROW.label, bottom: top + ROW.label + ROW.plot };
  const middle = Math.sqrt(low * high);
  const half = Math.sqrt(ratio * MARGIN_RATIO);
  const y = logAxis({
    domain: [middle / half, middle * half],
    range: [plot.bottom, plot.top],
    direction: 'y',
    format: formatChosenUs,
  });
  const pooled = course.parts.map((part) => part.pooled);
  const last = pooled.at(-1) as CoursePart;
  const end = (text: string, us: number) => ({ text, x: xOf(last.atUs), y: y.scale(positive(us)) });
  const [median, upper]: [Value, Value] = [({ p50Us }) => p50Us, ({ upperUs }) => upperUs];
  const single = (course.parts[0]?.trials ?? []).map((_, trial) => {
    const drawn = path(
      course.parts.map(({ trials }) => trials[trial] ?? null),
      xOf,
      y,
      median,
    );
    return drawn === '' ? null : html`<path class="curve faint" d="${drawn}"/>`;
  });
  const lines = html`${single}<path class="curve" d="${path(pooled, xOf, y, median)}"/><path class="curve" stroke-dasharray="6 4" d="${path(pooled, xOf, y, upper)}"/>`;
  const ends = endLabels([end('p50', median(last)), end(course.upper, upper(last))], plot);
  const content = html`${lines}${ends}<text class="label" x="${left}" y="${px(top + 15)}">${shortened(label, MOST_LABEL_PX)}</text>`;
  return html`${leftAxis(y, plot, null)}${seriesGroup(style, label, content)}`;
}

function courseTable(rows: readonly Row[]): Markup {
  const parts = rows.flatMap(({ course }) => course.parts.map(({ pooled }) => pooled));
  const latency = unitForAll(
    timeUnits,
    parts.map(({ p50Us }) => p50Us),
  );
  const time = unitFor(timeUnits, Math.max(...parts.map(({ toUs }) => toUs)));
  const columns = [
    { title: 'Events due' },
    { title: 'from', unit: time.symbol },
    { title: 'to', unit: time.symbol },
    { title: 'p50', unit: latency.symbol },
    { title: 'lowest p50 of a trial', unit: latency.symbol },
    { title: 'highest', unit: latency.symbol },
    { title: 'upper line', unit: latency.symbol },
    { title: 'which is' },
  ];
  const lines = rows.flatMap(({ label, course }) =>
    course.parts.map(({ pooled, trials }) => {
      const medians = trials.flatMap((part) => part?.p50Us ?? []);
      const known = medians.length > 0;
      return [
        label,
        valueText(pooled.fromUs, time),
        valueText(pooled.toUs, time),
        valueText(pooled.p50Us, latency),
        valueText(known ? Math.min(...medians) : null, latency),
        valueText(known ? Math.max(...medians) : null, latency),
        valueText(pooled.upperUs, latency),
        course.upper,
      ];
    }),
  );
  return dataTable(columns, lines);
}

/** The chart, and what its sentence on reading it is about. */
export interface OverTimeChart extends ChartParts {
  /** The smallest and the largest p50 of each row, over its parts. */
  medians: { label: string; lowUs: number; highUs: number }[];
  /** Whether any row has lines of single trials. */
  hasTrials: boolean;
}

/**
 * Latency over the measure phase: a row for each cell with p50 and a higher line of all trials, and p50 of each trial. Every row
 * has a scale of its own, with the same height for the same ratio. What cannot be drawn is named in the note; null when
 * there is nothing to draw.
 */
export function overTimeChart(cells: readonly LabelledCell[]): OverTimeChart | null {
  const read = cells.map((cell) => ({ ...cell, course: latencyCourse(cell.result) }));
  const rows: Row[] = read.flatMap((row) => ('whyNot' in row.course ? [] : [{ ...row, course: row.course }]));
  const undrawn = read.flatMap(({ label, course }) => ('whyNot' in course ? [`${label}: ${course.whyNot}`] : []));
  if (rows.length === 0) return null;

  const top = AXIS_ROOM.above - 14;
  const bottom = top + rows.length * ROW_HEIGHT;
  const right = CHART_WIDTH - endLabelsRoom(rows.map(({ course }) => course.upper));
  const left = AXIS_ROOM.left;
  const endUs = Math.max(...rows.map(({ result }) => result.phases.measureMs * 1000));
  const unit = unitFor(timeUnits, endUs);
  const x = linearAxis({
    domain: [0, endUs / unit.size],
    range: [left, right],
    direction: 'x',
    format: (time) => `${formatChosen(time)} ${unit.symbol}`,
  });
  const xOf = (us: number) => x.scale(us / unit.size);
  const ratio = Math.max(...rows.map((row) => extremes(row)[1] / extremes(row)[0]));
  const styles = seriesStyles(rows.map(({ result }) => result.cell.transport));
  const drawn = rows.map((row, at) =>
    rowMarkup(row, styles[at] as SeriesStyle, top + at * ROW_HEIGHT, { left, right, ratio, xOf }),
  );
  const medians = rows.map(({ label, course }) => {
    const values = course.parts.map(({ pooled }) => pooled.p50Us);
    return { label, lowUs: Math.min(...values), highUs: Math.max(...values) };
  });
  return {
    chart: drawing(
      `Latency over the measure phase of ${rows.map(({ label }) => label).join(', ')}`,
      bottom + AXIS_ROOM.below,
      html`${bottomAxis(x, { left, right, top, bottom: bottom - ROW.gap }, 'when the events were due, from the start of the measure phase')}${drawn}<text class="axis" x="4" y="14">delivery latency, from due to received (logarithmic scale)</text>
`,
    ),
    table: courseTable(rows),
    note: undrawn.length === 0 ? null : `Not drawn: ${undrawn.join('; ')}.`,
    medians,
    hasTrials: rows.some(({ course }) => course.parts.some(({ trials }) => trials.length > 1 && trials[0] !== null)),
  };
}
