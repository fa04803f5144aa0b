import { keepUnits } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { html, type Markup } from '../markup.ts';
import {
  type ThresholdCellRow,
  type ThresholdRow,
  thresholdRows,
  thresholdSigns,
  thresholdSummary,
  thresholdWords,
} from '../threshold-rows.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

function cellRow({ text, about, remark }: ThresholdRow, row: ThresholdCellRow, isFirst: boolean): Markup {
  const { state, cell, value, interval, limit, trials, note } = row;
  const remarked = remark === '' ? null : html`<span class="advice">(${remark}) </span>`;
  return html`<tr${isFirst ? null : html` class="further"`}><td class="words ${state.replace(' ', '-')}"><strong><span aria-hidden="true">${thresholdSigns[state]}</span> ${thresholdWords[state]}</strong></td><th scope="row" class="text"><code>${text}</code>${remarked}${isFirst ? html`<span class="advice">${about}</span>` : null}</th><td class="words">${cell}</td><td>${keepUnits(value)}</td><td>${keepUnits(interval)}</td><td>${keepUnits(limit)}</td><td>${trials}</td><td class="text">${note}</td></tr>
`;
}

/** What the run was held against, a row for each cell; null where the scenario has no thresholds. */
export function thresholds(document: RunDocument): Markup | null {
  const rows = thresholdRows(document);
  if (rows.length === 0) return null;
  const table = html`<table class="thresholds"><thead><tr><th scope="col">Result</th><th scope="col">Threshold</th><th scope="col">Cell</th><th scope="col" class="number">Value</th><th scope="col" class="number">95 % interval</th><th scope="col" class="number">Limit</th><th scope="col" class="number">Trials</th><th scope="col">Note</th></tr></thead><tbody>
${rows.map((row) => row.cells.map((cell, at) => cellRow(row, cell, at === 0)))}</tbody></table>`;
  return html`<section aria-labelledby="thresholds">${sectionHeading('thresholds', 'Thresholds')}
<p><strong>${thresholdSummary(rows)}.</strong> What is counted is decided on its value. What is timed passes when its whole 95 % interval is on the right side of the limit, fails when all of it is on the wrong side, and is undecided otherwise. Missing: it was not measured, not in full, or is not valid. The value of a relation is the ratio of both cells.</p>
${scrollable('Thresholds', table)}</section>
`;
}
