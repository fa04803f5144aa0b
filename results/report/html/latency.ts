import { type ComparableGroup, compareCells, marked } from '../../labels.ts';
import { formatNumberOf, formatShare, formatUs, formatUsRange, keepUnits } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { drawnGroups } from '../charts/drawn-groups.ts';
import { type ChartParts, chartFigure } from '../charts/figure.ts';
import { distributionChart } from '../charts/latency-distribution.ts';
import { type LabelledCell, overTimeChart } from '../charts/latency-over-time.ts';
import {
  type LabelledLatency,
  type LatencyRange,
  latencyRange,
  percentileChart,
} from '../charts/latency-percentiles.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';

/** More series than this cannot be told apart in one chart. */
const MOST_CELLS = 14;
/** With more groups than this only the first and the last are open to view. */
const MOST_OPEN = 3;

/** A group as its charts take it. */
interface Charted {
  title: string;
  cells: LabelledCell[];
  latencies: LabelledLatency[];
  leftOutCount: number;
}

function charted({ title, cells, labels }: ComparableGroup): Charted {
  const named = cells.slice(0, MOST_CELLS).map((result) => ({
    label: marked(labels.get(result.cell.id) ?? result.cell.id, result),
    result,
  }));
  return {
    title,
    cells: named,
    latencies: named.map(({ label, result }) => ({
      label,
      transport: result.cell.transport,
      latencyUs: result.latencyUs,
    })),
    leftOutCount: cells.length - named.length,
  };
}

/** What one point of the chart says, so that a reader can find it and know how the others are to be read. */
function percentileExample({ cells }: Charted): string {
  const example = cells.findLast(({ result }) => result.validity.ok && result.latencyUs.p90 !== null);
  const p90 = example?.result.latencyUs.p90;
  if (example === undefined || p90 == null) return '';
  return ` Here, nine in ten deliveries of ${example.label} took at most ${formatUs(p90.value)}.`;
}

function percentileReading(group: Charted): string {
  const hasIntervals = group.latencies.some(({ latencyUs }) => latencyUs.p50 !== null && latencyUs.p50.low !== null);
  const intervals = hasIntervals
    ? ' The strokes with caps are 95 % intervals of the marked percentiles, side by side where they would cover each other; the pale band between them is interpolated.'
    : ' There are no intervals: the trials are too few.';
  return `At 90 % a line shows the latency that nine in ten deliveries did not exceed.${percentileExample(group)} Lower is earlier; a line that rises to the right has a slow tail. The upright scale is logarithmic, so equal steps are equal ratios. A line ends at the highest percentile its number of events supports.${intervals}`;
}

function percentiles(group: Charted, range: LatencyRange | null) {
  const chart = percentileChart(group.latencies, range);
  return chart === null ? null : { ...chart, reading: percentileReading(group) };
}

/** The last of these that is of a valid cell: what is not valid is no example. */
function exampleOf<T extends { label: string }>({ cells }: Charted, entries: readonly T[]): T | undefined {
  const valid = new Set(cells.filter(({ result }) => result.validity.ok).map(({ label }) => label));
  return entries.findLast(({ label }) => valid.has(label));
}

function distribution(group: Charted, range: LatencyRange | null) {
  const chart = distributionChart(group.latencies, range);
  if (chart === null) return null;
  const { fullest, ratio, hasOneScale } = chart;
  const example = exampleOf(group, fullest);
  const highest =
    example === undefined
      ? ''
      : ` Here, the highest step of ${example.label} holds ${formatShare(example.bin.share)} of its deliveries, those of ${formatUsRange(example.bin.fromUs, example.bin.toUs)}.`;
  const scale = hasOneScale ? 'and so is the scale' : 'but each row has its own scale';
  const hasStrokes = group.latencies.some(({ latencyUs }) => latencyUs.p50 !== null);
  const strokes = hasStrokes ? ' Upright strokes: p50, and p99 (dashed).' : '';
  const reading = `Each row holds all deliveries of one transport: the height over a latency is the share of them that took about so long, in steps that each end ${formatShare(ratio - 1)} later than they begin.${highest} The steps are the same in all rows, ${scale}.${strokes} A narrow hill is a steady transport; two hills are two ways an event can take.`;
  return { ...chart, reading };
}

