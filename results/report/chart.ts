import { scaleLinear, scaleLog } from 'd3-scale';
import { line, symbol, symbolsFill } from 'd3-shape';
import { transportIds } from '../../servers/contract/transports.ts';
import { type ComparableGroup, marked } from '../labels.ts';
import { formatChosenUs } from '../numbers.ts';
import type { CompletedCell } from '../run-document.ts';
import { html, type Markup } from './markup.ts';
import { type CurvePoint, markedFractions, nines, percentileCurve } from './percentile-curve.ts';

/** The range of latencies that charts of one report share, so that they can be compared with each other. */
export interface LatencyRange {
  minUs: number;
  maxUs: number;
}

interface Curve {
  label: string;
  /** Position of the transport among all: decides colour and dash pattern, the same in every chart. */
  style: number;
  /** Position among the curves of this chart: decides the marker. */
  marker: number;
  points: CurvePoint[];
}

const WIDTH = 760;
const MARGIN = { top: 34, bottom: 46, left: 66 };
const LABEL_LINE = 17;
const LABEL_CHARACTER = 7;
const MAX_LABEL_CHARACTERS = 38;
// A logarithmic axis has no 0; the clock of the histograms counts whole microseconds.
const SMALLEST_US = 1;

const dashes = ['', '9 4', '2 4', '12 4 2 4', '5 3'];

function curveOf(result: CompletedCell): CurvePoint[] | null {
  try {
    return percentileCurve(result.latencyUs);
  } catch {
    return null;
  }
}

/** The range over several groups; null when no cell has a curve. */
export function latencyRange(groups: readonly ComparableGroup[]): LatencyRange | null {
  const points = groups.flatMap((group) => group.cells.flatMap((result) => curveOf(result) ?? []));
  if (points.length === 0) return null;
  const values = points.map((point) => Math.max(SMALLEST_US, point.latencyUs));
  return { minUs: Math.min(...values), maxUs: Math.max(...values) };
}

/** Moves labels apart so that none overlaps, as little as possible and in the same order. */
export function spreadLabels(wanted: readonly number[], distance: number, top: number, bottom: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  let lowest = top - distance;
  for (const label of order) lowest = label.y = Math.max(label.y, lowest + distance);
  let highest = bottom + distance;
  for (const label of order.toReversed()) highest = label.y = Math.min(label.y, highest - distance);
  const spread = Array<number>(wanted.length);
  for (const { y, index } of order) spread[index] = y;
  return spread;
}

/** 1, 2 and 5 of each power of ten within the range; only powers of ten when that would crowd the axis. */
function logTicks(minUs: number, maxUs: number): number[] {
  const decades = Math.log10(maxUs / minUs);
  const steps = decades > 4 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const first = Math.floor(Math.log10(minUs));
  const powers = Array.from({ length: Math.ceil(Math.log10(maxUs)) - first + 1 }, (_, at) => 10 ** (first + at));
  return powers.flatMap((power) => steps.map((step) => step * power)).filter((us) => us >= minUs && us <= maxUs);
}

const round = (value: number) => Math.round(value * 10) / 10;

function shortened(label: string): string {
  return label.length <= MAX_LABEL_CHARACTERS ? label : `${label.slice(0, MAX_LABEL_CHARACTERS - 1)}…`;
}

/**
 * Latency by percentile as an SVG element: a line for each cell, x the nines of the percentile, y the latency on a
 * logarithmic scale. Lines differ in dash pattern, marker and label as well as colour; colours are CSS variables
 * (--series-0 ...), text takes currentColor. A cell whose histogram cannot be read or has too few events has no line
 * and is named below the chart. Null when no cell has a line.
 */
