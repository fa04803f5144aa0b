import { deliveryCells, marked, parameterText, varyingParameters } from '../../labels.ts';
import type { Unit } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { columnText, columnValue } from '../columns.ts';
import { html, type Markup } from '../markup.ts';
import { manySubscribers, SUBSCRIPTION_READING, subscriptionColumns } from '../subscription-columns.ts';
import { columnUnits, unknownNotes } from '../units.ts';
import { sectionHeading } from './section-heading.ts';
import { heading, scrollable } from './tables.ts';

/** What a subscriber takes, of the cells that have many; null where none has. */
export function subscriptionTable(document: RunDocument): Markup | null {
  const results = manySubscribers(deliveryCells(document));
  if (results.length === 0) return null;
  const parameters = varyingParameters(results.map((result) => result.cell));
  const units = columnUnits(results, subscriptionColumns);
  const unitOf = (scale: string) => units.get(scale) as Unit;
  const rows = results.map(
    (result) =>
      html`<tr><th scope="row">${marked(result.cell.transport, result)}</th>${parameters.map((parameter) => html`<td>${parameterText(parameter, result.cell)}</td>`)}${subscriptionColumns.map((column) => html`<td>${columnText(column, columnValue(column, result), unitOf(column.scale))}</td>`)}</tr>
`,
  );
  const table = html`<table>
<thead><tr><th scope="col">Transport</th>${parameters.map((parameter) => html`<th scope="col" class="number">${parameter.name}</th>`)}${subscriptionColumns.map((column) => heading(column.title, column.heading.at(-1)?.replace('*', unitOf(column.scale).symbol) ?? '', column.explanation))}</tr></thead>
<tbody>
${rows}</tbody></table>`;
  const notes = unknownNotes(results, subscriptionColumns);
  return html`<section aria-labelledby="subscription">${sectionHeading('subscription', 'What a subscriber takes')}
<p>${SUBSCRIPTION_READING}</p>
${scrollable('What a subscriber takes', table)}
${notes.length === 0 ? null : html`<p class="note">${notes.join(' ')}</p>`}</section>
`;
}
