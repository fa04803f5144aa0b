import type { CompletedCell, TrialResult } from '../../delivery-result.ts';
import { type ComparableGroup, marked } from '../../labels.ts';
import {
  byteUnits,
  formatChosen,
  formatChosenBytes,
  formatCount,
  significant,
  type Unit,
  unitForAll,
} from '../../numbers.ts';
import type { Timeline } from '../../recording/timeline.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, linearAxis, px } from './axis.ts';
import { dataTable } from './data-table.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { seriesGroup, seriesStyles } from './series.ts';
import { shortened, textWidthPx } from './text.ts';

/** A trial with what was read of its books while it ran. */
interface RecordedTrial {
  trial: TrialResult;
  timeline: Timeline;
}

/** A cell, and those of its trials that have a timeline. */
interface Row {
  result: CompletedCell;
  name: string;
  trials: RecordedTrial[];
}

/** A column of small charts. */
interface Quantity {
  title: string;
  formatTick(value: number): string;
  /** The values of the steps: element i is between moment i and moment i + 1. */
  steps(timeline: Timeline): number[];
}

/** What was counted in each step, per second. */
function perSec(counts: readonly number[], { atMs }: Timeline): number[] {
  return counts.slice(1).map((count, at) => {
    const stepSec = ((atMs[at + 1] as number) - (atMs[at] as number)) / 1000;
    return (count - (counts[at] as number)) / stepSec;
  });
}

const quantities: readonly Quantity[] = [
  {
    title: 'open connections',
    formatTick: formatChosen,
    steps: ({ openConnections }) => openConnections.slice(1),
  },
  {
    title: 'requests/s',
    formatTick: formatChosen,
    steps: (timeline) => perSec(timeline.requests, timeline),
  },
  {
    title: 'wire bytes/s',
    formatTick: formatChosenBytes,
    steps: (timeline) => perSec(timeline.wireBytes, timeline),
  },
];

const TOP_PX = 40;
const NAME_PX = 22;
const PLOT_PX = 58;
const ROW_PX = NAME_PX + PLOT_PX + 8;
const BOTTOM_PX = 44;
const TICKS_PX = 58;
const GAP_PX = 16;
const RIGHT_PX = 14;

/** The cells of the group with their timelines; those without are left out. */
function rowsOf({ cells, labels }: ComparableGroup): Row[] {
  return cells.flatMap((result) => {
    const trials = result.trials.flatMap((trial): RecordedTrial[] => {
      const { timeline } = trial;
      return timeline === undefined || timeline.atMs.length < 2 ? [] : [{ trial, timeline }];
    });
    const name = marked(labels.get(result.cell.id) ?? result.cell.id, result);
    return trials.length === 0 ? [] : [{ result, name, trials }];
  });
}

type Scale = (value: number) => number;

/** The course of a trial, to whole px: level between two moments, upright from one step to the next. */
function stepPath(timeline: Timeline, { steps }: Quantity, x: Scale, y: Scale): string {
  const values = steps(timeline).map((value) => Math.round(y(value)));
  const parts = values.map((value, at) => {
    const from = Math.round(x((timeline.atMs[at] as number) / 1000));
    const to = Math.round(x((timeline.atMs[at + 1] as number) / 1000));
    const start = at === 0 ? `M${from} ${value}` : value === values[at - 1] ? '' : `V${value}`;
    return `${start}H${to}`;
  });
  // Only the end of a level stretch matters.
  return parts.join('').replace(/(?:H[-\d.]+)+(?=H)/g, '');
}

interface ColumnPlace {
  quantity: Quantity;
  left: number;
  right: number;
  x: Axis;
  /** A round number that no value of any row exceeds: all rows share the scale. */
  end: number;
}

const ROUND_MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The next round number that is not below this one; 1 for 0. */
function roundedUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (ROUND_MANTISSAS.find((mantissa) => mantissa * power >= value) ?? 10);
}

function columnsOf(rows: readonly Row[]): ColumnPlace[] {
  const width = (CHART_WIDTH - RIGHT_PX - GAP_PX * (quantities.length - 1)) / quantities.length;
  const moments = rows.flatMap(({ trials }) => trials.flatMap(({ timeline }) => timeline.atMs.map((ms) => ms / 1000)));
  const domain: [number, number] = [Math.min(...moments), Math.max(...moments)];
  return quantities.map((quantity, at) => {
    const left = at * (width + GAP_PX) + TICKS_PX;
    const right = at * (width + GAP_PX) + width;
    const values = rows.flatMap(({ trials }) => trials.flatMap(({ timeline }) => quantity.steps(timeline)));
    return {
      quantity,
      left,
      right,
      end: roundedUp(Math.max(0, ...values)),
      x: linearAxis({ domain, range: [left, right], direction: 'x', format: (value) => formatChosen(value) }),
    };
  });
}

/** One small chart: the ends of its scale, where the phases begin, and a line for each trial. */
function panel(row: Row, { quantity, left, right, x, end }: ColumnPlace, top: number, bottom: number): Markup {
  const y = (value: number) => bottom - (value / end) * (bottom - top);
  const { warmupMs, measureMs } = row.result.phases;
  const phases = [0, warmupMs / 1000, (warmupMs + measureMs) / 1000]
    .map((sec) => px(x.scale(sec)))
    .filter((at) => at > left && at < right)
    .map((at) => `M${at} ${px(top)}V${px(bottom)}`);
  const ticks = [0, end].map(
    (value) =>
      html`<g class="tick-y"><line class="grid" x1="${px(left)}" x2="${px(right)}" y1="${px(y(value))}" y2="${px(y(value))}"/><text x="${px(left - 6)}" y="${px(y(value) + 4)}" text-anchor="end">${quantity.formatTick(value)}</text></g>`,
  );
  const path = row.trials.map(({ timeline }) => stepPath(timeline, quantity, x.scale, y)).join('');
  return html`${ticks}${phases.length === 0 ? null : html`<path class="phase" d="${phases.join('')}"/>`}<path class="step" d="${path}"/>`;
}

