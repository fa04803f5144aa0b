import { formatChosen, formatChosenUs, formatShare, formatUs } from '../../numbers.ts';
import { decodeBuckets } from '../../statistics/decode-windows.ts';
import { html, type Markup } from '../markup.ts';
import { AXIS_ROOM, type Axis, bottomAxis, linearAxis, logAxis, type PlotArea, px } from './axis.ts';
import { dataTable } from './data-table.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { type BinShare, binShares, type LatencyBins, latencyBins } from './latency-bins.ts';
import type { LabelledLatency, LatencyRange } from './latency-percentiles.ts';
import { type SeriesStyle, seriesGroup, seriesStyles } from './series.ts';
import { shortened } from './text.ts';

/** A distribution, ready to be drawn. */
interface Row {
  latency: LabelledLatency;
  bins: BinShare[];
}

const ROW = { label: 20, area: 46, gap: 8 } as const;
const ROW_HEIGHT = ROW.label + ROW.area + ROW.gap;
const LEFT = 56;
const RIGHT = CHART_WIDTH - 20;
const MOST_LABEL_PX = 360;
/** With a higher peak beside it than this many times its own, a row would be flat. */
const MOST_PEAK_RATIO = 5;

function binsOf(latency: LabelledLatency, bins: LatencyBins): BinShare[] | null {
  try {
    return binShares(bins, decodeBuckets(latency.latencyUs.histogram));
  } catch {
    return null;
  }
}

/** The outline of the bins as steps, on the line where nothing is counted. */
function stepPath(bins: readonly BinShare[], x: Axis, yOf: (height: number) => number): string {
  const first = bins.findIndex(({ share }) => share > 0);
  const last = bins.findLastIndex(({ share }) => share > 0);
  const held = bins.slice(first, last + 1);
  const from = px(x.scale(held[0]?.fromUs ?? 1));
  const steps = held.map(({ toUs, height }) => `V${px(yOf(height))}H${px(x.scale(toUs))}`);
  return `M${from} ${px(yOf(0))}${steps.join('')}V${px(yOf(0))}Z`;
}

function stroke(us: number, x: Axis, [top, bottom]: readonly [number, number], dash: string): Markup {
  const at = px(x.scale(Math.max(1, us)));
  return html`<path class="whisker" d="M${at} ${px(top)}V${px(bottom)}" stroke-dasharray="${dash}"/>`;
}

function shareAxis(highest: number): Axis {
  return linearAxis({
    domain: [0, highest],
    range: [0, -ROW.area],
    direction: 'y',
    format: (fraction) => `${formatChosen(fraction * 100)} %`,
  });
}

function rowMarkup({ latency, bins }: Row, style: SeriesStyle, top: number, x: Axis, share: Axis): Markup {
  const base = top + ROW.label + ROW.area;
  const yOf = (height: number) => base + share.scale(height);
  const { p50, p99 } = latency.latencyUs;
  const span = [base - ROW.area, base] as const;
  const words = [
    p50 === null ? null : `p50 ${formatUs(p50.value)}`,
    p99 === null ? null : `p99 ${formatUs(p99.value)}`,
  ].filter((part) => part !== null);
  const strokes = [
    p50 === null ? null : stroke(p50.value, x, span, 'none'),
    p99 === null ? null : stroke(p99.value, x, span, '4 3'),
  ];
  const ticks = share.ticks.map(
    ({ at, text }) =>
      html`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${px(base + at)}" y2="${px(base + at)}"/><text class="axis" x="${LEFT - 8}" y="${px(base + at + 4)}" text-anchor="end">${text}</text>`,
  );
  const label = html`<text class="row-label" x="${LEFT}" y="${px(top + 13)}"><tspan class="label">${shortened(latency.label, MOST_LABEL_PX)}</tspan><tspan class="axis" dx="10">${words.join(', ')}</tspan></text>`;
  const outline = stepPath(bins, x, yOf);
  return html`${ticks}${seriesGroup(style, latency.label, html`<path class="band" d="${outline}"/><path class="outline" d="${outline}"/>${strokes}${label}`)}`;
}

