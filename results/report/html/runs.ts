import type { RunComparison } from '../../compare/compare-runs.ts';
import { runDifferences } from '../../compare/run-differences.ts';
import type { CompletedCell } from '../../delivery-result.ts';
import { deliveryCells, marked } from '../../labels.ts';
import { formatCount, formatNumberOf, formatUs, keepUnits, significant, type Unit } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { chartFigure } from '../charts/figure.ts';
import { type LabelledLatency, latencyRange, percentileChart } from '../charts/latency-percentiles.ts';
import { columnInterval, columns, columnText, columnValue, DELIVERED_EXPLANATION } from '../columns.ts';
import { labelsOfRuns } from '../comparison/comparison-labels.ts';
import { changeCounts, comparisonHeadline } from '../comparison/comparison-summary.ts';
import { comparisonResults } from '../comparison/comparison-view.ts';
import { differenceTable, runTable } from '../comparison/run-tables.ts';
import { isComplete } from '../findings/completeness.ts';
import { html, type Markup } from '../markup.ts';
import { toMarkup } from '../tree.ts';
import { columnUnits, unknownNotes } from '../units.ts';
import { sectionHeading } from './section-heading.ts';
import { heading, scrollable } from './tables.ts';

/** More runs than this cannot be told apart in one chart. */
const MOST_CURVES = 14;
/** More charts than this nobody looks at; the numbers of all cells are in the table. */
const MOST_CHARTS = 12;

/** What the run at this position is called in the page. */
const runName = (at: number) => `run ${at + 1}`;

/** A completed cell of one of the runs. */
interface Measured {
  run: number;
  result: CompletedCell;
}

/** The completed cells of all runs by the cell's id, in the order of the first run that has it. */
function byCell(documents: readonly RunDocument[]): Map<string, Measured[]> {
  const all = documents.flatMap((document, run) => deliveryCells(document).map((result) => ({ run, result })));
  return Map.groupBy(all, ({ result }) => result.cell.id);
}

/** Which runs there are, and in what they differ besides their results. */
export function runsSection(documents: readonly RunDocument[]): Markup {
  const names = documents.map((_, at) => runName(at));
  const differences =
    documents.length < 2
      ? null
      : html`<h3>What differs besides the results</h3>
${toMarkup(differenceTable(runDifferences(documents), names))}`;
  return html`<section aria-labelledby="runs">${sectionHeading('runs', 'The runs')}
${toMarkup(runTable(documents, names))}
${differences}</section>
`;
}

function resultRow(
  { run, result }: Measured,
  label: string,
  units: ReadonlyMap<string, Unit>,
  isFirst: boolean,
): Markup {
  const { deliveries, validity } = result;
  const values = columns.map((column) => {
    const unit = units.get(column.scale) as Unit;
    const interval = columnInterval(column, result);
    const spread =
      interval === null
        ? null
        : html`<span class="interval">${significant(interval.low / unit.size)} to ${significant(interval.high / unit.size)}</span>`;
    return html`<td>${columnText(column, columnValue(column, result), unit)}${spread}</td>`;
  });
  const classes = [...(isFirst ? ['first'] : []), ...(validity.ok ? [] : ['invalid'])].join(' ');
  const flag = validity.ok ? null : html` <strong class="flag">not valid</strong>`;
  const incomplete = isComplete(deliveries) ? null : html` <strong class="flag">incomplete</strong>`;
  return html`<tr${classes === '' ? null : html` class="${classes}"`}><th scope="row">${label}</th><td class="words">${runName(run)}${flag}</td>${values}<td>${formatCount(deliveries.delivered)} / ${formatCount(deliveries.expected)}${incomplete}</td></tr>
`;
}

