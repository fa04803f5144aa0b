import { capacityCells, capacityLabel, deliveryCells, marked, resultLabels } from '../../labels.ts';
import { formatNumberOf, keepUnits, significant } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import type { Check, Validity } from '../../validity/check.ts';
import { environmentFacts } from '../environment-facts.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { failedCells, skippedByReason } from '../verdict.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

/** Cells without a result, each with the reason. */
export function notCompleted(document: RunDocument): Markup | null {
  const failed = failedCells(document);
  const skipped = skippedByReason(document);
  if (failed.length + skipped.length === 0) return null;
  return html`<section aria-labelledby="not-completed">${sectionHeading('not-completed', 'Without a result')}
<ul class="outcomes">
${failed.map(
  (
    result,
  ) => html`<li class="failed"><p><strong class="flag">Failed</strong> <code>${result.cell.id}</code>, trial ${result.trial}: ${result.reason}</p>${result.stderrTail.trim() === '' ? null : html`<p class="note">End of the server’s standard error:</p><pre tabindex="0">${result.stderrTail}</pre>`}</li>
`,
)}${skipped.map(
  ({
    reason,
    cellIds,
  }) => html`<li class="skipped"><p><strong>Skipped</strong> ${reason}:</p><ul>${cellIds.map((id) => html`<li><code>${id}</code></li>`)}</ul></li>
`,
)}</ul></section>
`;
}

/** What to know before the figures are read; null when there is nothing. */
export function warnings(document: RunDocument): Markup | null {
  if (document.warnings.length === 0) return null;
  return html`<section aria-labelledby="warnings">${sectionHeading('warnings', document.warnings.length === 1 ? 'Warning' : 'Warnings')}
<ul class="warnings">
${document.warnings.map(
  ({ message, advice }) => html`<li>${keepUnits(message)} <span class="advice">${advice}</span></li>
`,
)}</ul></section>
`;
}

const SMALLEST_SHOWN = 0.001;

/** A result with its verdict, and those on its trials; a capacity cell's trials have none. */
interface Judged {
  name: string;
  validity: Validity;
  trials: readonly { trial: number; validity?: Validity }[];
}

const failed = (validity: Validity, severity: Check['severity']) =>
  validity.checks.filter((check) => !check.ok && check.severity === severity);

/** A percentage of rounding errors is not worth its digits. */
const valueText = (value: number) =>
  value !== 0 && Math.abs(value) < SMALLEST_SHOWN ? `< ${SMALLEST_SHOWN}` : significant(value);

/** The value with a mark that needs no colour; a check that could not be asked has none. */
function checkValue(check: Check | undefined): Markup {
  if (check === undefined) return html`<td></td>`;
  const value = check.value === null ? (check.ok ? 'yes' : 'no') : valueText(check.value);
  if (check.ok) return html`<td>${value}</td>`;
  return check.severity === 'invalid'
    ? html`<td><strong class="flag"><abbr title="not valid">✕</abbr> ${value}</strong></td>`
    : html`<td><strong><abbr title="warning">!</abbr> ${value}</strong></td>`;
}

/** A row for each check: its value in the cell and in every trial. */
function checkTable({ name, validity, trials }: Judged): Markup {
  const judged = trials.flatMap(({ trial, validity: ofTrial }) => (ofTrial === undefined ? [] : [{ trial, ofTrial }]));
  // A check may have been possible in one trial and not in another; the order is that of the cell.
  const every = [validity, ...judged.map(({ ofTrial }) => ofTrial)].flatMap(({ checks }) => checks);
  const rows = [...Map.groupBy(every, ({ id }) => id).values()].map(([check]) => {
    const { id, name: question, limit, advice } = check as Check;
    const find = (of: Validity) => of.checks.find((each) => each.id === id);
    const ofCell = find(validity);
    const isInvalid = ofCell?.ok === false && ofCell.severity === 'invalid';
    return html`<tr${isInvalid ? html` class="invalid"` : null}><th scope="row" class="text">${question}</th><td class="text">${limit}${ofCell?.ok === false ? html`<br><span class="advice">${advice}</span>` : null}</td>${checkValue(ofCell)}${judged.map(({ ofTrial }) => checkValue(find(ofTrial)))}</tr>
`;
  });
  const table = html`<table><thead><tr><th scope="col">Check</th><th scope="col">Limit</th><th scope="col" class="number">${judged.length === 0 ? 'Value' : 'Cell'}</th>${judged.map(({ trial }) => html`<th scope="col" class="number">Trial ${trial}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`;
  return scrollable(`Checks of ${name}`, table);
}

/** "28 checks passed", or what did not. */
function checkSummary({ validity, trials }: Judged): Part {
  const invalid = failed(validity, 'invalid').length;
  const warned = failed(validity, 'warning').length;
  const single = trials.filter(({ validity: ofTrial }) => ofTrial?.checks.some(({ ok }) => !ok)).length;
  const parts = [
    invalid === 0 ? '' : `${formatNumberOf(invalid, 'check')} failed`,
    warned === 0 ? '' : formatNumberOf(warned, 'warning'),
    invalid + warned > 0 || single === 0 ? '' : `a check failed in ${formatNumberOf(single, 'single trial')}`,
  ].filter((part) => part !== '');
  const words = parts.length === 0 ? `${formatNumberOf(validity.checks.length, 'check')} passed` : parts.join(', ');
  return validity.ok ? words : html`<strong class="flag">not valid</strong>, ${words}`;
}

/** What the instrument checked of itself, cell by cell and trial by trial; cells with a failed check open to view. */
export function validity(document: RunDocument): Markup {
  const labels = resultLabels(deliveryCells(document));
  const judged: Judged[] = [
    ...deliveryCells(document).map((result) => ({ ...result, name: labels.get(result.cell.id) ?? result.cell.id })),
    ...capacityCells(document).map((result) => ({ ...result, name: marked(capacityLabel(result), result) })),
  ];
  const rank = (cell: Judged) => (cell.validity.ok ? (failed(cell.validity, 'warning').length > 0 ? 1 : 0) : 2);
  const worstFirst = judged.toSorted((a, b) => rank(b) - rank(a));
  return html`<section aria-labelledby="validity">${sectionHeading('validity', 'Validity')}
${
  judged.length === 0
    ? html`<p>No cell was completed, so nothing could be checked.</p>`
    : html`<p>What the instrument asked itself, of every cell and of every trial. ✕: the figures do not say what they claim, and the cell is not valid. !: they do, and should be read with care. Empty: it could not be asked. A cell is as good as its worst trial where nothing else is said; percentiles and what should be alike in all trials are judged over the whole cell.</p>
${worstFirst.map(
  (
    cell,
  ) => html`<details${rank(cell) > 0 ? html` open` : null}><summary>${cell.name}: ${checkSummary(cell)}</summary>${checkTable(cell)}</details>
`,
)}`
}</section>
`;
}

function facts(rows: readonly (readonly [string, Part])[]): Markup {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value === null ? 'unknown' : value}</dd>`)}</dl>`;
}

/** The machine, the versions, and how to do it again. */
export function environment(document: RunDocument): Markup {
  return html`<section aria-labelledby="environment">${sectionHeading('environment', 'Environment')}
${facts(environmentFacts(document))}
<h3>To repeat this run</h3>
<pre tabindex="0"><code>${document.command}</code></pre>
<details><summary>The scenario file</summary><pre tabindex="0">${document.scenario.yaml}</pre></details></section>
`;
}
