import { compareRuns } from '../compare/compare-runs.ts';
import { decodeRun } from '../compare/decode-run.ts';
import { formatNumberOf } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import { data } from './html/data.ts';
import { glossary } from './html/prose.ts';
import { comparisonAnswers, comparisonSections, latencyOfRuns, resultsOfRuns, runsSection } from './html/runs.ts';
import { html } from './markup.ts';
import { page } from './page.ts';

/**
 * Several runs as one HTML file: what came of comparing each with the first, which they are and in what they differ, their
 * results side by side, their latencies overlaid, and all documents within. The runs may be of different scenarios, partial,
 * not valid or empty; what cannot be compared is named. Pure, and as safe as renderHtml.
 */
export function renderRuns(documents: readonly RunDocument[]): string {
  const count = formatNumberOf(documents.length, 'run');
  const [question, ...others] = new Set(documents.map(({ scenario }) => scenario.question));
  const title = question !== undefined && others.length === 0 ? question : `${count} of different scenarios`;
  const [first, ...rest] = documents.map(decodeRun);
  const comparisons = first === undefined ? [] : rest.map((run) => compareRuns(first, run));
  const results = resultsOfRuns(documents);
  return page({
    title: `${count}: ${title}`,
    header: html`<p class="kicker">transport-bench, ${count}</p>
<h1>${title}</h1>
${comparisonAnswers(comparisons)}${results === null ? html`<p class="note">No cell was completed in any of the runs.</p>` : null}`,
    body: html`${[
      runsSection(documents),
      comparisonSections(comparisons),
      results,
      latencyOfRuns(documents),
      glossary(),
      data(documents),
    ]}`,
    live: false,
  });
}