function binTable(rows: readonly Row[]): Markup {
  const bins = rows[0]?.bins ?? [];
  const columns = [
    { title: 'From' },
    { title: 'to below' },
    ...rows.map(({ latency }) => ({ title: latency.label, unit: 'share' })),
  ];
  const lines = bins.flatMap(({ fromUs, toUs }, at) => {
    const shares = rows.map((row) => row.bins[at]?.share ?? 0);
    if (shares.every((share) => share === 0)) return [];
    return [[formatUs(fromUs), formatUs(toUs), ...shares.map((share) => (share === 0 ? '0' : formatShare(share)))]];
  });
  return dataTable(columns, lines);
}

/** The bin that holds most of the deliveries. */
function fullestBin(bins: readonly BinShare[]): BinShare | null {
  return bins.reduce<BinShare | null>((most, bin) => (bin.share > (most?.share ?? 0) ? bin : most), null);
}

/** The chart, and what its sentence on reading it is about. */
export interface DistributionChart extends ChartParts {
  /** The ratio of both ends of a step of the drawing. */
  ratio: number;
  /** The fullest bin of each row. */
  fullest: { label: string; bin: BinShare }[];
  /** Whether the same share has the same height in all rows; where one would be flat beside another it has not. */
  hasOneScale: boolean;
}

/**
 * How the deliveries spread over latency: a row for each of these, the same bins in all and, where that can be read, the same
 * height for the same share. Strokes mark p50 and p99. What cannot be drawn is named in the note; null when there is nothing
 * to draw. The range may span several charts and is widened to all latencies of these.
 */
export function distributionChart(
  latencies: readonly LabelledLatency[],
  range: LatencyRange | null,
): DistributionChart | null {
  const extremes = latencies.flatMap(({ latencyUs: { min, max } }) => (min === null || max === null ? [] : [min, max]));
  if (extremes.length === 0) return null;
  const [minUs, maxUs] = [
    Math.min(...extremes, range?.minUs ?? extremes[0] ?? 1),
    Math.max(...extremes, range?.maxUs ?? 0),
  ];
  const bins = latencyBins(minUs, maxUs);
  const read = latencies.map((latency) => ({ latency, bins: binsOf(latency, bins) }));
  const rows = read.flatMap((row) =>
    row.bins?.some(({ share }) => share > 0) ? [{ latency: row.latency, bins: row.bins }] : [],
  );
  if (rows.length === 0) return null;

  const plot: PlotArea = {
    left: LEFT,
    right: RIGHT,
    top: AXIS_ROOM.above - 10,
    bottom: AXIS_ROOM.above - 10 + rows.length * ROW_HEIGHT,
  };
  const x = logAxis({
    domain: [bins.edgesUs[0] as number, bins.edgesUs.at(-1) as number],
    range: [plot.left, plot.right],
    direction: 'x',
    format: formatChosenUs,
  });
  const peaks = rows.map((row) => Math.max(...row.bins.map(({ height }) => height)));
  const highest = Math.max(...peaks);
  const hasOneScale = highest <= MOST_PEAK_RATIO * Math.min(...peaks);
  const styles = seriesStyles(rows.map(({ latency }) => latency.transport));
  const drawn = rows.map((row, at) =>
    rowMarkup(
      row,
      styles[at] as SeriesStyle,
      plot.top + at * ROW_HEIGHT,
      x,
      shareAxis(hasOneScale ? highest : (peaks[at] as number)),
    ),
  );
  const undrawn = read.flatMap((row) => {
    if (row.bins === null) return [`${row.latency.label}: its histogram cannot be decoded`];
    return row.bins.some(({ share: held }) => held > 0) ? [] : [`${row.latency.label}: no delivery`];
  });
  const fullest = rows.flatMap(({ latency, bins: held }) => {
    const bin = fullestBin(held);
    return bin === null ? [] : [{ label: latency.label, bin }];
  });
  return {
    chart: drawing(
      `Distribution of the latency of ${rows.map(({ latency }) => latency.label).join(', ')}`,
      plot.bottom + AXIS_ROOM.below,
      html`${bottomAxis(x, plot, 'delivery latency, from due to received (logarithmic scale)')}${drawn}<text class="axis" x="4" y="14">share of deliveries in a step of latency (%)</text>
`,
    ),
    table: binTable(rows),
    note: undrawn.length === 0 ? null : `Not drawn: ${undrawn.join('; ')}.`,
    ratio: bins.ratio,
    fullest,
    hasOneScale,
  };
}
