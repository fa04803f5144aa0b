import type { Estimate } from '../../delivery-result.ts';
import { significant, UNKNOWN, type Unit } from '../../numbers.ts';
import { html, type Markup, type Part } from '../markup.ts';

/** The heading of a column; numbers have their unit here, once. */
export interface DataColumn {
  title: string;
  unit?: string;
}

/** The numbers of a chart. The first cell of a row names it, all others are numbers as text, with `UNKNOWN` for none. */
export function dataTable(columns: readonly DataColumn[], rows: readonly (readonly Part[])[]): Markup {
  const head = columns.map(({ title, unit = '' }) => {
    const unitPart = unit === '' ? null : html` <span class="unit">${unit}</span>`;
    return html`<th scope="col">${title}${unitPart}</th>`;
  });
  const body = rows.map(
    ([name = null, ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  );
  return html`<table class="data"><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table>`;
}

/** A number in this unit, which is that of the column; UNKNOWN for null. */
export function valueText(value: number | null, unit: Unit): string {
  return value === null ? UNKNOWN : significant(value / unit.size);
}

/** A value in this unit with its interval: "1.21 (1.18 to 1.25)". */
export function estimateText(estimate: Estimate | null, unit: Unit): string {
  if (estimate === null) return UNKNOWN;
  const { value, low, high } = estimate;
  const spread = low === null || high === null ? '' : ` (${valueText(low, unit)} to ${valueText(high, unit)})`;
  return `${valueText(value, unit)}${spread}`;
}
