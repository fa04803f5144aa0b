import { deliveryCells, resultLabels } from '../../labels.ts';
import { formatCount, formatNumberOf, significant } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import type { TheoryRow } from '../../theory/row.ts';
import { chartFigure } from '../charts/figure.ts';
import { residualChart } from '../charts/theory-residuals.ts';
import { html, type Markup } from '../markup.ts';
import {
  residualText,
  THEORY_TITLE,
  type TheoryGroup,
  theoryGroups,
  theorySummary,
  theoryValue,
} from '../theory-groups.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

// With more cells the table of all would be wider than a page; each cell has a table of its own anyway.
const MOST_COLUMNS = 6;
// The inputs are counts and constants: with so many digits they can be put into the formula again.
const INPUT_DIGITS = 6;

/** A value with a mark that needs no colour. */
function marked(holds: boolean, value: string): Markup {
  return holds
    ? html`<abbr title="holds">✓</abbr> ${value}`
    : html`<strong class="flag"><abbr title="does not hold">✕</abbr> ${value}</strong>`;
}

/** Measured values, with what was expected below: a row for each quantity, a column for each cell. */
function overview(groups: readonly TheoryGroup[], labels: ReadonlyMap<string, string>): Markup {
  const rows = groups.map(({ quantity, rows: members }) => {
    const cells = [...labels.keys()].map((id) => {
      const row = members.find(({ result }) => result.cell.id === id)?.row;
      if (row === undefined) return html`<td></td>`;
      const expected = html`<span class="interval">expected ${theoryValue(row.expected, row.unit)}</span>`;
      return html`<td>${marked(row.holds, theoryValue(row.measured, row.unit))}${expected}</td>`;
    });
    return html`<tr><th scope="row" class="text">${quantity}</th>${cells}</tr>
`;
  });
  const head = [...labels.values()].map((label) => html`<th scope="col" class="number">${label}</th>`);
  const table = html`<table><thead><tr><th scope="col">Measured</th>${head}</tr></thead><tbody>
${rows}</tbody></table>`;
  return scrollable('Theory beside measurement, all cells', table);
}

function inputText([name, value]: [string, number]): string {
  return `${name} ${Number.isInteger(value) ? formatCount(value) : significant(value, INPUT_DIGITS)}`;
}

function theoryRow(row: TheoryRow): Markup {
  const { quantity, unit, expected, measured, tolerance, holds, inputs, causes } = row;
  const value = (of: number) => html`<td>${theoryValue(of, unit)}</td>`;
  const why =
    holds || causes.length === 0 ? null : html`<br><span class="advice">Likely causes: ${causes.join('; ')}.</span>`;
  const given = Object.entries(inputs);
  const from = html`<details><summary>${formatNumberOf(given.length, 'input')}</summary><ul class="inputs">${given.map((input) => html`<li>${inputText(input)}</li>`)}</ul></details>`;
  return html`<tr><th scope="row" class="text">${quantity}${why}</th>${value(expected)}${value(measured)}<td>${residualText(row)}</td><td>± ${theoryValue(tolerance, unit)}</td><td>${marked(holds, holds ? 'yes' : 'no')}</td><td>${given.length === 0 ? null : from}</td></tr>
`;
}

function ofCell(label: string, rows: readonly TheoryRow[]): Markup {
  const failing = rows.filter(({ holds }) => !holds).length;
  const table = html`<table><thead><tr><th scope="col">Quantity</th><th scope="col" class="number">Expected</th><th scope="col" class="number">Measured</th><th scope="col" class="number">Residual</th><th scope="col" class="number">Tolerance</th><th scope="col">Holds</th><th scope="col">From</th></tr></thead><tbody>
${rows.map(theoryRow)}</tbody></table>`;
  const words =
    failing === 0
      ? `${formatNumberOf(rows.length, 'prediction')} ${rows.length === 1 ? 'holds' : 'hold'}`
      : `${failing} of ${formatNumberOf(rows.length, 'prediction')} ${failing === 1 ? 'does' : 'do'} not hold`;
  const name = `Theory of ${label}`;
  return html`<details${failing > 0 ? html` open` : null}><summary>${label}: ${words}</summary>${scrollable(name, table)}</details>
`;
}

function chart(groups: readonly TheoryGroup[]): Markup | null {
  const parts = residualChart(groups);
  if (parts === null) return null;
  const { quantity, label, tolerances } = parts.farthest;
  const crowded = parts.isCrowded
    ? ' Where a line has many marks, only its ends are drawn, and what does not hold.'
    : '';
  const reading = `Each mark is one prediction in one cell. In the middle, at 0, measurement and theory agree; within the pale band they differ by less than the tolerance, and the prediction holds; a cross outside it does not, and says which and by how many tolerances. Farthest from theory is here ${quantity} of ${label}, at ${tolerances}.${crowded}`;
  return chartFigure({ ...parts, id: 'theory-residuals', title: 'Residuals in units of their tolerance', reading });
}

/** What arithmetic says, beside what was measured: all cells in one table, and each with what its formulas were given. */
export function theory(document: RunDocument): Markup | null {
  const summary = theorySummary(document);
  if (summary === null) return null;
  const results = deliveryCells(document).filter((result) => result.theory.length > 0);
  const groups = theoryGroups(document);
  const all = resultLabels(deliveryCells(document));
  const labels = new Map(results.map(({ cell }) => [cell.id, all.get(cell.id) ?? cell.id]));
  return html`<section aria-labelledby="theory">${sectionHeading('theory', THEORY_TITLE)}
<p>${summary} Each is a closed form of the cell’s parameters, the schedule of its events, and constants that were measured by themselves; the value that is predicted is not among them. A prediction holds when the residual, measured less expected, is within the tolerance; where it does not, the model, the server or the instrument is not as assumed.</p>
${chart(groups)}${labels.size > MOST_COLUMNS ? null : overview(groups, labels)}
${results.map(({ cell, theory: rows }) => ofCell(labels.get(cell.id) ?? cell.id, rows))}</section>
`;
}