/** A row for each cell of each run, those of one cell together; null when no run has a result. */
export function resultsOfRuns(documents: readonly RunDocument[]): Markup | null {
  const cells = byCell(documents);
  if (cells.size === 0) return null;
  const labels = labelsOfRuns(documents);
  const results = [...cells.values()].flatMap((measured) => measured.map(({ result }) => result));
  const units = columnUnits(results);
  const heads = columns.map((column) =>
    heading(column.title, (units.get(column.scale) as Unit).symbol, column.explanation),
  );
  const rows = [...cells].flatMap(([id, measured]) =>
    measured.map((each, at) => resultRow(each, labels.get(id) ?? id, units, at === 0)),
  );
  const table = html`<table class="runs"><thead><tr><th scope="col">Cell</th><th scope="col">Run</th>${heads}${heading('Delivered / expected', '', DELIVERED_EXPLANATION)}</tr></thead><tbody>
${rows}</tbody></table>`;
  return html`<section aria-labelledby="results">${sectionHeading('results', 'Results, run by run')}
${scrollable('Results, run by run', table)}
<p class="note">Small figures below a value: its 95 % interval.${unknownNotes(results).map((note) => ` ${note}`)}</p></section>
`;
}

const READING =
  'At 90 % a line shows the latency that nine in ten deliveries of that run did not exceed. Lines that lie within each other’s pale bands, the 95 % intervals, are not told apart. The upright scale is logarithmic, and fits the runs of each chart. ';

/** What one point of the first line and of the last says, so that a reader can find them. */
function readingExample(curves: readonly LabelledLatency[]): string {
  const known = curves.flatMap(({ label, latencyUs: { p90 } }) => (p90 === null ? [] : [{ label, us: p90.value }]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return '';
  const other = last === first ? '' : `, of ${last.label} at most ${formatUs(last.us)}`;
  return `Here, nine in ten deliveries of ${first.label} took at most ${formatUs(first.us)}${other}.`;
}

/** The latencies of each cell in all runs that have it; null when there is nothing to draw. */
export function latencyOfRuns(documents: readonly RunDocument[]): Markup | null {
  const cells = [...byCell(documents)];
  const labels = labelsOfRuns(documents);
  const latencies = cells.map(([id, measured]) => ({
    title: labels.get(id) ?? id,
    curves: measured.slice(0, MOST_CURVES).map(
      ({ run, result }): LabelledLatency => ({
        label: marked(runName(run), result),
        transport: result.cell.transport,
        latencyUs: result.latencyUs,
      }),
    ),
  }));
  const charts = latencies.flatMap(({ title, curves }) => {
    const chart = percentileChart(curves, latencyRange(curves.map(({ latencyUs }) => latencyUs)));
    return chart === null ? [] : [{ title: `Latency by percentile, ${title}`, curves, ...chart }];
  });
  const drawn = charts.map(({ curves, ...chart }, at) => ({
    ...chart,
    id: `latency-${at + 1}`,
    reading: keepUnits(`${at === 0 ? READING : ''}${readingExample(curves)}`),
  }));
  if (drawn.length === 0) return null;
  const leftOut = drawn.length - MOST_CHARTS;
  const more =
    leftOut > 0
      ? html`<p class="note">${formatNumberOf(leftOut, 'more cell')} not drawn; the table of results has all.</p>`
      : null;
  return html`<section aria-labelledby="latency">${sectionHeading('latency', 'Latency, the runs overlaid')}
${drawn.slice(0, MOST_CHARTS).map(chartFigure)}${more}</section>
`;
}

/** What came of each comparison with the first run, in a sentence each. */
export function comparisonAnswers(comparisons: readonly RunComparison[]): Markup | null {
  if (comparisons.length === 0) return null;
  const sentences = comparisons.map(
    (comparison, at) =>
      html`<li><a href="#${comparisonId(at)}">Run ${at + 2} against run 1</a>: ${changeCounts(comparison)}.</li>
`,
  );
  return html`<ul class="findings" id="answer">${sentences}</ul>`;
}

const comparisonId = (at: number) => `compared-${at + 2}`;

/** Every comparison with the first run, a section for each. */
export function comparisonSections(comparisons: readonly RunComparison[]): Markup {
  const parts = comparisons.map((comparison, at) => {
    const id = comparisonId(at);
    return html`<section aria-labelledby="${id}">${sectionHeading(id, `Run ${at + 2} against run 1`)}
<p>A is run 1, <code>${comparison.base.id}</code>. B is run ${at + 2}, <code>${comparison.head.id}</code>. <strong>${comparisonHeadline(comparison)}</strong></p>
${toMarkup(comparisonResults(comparison, { name: `run ${at + 2} against run 1`, isExplained: at === 0 }))}</section>
`;
  });
  return html`${parts}`;
}