/** The titles of the columns, above, and the seconds of the feed, below. */
function frame({ quantity, left, right, x }: ColumnPlace, height: number): Markup {
  const y = height - BOTTOM_PX;
  return html`<text class="axis" x="${px(left)}" y="14">${quantity.title}</text>${x.ticks.map(
    ({ at, text }) =>
      html`<g class="tick-x"><line class="grid" x1="${px(at)}" x2="${px(at)}" y1="${y}" y2="${y + 4}"/><text x="${px(at)}" y="${y + 18}" text-anchor="middle">${text}</text></g>`,
  )}<text class="axis" x="${px((left + right) / 2)}" y="${y + 36}" text-anchor="middle">s of the feed</text>
`;
}

/** The names of the phases above the first column of the first row, those that have room. */
function phaseNames(row: Row, { left, right, x }: ColumnPlace): Markup[] {
  const { warmupMs, measureMs } = row.result.phases;
  const ends = [0, warmupMs / 1000, (warmupMs + measureMs) / 1000].map((sec) => Math.min(right, x.scale(sec)));
  const spans: [string, number, number][] = [
    ['connect', left, ends[0] as number],
    ['warm-up', ends[0] as number, ends[1] as number],
    ['measure', ends[1] as number, ends[2] as number],
    ['drain', ends[2] as number, right],
  ];
  return spans
    .filter(([name, from, to]) => to - from >= textWidthPx(name))
    .map(
      ([name, from, to]) =>
        html`<text class="axis" x="${px((from + to) / 2)}" y="${TOP_PX - 8}" text-anchor="middle">${name}</text>
`,
    );
}

/** The numbers of trial 1 of each cell, or of the first that has any: those of all trials would be a book. */
function table(rows: readonly Row[]): Markup {
  const firsts = rows.map(({ name, trials }) => ({ name, timeline: (trials[0] as RecordedTrial).timeline }));
  const moments = [...new Set(firsts.flatMap(({ timeline }) => timeline.atMs))].sort((a, b) => a - b);
  const bytes = firsts.flatMap(({ timeline }) => perSec(timeline.wireBytes, timeline));
  const unit: Unit = unitForAll(byteUnits, bytes);
  const columns = firsts.flatMap(({ name, timeline }) => {
    const at = (ms: number) => timeline.atMs.indexOf(ms);
    const step = (values: readonly number[], ms: number) => (at(ms) < 1 ? null : (values[at(ms) - 1] ?? null));
    const [requests, wireBytes] = [perSec(timeline.requests, timeline), perSec(timeline.wireBytes, timeline)];
    const text = (value: number | null, size = 1) => (value === null ? '' : significant(value / size));
    return [
      {
        title: `${name}: open connections`,
        unit: '',
        cell: (ms: number) => (at(ms) < 0 ? '' : formatCount(timeline.openConnections[at(ms)] ?? 0)),
      },
      { title: `${name}: requests`, unit: '/s', cell: (ms: number) => text(step(requests, ms)) },
      {
        title: `${name}: wire bytes`,
        unit: `${unit.symbol}/s`,
        cell: (ms: number) => text(step(wireBytes, ms), unit.size),
      },
    ];
  });
  return dataTable(
    [{ title: 'Until s of the feed' }, ...columns.map(({ title, unit }) => ({ title, unit }))],
    moments.map((ms) => [formatChosen(ms / 1000), ...columns.map(({ cell }) => cell(ms))]),
  );
}

/**
 * Open connections, requests per second and wire bytes per second while the trials of each cell ran, as small charts on common
 * scales: a thin line for each trial. Null when no trial has a timeline.
 */
export function connectionsOverTimeChart(group: ComparableGroup): ChartParts | null {
  const rows = rowsOf(group);
  const [first] = rows;
  if (first === undefined) return null;
  const columns = columnsOf(rows);
  const height = TOP_PX + rows.length * ROW_PX + BOTTOM_PX;
  const styles = seriesStyles(rows.map(({ result }) => result.cell.transport));
  const drawn = rows.map((row, at) => {
    const top = TOP_PX + at * ROW_PX + NAME_PX;
    const panels = columns.map((column) => panel(row, column, top, top + PLOT_PX));
    const name = html`<text class="label" x="${TICKS_PX}" y="${top - 7}">${shortened(row.name, CHART_WIDTH - TICKS_PX)}</text>`;
    return seriesGroup(styles[at] as (typeof styles)[number], row.name, html`${name}${panels}`);
  });
  const missing = group.cells.length - rows.length;
  return {
    chart: drawing(
      `Open connections, requests and wire bytes per second over time of ${rows.map(({ name }) => name).join(', ')}. The table has the numbers.`,
      height,
      html`${phaseNames(first, columns[0] as ColumnPlace)}${columns.map((column) => frame(column, height))}${drawn}`,
    ),
    table: table(rows),
    note:
      missing === 0
        ? null
        : `Not drawn: ${missing === 1 ? '1 cell' : `${missing} cells`} of which nothing was recorded over time.`,
  };
}
