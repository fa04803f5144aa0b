import type { RunDocument } from '../../run-document.ts';
import { CALIBRATION_READING, CALIBRATION_TITLE, calibrationColumns } from '../calibration-columns.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';
import { heading, scrollable } from './tables.ts';

/** What the driver adds by itself; null where it was not calibrated. */
export function calibrationTable({ calibration }: RunDocument): Markup | null {
  if (calibration.length === 0) return null;
  const columns = calibrationColumns(calibration);
  const rows = calibration.map(
    ({ transport }, row) =>
      html`<tr><th scope="row">${transport}</th>${columns.map(({ cells }) => html`<td>${cells[row] ?? ''}</td>`)}</tr>
`,
  );
  const table = html`<table>
<thead><tr><th scope="col">Transport</th>${columns.map(({ title, unit, explanation }) => heading(title, unit, explanation))}</tr></thead>
<tbody>
${rows}</tbody></table>`;
  return html`<section aria-labelledby="calibration">${sectionHeading('calibration', CALIBRATION_TITLE)}
<p>${CALIBRATION_READING}</p>
${scrollable(CALIBRATION_TITLE, table)}
<details><summary>What each column means</summary><dl>${columns.map(({ title, explanation }) => html`<dt>${title}</dt><dd>${explanation}</dd>`)}</dl></details></section>
`;
}
