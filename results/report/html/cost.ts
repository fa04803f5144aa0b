import { type ComparableGroup, compareCells, deliveryCells, resultLabels } from '../../labels.ts';
import { formatBytes, formatUs, keepUnits } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { connectionsOverTimeChart } from '../charts/connections-over-time.ts';
import { drawnCells, drawnGroups, notesOf } from '../charts/drawn-groups.ts';
import { type ChartParts, chartFigure } from '../charts/figure.ts';
import { latencyOverheadChart } from '../charts/latency-overhead.ts';
import { serverCostChart } from '../charts/server-cost.ts';
import { memoryNote } from '../columns.ts';
import { html, type Markup } from '../markup.ts';
import { invalidNote } from './invalid-note.ts';
import { sectionHeading } from './section-heading.ts';

// A row of small charts for each cell is high: of many groups the first and the last.
const MOST_TIMELINES = 2;
const MOST_TIMELINE_ROWS = 14;
const MOST_BARS = 40;
/** Names of more cells of one group find no room beside their points. */
const MOST_POINTS = 14;

function latencyOverhead(document: RunDocument): Markup | null {
  const comparison = compareCells(document);
  const drawn = drawnGroups(comparison);
  const cut = drawn.groups.map((group) => drawnCells(group, MOST_POINTS));
  const parts = latencyOverheadChart({ ...comparison, groups: cut.map(({ group }) => group) });
  if (parts === null) return null;
  const results = deliveryCells(document);
  const labels = resultLabels(results);
  const example = results.findLast((result) => result.validity.ok && result.latencyUs.p50 !== null);
  const [p50, overhead] = [example?.latencyUs.p50, example?.bytes.overheadPerDelivery];
  const here =
    example === undefined || p50 == null || overhead == null
      ? ''
      : ` Here, ${labels.get(example.cell.id)} took ${formatUs(p50.value)} in the median, for ${formatBytes(overhead)} of overhead.`;
  const { groups, hasEnds } = comparison;
  const courses =
    hasEnds && groups.length > 1
      ? ` A line joins the cells of one transport, from ${groups[0]?.title} to ${groups.at(-1)?.title}, where its name stands.`
      : '';
  return chartFigure({
    id: 'latency-overhead',
    title: 'Latency against overhead',
    reading: keepUnits(
      `A point is a cell: the lower, the sooner its events arrive; the further left, the fewer bytes they take besides their text. Both scales are logarithmic, so equal steps are equal ratios.${here} An upright line through a point is the 95 % interval of the median; overhead is counted and has none.${courses}`,
    ),
    ...parts,
    note: notesOf([parts.note, drawn.note, cut[0]?.note ?? null]),
  });
}

/** A kind of figure, of which there is one for each group. */
interface FigureKind {
  id: string;
  title: string;
  reading: string;
  mostGroups?: number;
  mostCells: number;
}

/** A figure for each group that has such a chart. */
function figures(
  document: RunDocument,
  { id, title, reading, mostGroups, mostCells }: FigureKind,
  draw: (group: ComparableGroup) => ChartParts | null,
): Markup[] {
  const { groups, note } = drawnGroups(compareCells(document), mostGroups);
  const drawn = groups.flatMap((whole) => {
    const { group, note: cut } = drawnCells(whole, mostCells);
    const parts = draw(group);
    return parts === null ? [] : [{ group, parts, cut }];
  });
  return drawn.map(({ group, parts, cut }, at) =>
    chartFigure({
      id: at === 0 ? id : `${id}-${at + 1}`,
      title: group.title === '' ? title : `${title}, ${group.title}`,
      reading:
        at === 0
          ? keepUnits(reading)
          : html`To be read as <a href="#${id}">the first of these charts</a>; its scale is its own.`,
      ...parts,
      note: notesOf([parts.note, cut, at === drawn.length - 1 ? note : null]),
    }),
  );
}

/**
 * What the transports cost: latency against overhead, the server's CPU and memory, connections and requests over time. Null
 * when there is nothing to draw.
 */
export function costSection(document: RunDocument): Markup | null {
  const results = deliveryCells(document);
  const memory = memoryNote(results);
  const charts = [
    latencyOverhead(document),
    ...figures(
      document,
      {
        id: 'server-cost',
        title: 'Server CPU and memory',
        reading: `Short bars are cheap. CPU is processor time of all processes of the server while events were measured, per delivery; memory is what they grew by until all subscribers were connected, per subscriber. The pale, hatched bars are the driver’s: what receiving and verifying took on the same machine, and part of no figure of the server.${memory === null ? '' : ` ${memory}`}`,
        mostCells: MOST_BARS,
      },
      serverCostChart,
    ),
    ...figures(
      document,
      {
        id: 'connections-over-time',
        title: 'Connections, requests and bytes over time',
        reading: `Time runs to the right, from the start of the feed at 0; upright dashes are where warm-up, measure and drain begin. Each line is a trial, level from one reading of the driver’s books to the next. A level line of connections is a transport that keeps them; requests/s at 0 one that asks only once. All rows of a column have one scale.`,
        mostGroups: MOST_TIMELINES,
        mostCells: MOST_TIMELINE_ROWS,
      },
      connectionsOverTimeChart,
    ),
  ].filter((chart) => chart !== null);
  if (charts.length === 0) return null;
  return html`<section aria-labelledby="cost">${sectionHeading('cost', 'What it costs')}
${charts}${invalidNote(results)}</section>
`;
}