export function latencyChart(group: ComparableGroup, range: LatencyRange | null): Markup | null {
  const read = group.cells.map((result) => ({ result, points: curveOf(result) }));
  const name = (result: CompletedCell) => marked(group.labels.get(result.cell.id) ?? result.cell.id, result);
  const curves: Curve[] = read
    .filter(({ points }) => points !== null && points.length > 0)
    .map(({ result, points }, marker) => ({
      label: shortened(name(result)),
      style: transportIds.indexOf(result.cell.transport),
      marker,
      points: points as CurvePoint[],
    }));
  if (curves.length === 0 || range === null) return null;

  const longest = Math.max(...curves.map((curve) => curve.label.length));
  const right = 34 + longest * LABEL_CHARACTER;
  const plotHeight = Math.max(320, curves.length * LABEL_LINE);
  const height = MARGIN.top + plotHeight + MARGIN.bottom;
  const bottom = MARGIN.top + plotHeight;
  const highest = Math.max(...curves.map((curve) => curve.points.at(-1)?.fraction ?? 0));
  const x = scaleLinear([0, nines(highest)], [MARGIN.left, WIDTH - right]);
  const y = scaleLog([range.minUs / 1.15, range.maxUs * 1.15], [bottom, MARGIN.top]);
  const yOf = (point: CurvePoint) => y(Math.max(SMALLEST_US, point.latencyUs));

  const ends = curves.map((curve) => yOf(curve.points.at(-1) as CurvePoint));
  const labelYs = spreadLabels(ends, LABEL_LINE, MARGIN.top + 6, bottom - 4);
  const path = line<CurvePoint>(
    (point) => round(x(nines(point.fraction))),
    (point) => round(yOf(point)),
  );
  const drawn = curves.map((curve, at) =>
    curveMarkup(curve, path(curve.points) ?? '', { x, yOf, labelX: WIDTH - right, labelY: labelYs[at] as number }),
  );

  const undrawn = read
    .filter(({ points }) => points === null || points.length === 0)
    .map(
      ({ result, points }) =>
        `${name(result)}: ${points === null ? 'its histogram cannot be decoded' : 'too few events for a percentile'}`,
    );
  const about = `Latency by percentile of ${curves.map((curve) => curve.label).join(', ')}. The table has the numbers.`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Chart, can be scrolled sideways"><svg class="chart" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${about}">
${logTicks(...(y.domain() as [number, number])).map(
  (
    us,
  ) => html`<g class="tick-y"><line class="grid" x1="${MARGIN.left}" x2="${WIDTH - right}" y1="${round(y(us))}" y2="${round(y(us))}"/><text x="${MARGIN.left - 8}" y="${round(y(us)) + 4}" text-anchor="end">${formatChosenUs(us)}</text></g>
`,
)}${markedFractions
  .filter((fraction) => fraction <= highest)
  .map(
    (
      fraction,
    ) => html`<g class="tick-x"><line class="grid" x1="${round(x(nines(fraction)))}" x2="${round(x(nines(fraction)))}" y1="${MARGIN.top}" y2="${bottom}"/><text x="${round(x(nines(fraction)))}" y="${bottom + 18}" text-anchor="middle">${Number((fraction * 100).toFixed(1))} %</text></g>
`,
  )}<text class="axis" x="${(MARGIN.left + WIDTH - right) / 2}" y="${bottom + 38}" text-anchor="middle">share of deliveries that were at most this late (%)</text>
<text class="axis" x="4" y="14">delivery latency, from due to received (logarithmic scale)</text>
${drawn}</svg></div>${undrawn.length === 0 ? null : html`<p class="note">Not drawn: ${undrawn.join('; ')}.</p>`}`;
}

interface Placement {
  x: (nines: number) => number;
  yOf: (point: CurvePoint) => number;
  labelX: number;
  labelY: number;
}

function curveMarkup(curve: Curve, path: string, { x, yOf, labelX, labelY }: Placement): Markup {
  const shape = symbol(symbolsFill[curve.marker % symbolsFill.length], 46)() ?? '';
  const marked = curve.points.filter((point) => (markedFractions as readonly number[]).includes(point.fraction));
  const last = curve.points.at(-1) as CurvePoint;
  const endX = round(x(nines(last.fraction)));
  const dash = dashes[curve.style % dashes.length] as string;
  return html`<g class="series series-${curve.style}"><path class="curve" d="${path}" stroke-dasharray="${dash === '' ? 'none' : dash}"/>${marked.map((point) => html`<path class="marker" d="${shape}" transform="translate(${round(x(nines(point.fraction)))} ${round(yOf(point))})"/>`)}<path class="leader" d="M${endX + 6} ${round(yOf(last))}L${labelX + 16} ${round(labelY)}"/><text class="label" x="${labelX + 20}" y="${round(labelY) + 4}">${curve.label}</text></g>
`;
}