function overTime(group: Charted) {
  const chart = overTimeChart(group.cells);
  if (chart === null) return null;
  const { medians, hasTrials } = chart;
  const example = exampleOf(group, medians);
  const range =
    example === undefined ? '' : ` Here, p50 of ${example.label} was ${formatUsRange(example.lowUs, example.highUs)}.`;
  const single = hasTrials
    ? ' The thin lines are p50 of the single trials: how far they lie apart is what repeating changes.'
    : '';
  const reading = `Each row is one transport from the start of the measure phase to its end; all trials lie upon each other. The full line is p50, the dashed line above it the percentile named at its end, the highest that the events of each part support (the maximum where they are too few).${range}${single} Level lines are a steady state, a line that climbs is a queue that grows. Each row has its own scale; the same height is the same ratio in all.`;
  return { ...chart, reading };
}

interface Kind {
  id: string;
  title: string;
  /** What is missing when there is nothing to draw. */
  absence: string;
  chart(group: Charted, range: LatencyRange | null): (ChartParts & { reading: string }) | null;
}

const kinds: Kind[] = [
  {
    id: 'latency-percentiles',
    title: 'Latency by percentile',
    absence: 'no cell has enough events for a percentile',
    chart: percentiles,
  },
  {
    id: 'latency-distribution',
    title: 'Distribution of latency',
    absence: 'no cell has a delivery',
    chart: distribution,
  },
  {
    id: 'latency-over-time',
    title: 'Latency over time',
    absence: 'no cell has enough events for a course',
    chart: overTime,
  },
];

/** The charts of a group; null when there is nothing to draw. `idSuffix` tells the groups of a page apart. */
function charts(group: Charted, range: LatencyRange | null, idSuffix: string): Markup | null {
  const figures = kinds.map((kind) => ({ ...kind, parts: kind.chart(group, range) }));
  if (figures.every(({ parts }) => parts === null)) return null;
  const { leftOutCount } = group;
  const note =
    leftOutCount === 0
      ? null
      : html`<p class="note">${formatNumberOf(leftOutCount, 'further cell')} of this group ${leftOutCount === 1 ? 'is' : 'are'} not drawn: more than ${MOST_CELLS} cannot be told apart. The table of results has all.</p>`;
  const drawn = figures.map(({ id, title, absence, parts }) => {
    if (parts === null) return html`<p class="note">${title}: not drawn, since ${absence}.</p>`;
    const name = group.title === '' ? title : `${title}, ${group.title}`;
    return chartFigure({ ...parts, id: `${id}${idSuffix}`, title: name, reading: keepUnits(parts.reading) });
  });
  return html`${note}${drawn}`;
}

/**
 * Latency in charts: by percentile, as a distribution and over time, for each group of comparable cells; all with the same
 * range of latencies. Null when there is nothing to draw.
 */
export function latencySection(document: RunDocument): Markup | null {
  const { groups, note } = drawnGroups(compareCells(document));
  const chosen = groups.map(charted);
  const range = latencyRange(chosen.flatMap(({ latencies }) => latencies.map(({ latencyUs }) => latencyUs)));
  const drawn = chosen.flatMap((group, at) => {
    const content = charts(group, range, groups.length === 1 ? '' : `-${at + 1}`);
    return content === null ? [] : [{ title: group.title, content }];
  });
  if (drawn.length === 0) return null;
  const parts = drawn.map(({ title, content }, at) => {
    if (groups.length === 1) return content;
    const isOpen = drawn.length <= MOST_OPEN || at === 0 || at === drawn.length - 1;
    return html`<details class="chart-group"${isOpen ? html` open` : null}><summary><h3>${title}</h3></summary>${content}</details>
`;
  });
  return html`<section aria-labelledby="latency">${sectionHeading('latency', 'Delivery latency')}
<p>From when an event was due until its last byte had reached a subscriber. A transport looks the same in all charts: colour, dash pattern, and its name beside it.</p>
${note === null ? null : html`<p class="note">${note}</p>`}${parts}</section>
`;
}
