import { readFileSync } from 'node:fs';
import { compareCells, deliveryCells, resultLabels } from '../labels.ts';
import { formatNumberOf, formatUs, keepUnits } from '../numbers.ts';
import { precisionReached } from '../precision.ts';
import type { RunDocument } from '../run-document.ts';
import { latencyChart, latencyRange } from './chart.ts';
import { findings } from './findings.ts';
import { batching, bytesByCause } from './html/bytes.ts';
import { calibrationTable } from './html/calibration-table.ts';
import { capacitySearch } from './html/capacity-search.ts';
import { comparisons } from './html/comparisons.ts';
import { environment, notCompleted, rawData, validity, warnings } from './html/context.ts';
import { glossary, method } from './html/prose.ts';
import { sectionHeading } from './html/section-heading.ts';
import { subscriptionTable } from './html/subscription-table.ts';
import { capacityTable, deliveryTable, trialTables } from './html/tables.ts';
import { theory } from './html/theory.ts';
import { html, Markup } from './markup.ts';
import { verdict } from './verdict.ts';

const style = new Markup(readFileSync(new URL('./html/report.css', import.meta.url), 'utf8'));

// The page can load nothing, even if something slipped through the escaping.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function banner(document: RunDocument): Markup {
  const { level, headline, reasons } = verdict(document);
  return html`<div class="banner ${level}" role="note"><p><strong>${headline}.</strong> ${reasons.join(' ')}</p></div>`;
}

function answer(document: RunDocument): Markup {
  const all = findings(document);
  if (all.length === 0) return html`<p>There is nothing to say: no cell was completed.</p>`;
  return html`<ul class="findings">
${all.map(
  ({
    text,
    problem,
  }) => html`<li${problem ? html` class="problem"` : null}>${problem ? html`<strong class="flag">Problem:</strong> ` : null}${keepUnits(text)}</li>
`,
)}</ul>`;
}

function precision(document: RunDocument): Markup | null {
  const sentence = precisionReached(document);
  return sentence === null
    ? null
    : html`<p>${keepUnits(sentence)}</p>
`;
}

/** What one point of the chart says, so that a reader can find it and know how the others are to be read. */
function chartExample(document: RunDocument): string {
  const results = deliveryCells(document);
  const labels = resultLabels(results);
  const example = results.findLast((result) => result.validity.ok && result.latencyUs.p90 !== null);
  const p90 = example?.latencyUs.p90;
  if (example === undefined || p90 == null) return '';
  return ` Here, nine in ten deliveries of ${labels.get(example.cell.id)} took at most ${formatUs(p90.value)}.`;
}

function charts(document: RunDocument): Markup | null {
  const { groups } = compareCells(document);
  const range = latencyRange(groups);
  const drawn = groups.map((group) => {
    const { title } = group;
    const chart = latencyChart(group, range);
    if (chart === null) return null;
    return html`<figure><figcaption>Delivery latency by percentile${title === '' ? '' : `, ${title}`}</figcaption>${chart}</figure>
`;
  });
  if (drawn.every((chart) => chart === null)) return null;
  return html`<section aria-labelledby="chart">${sectionHeading('chart', 'Latency by percentile')}
<p>To read it: at 90 % a line shows the latency that nine in ten deliveries did not exceed.${chartExample(document)} Lower is earlier; a line that rises to the right has a slow tail. The upright scale is logarithmic, so equal steps are equal ratios. A line ends at the highest percentile its number of events supports.</p>
${drawn}</section>
`;
}

/**
 * The run as one HTML file: no script runs, nothing is loaded, everything from the document is escaped. Pure: the same
 * document, the same text.
 */
export function renderHtml(document: RunDocument): string {
  const { scenario, plan } = document;
  const results = deliveryTable(document);
  const trials = trialTables(document);
  const searches = capacitySearch(document);
  // A run that searches for capacities has no cells: what is said of cells would be said of nothing.
  const ofCells = (part: () => Markup | null) => (searches === null ? part() : null);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${scenario.name}: ${scenario.question}</title>
<style>
${style}</style>
</head>
<body>
<main>
<header>
<p class="kicker">transport-bench, scenario <code>${scenario.name}</code></p>
<h1>${scenario.question}</h1>
<p class="note">${document.startedAt} · ${searches === null ? `${formatNumberOf(plan.cells.length, 'cell')} planned, ${document.precision === undefined ? '' : 'at least '}${formatNumberOf(plan.trialsPerCell, 'trial')} each, ` : ''}seed ${plan.seed}</p>
${banner(document)}
</header>
${warnings(document)}${ofCells(
  () => html`<section aria-labelledby="answer">${sectionHeading('answer', 'What was found')}
${answer(document)}</section>
`,
)}${searches}${
  results === null
    ? null
    : html`<section aria-labelledby="results">${sectionHeading('results', 'Results')}
${precision(document)}${results}</section>
`
}${subscriptionTable(document)}${charts(document)}${comparisons(document)}${bytesByCause(document)}${batching(document)}${notCompleted(document)}${capacityTable(document)}${calibrationTable(document)}${ofCells(() => validity(document))}${theory(document)}${
  trials === null
    ? null
    : html`<section aria-labelledby="trials">${sectionHeading('trials', 'Trial by trial')}
${trials}</section>
`
}${ofCells(() => method(document))}${environment(document)}${glossary()}${rawData(document)}</main>
</body>
</html>
`;
  return page.text;
}
