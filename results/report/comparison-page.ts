import type { RunComparison } from '../compare/compare-runs.ts';
import type { Gate } from '../compare/gate.ts';
import {
  differenceSentence,
  missingCells,
  outcomeSentence,
  outcomeTexts,
  runText,
} from '../export/comparison/gate-text.ts';
import { labelsOfRuns } from './comparison/comparison-labels.ts';
import { comparisonHeadline } from './comparison/comparison-summary.ts';
import { comparisonView } from './comparison/comparison-view.ts';
import { sectionHeading } from './html/section-heading.ts';
import { html, type Markup } from './markup.ts';
import { page } from './page.ts';
import { toMarkup } from './tree.ts';

/**
 * A comparison and what the gate makes of it as one HTML file: the outcome first, then what is missing, then every change. Pure,
 * and as safe as renderHtml.
 */
export function renderComparison(comparison: RunComparison, gate: Gate): string {
  const { scenario } = comparison.head;
  const tone = gate.outcome === 'pass' ? 'sound' : gate.outcome === 'regression' ? 'unsound' : 'caution';
  return page({
    title: `${outcomeSentence(gate)} ${scenario.name}`,
    header: html`<p class="kicker">transport-bench, head (B) against base (A)</p>
<h1>${scenario.question}</h1>
<section class="banner ${tone}" aria-labelledby="outcome"><h2 id="outcome"><a href="#outcome">${outcomeTexts[gate.outcome].sign} ${outcomeSentence(gate)}</a></h2>
<p>${comparisonHeadline(comparison)}</p></section>
<p class="note">A, the base: ${runText(comparison, 'base')}. B, the head: ${runText(comparison, 'head')}.</p>`,
    body: html`${[incompatible(gate), missing(comparison, gate), changes(comparison)]}`,
    live: false,
  });
}

function incompatible({ incompatibilities, forced }: Gate): Markup | null {
  const differences = [...incompatibilities, ...forced];
  if (differences.length === 0) return null;
  const why =
    forced.length > 0
      ? 'These were compared all the same, since it was asked for: their figures are of different things.'
      : 'Their figures are of different things, so nothing is concluded from them.';
  return html`<section aria-labelledby="incompatible">${sectionHeading('incompatible', 'What keeps the runs from being compared')}
<p>${why}</p>
<ul>${differences.map((difference) => html`<li>${differenceSentence(difference)}</li>`)}</ul></section>
`;
}

function missing({ base, head }: RunComparison, gate: Gate): Markup | null {
  const cells = missingCells(gate);
  if (cells.length === 0) return null;
  const labels = labelsOfRuns([base, head]);
  return html`<section aria-labelledby="missing">${sectionHeading('missing', 'What is missing')}
<ul>${cells.map(({ cellId, text }) => html`<li>${labels.get(cellId) ?? cellId}: ${text}</li>`)}</ul></section>
`;
}

function changes(comparison: RunComparison): Markup {
  return html`<section aria-labelledby="changes">${sectionHeading('changes', 'Every change')}
${toMarkup(comparisonView(comparison))}</section>
`;
}
