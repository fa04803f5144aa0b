import { formatNumberOf, keepUnits } from '../numbers.ts';
import { precisionReached } from '../precision.ts';
import type { RunDocument } from '../run-document.ts';
import { answerSentences } from './findings/answer.ts';
import { findings } from './findings.ts';
import { anatomy } from './html/anatomy.ts';
import { batching, bytesByCause } from './html/bytes.ts';
import { calibrationTable } from './html/calibration-table.ts';
import { capacitySearch } from './html/capacity-search.ts';
import { chooser } from './html/chooser.ts';
import { compareArea } from './html/compare.ts';
import { comparisons } from './html/comparisons.ts';
import { environment, notCompleted, validity, warnings } from './html/context.ts';
import { costSection } from './html/cost.ts';
import { data } from './html/data.ts';
import { latencySection } from './html/latency.ts';
import { matrix } from './html/matrix.ts';
import { glossary, method } from './html/prose.ts';
import { runningBanner } from './html/running.ts';
import { sectionHeading } from './html/section-heading.ts';
import { subscriptionTable } from './html/subscription-table.ts';
import { sweepSection } from './html/sweep.ts';
import { capacityTable, trialTables } from './html/tables.ts';
import { theory } from './html/theory.ts';
import { thresholds } from './html/thresholds.ts';
import { html, type Markup } from './markup.ts';
import { page } from './page.ts';
import { shownCells } from './shown-cells.ts';
import { verdict } from './verdict.ts';

function banner(document: RunDocument): Markup {
  const { level, headline, reasons } = verdict(document);
  const sign = { sound: '✓', caution: '!', unsound: '✕' }[level];
  return html`<div class="banner ${level}" role="note"><p><strong>${sign} ${headline}.</strong> ${reasons.join(' ')}</p></div>`;
}

/** When, how often and on what: what decides whether the figures concern the reader. */
function circumstances({
  startedAt,
  plan,
  precision,
  capacitySearch: search,
  environment: machine,
}: RunDocument): string {
  const trials = `${precision === undefined ? '' : 'at least '}${formatNumberOf(plan.trialsPerCell, 'trial')} each`;
  const planned = search === undefined ? `${formatNumberOf(plan.cells.length, 'cell')} planned, ${trials}, ` : '';
  const { cpuModel, cpuCount, os, nodeVersion } = machine;
  return `${startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')} · ${planned}seed ${plan.seed} · ${cpuModel ?? 'unknown processor'}, ${cpuCount} logical · ${os}, Node.js ${nodeVersion}`;
}

function header(document: RunDocument, live: boolean): Markup {
  const { scenario } = document;
  const answer = answerSentences(document);
  return html`<p class="kicker">transport-bench, scenario <code>${scenario.name}</code></p>
<h1>${scenario.question}</h1>
${
  answer.length === 0
    ? null
    : html`<ul class="answer" id="answer">
${answer.map(
  ({ lead, rest }) => html`<li><strong>${lead}</strong>${keepUnits(rest)}</li>
`,
)}</ul>`
}
${live && document.status === 'running' ? runningBanner(document) : banner(document)}
<p class="note">${circumstances(document)}</p>`;
}

function findingsSection(document: RunDocument): Markup {
  const all = findings(document);
  const list =
    all.length === 0
      ? html`<p>There is nothing to say: no cell was completed.</p>`
      : html`<ul class="findings">
${all.map(
  ({
    text,
    problem,
  }) => html`<li${problem ? html` class="problem"` : null}>${problem ? html`<strong class="flag">Problem:</strong> ` : null}${keepUnits(text)}</li>
`,
)}</ul>`;
  return html`<section aria-labelledby="findings">${sectionHeading('findings', 'What was found')}
${list}</section>
`;
}

function results(document: RunDocument): Markup | null {
  const table = matrix(document);
  if (table === null) return null;
  const precision = precisionReached(document);
  return html`<section aria-labelledby="results">${sectionHeading('results', 'Results')}
${precision === null ? null : html`<p>${keepUnits(precision)}</p>`}${table}</section>
`;
}

function trials(document: RunDocument): Markup | null {
  const tables = trialTables(document);
  return tables === null
    ? null
    : html`<section aria-labelledby="trials">${sectionHeading('trials', 'Trial by trial')}
${tables}</section>
`;
}

/** How a report is shown. */
export interface ReportOptions {
  /** Served while the run goes on (`run --live`); the page then asks its server for news. */
  live?: boolean;
}

/**
 * The run as one HTML file: answer first, then the evidence, then what is needed to judge and repeat it. Nothing is loaded,
 * everything from the document is escaped, and all of it can be read with scripts off. Pure: the same document, the same
 * text.
 */
export function renderHtml(document: RunDocument, { live = false }: ReportOptions = {}): string {
  const { scenario } = document;
  const searches = capacitySearch(document);
  // Under some 200 cells this is the document itself.
  const { document: shown, note } = shownCells(document);
  // A run that searches for capacities has no cells: what is said of cells would be said of nothing.
  const sections =
    searches === null
      ? [
          thresholds(document),
          warnings(document),
          note === null ? null : html`<p class="note" id="left-out">${note}</p>`,
          results(shown),
          findingsSection(document),
          notCompleted(shown),
          sweepSection(shown),
          latencySection(shown),
          costSection(shown),
          bytesByCause(shown),
          anatomy(shown),
          chooser(shown),
          theory(shown),
          comparisons(shown),
          subscriptionTable(shown),
          batching(shown),
          capacityTable(shown),
          calibrationTable(shown),
          validity(shown),
          trials(shown),
          method(shown),
        ]
      : [warnings(document), searches];
  const closing = [compareArea(document), environment(document), glossary(), data([document])];
  return page({
    title: `${scenario.name}: ${scenario.question}`,
    header: header(document, live),
    body: html`${[...sections, ...closing]}`,
    live,
  });
}
