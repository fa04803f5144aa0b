import { adviceAnswer, adviceBasis, adviceColumns, adviceRows } from '../../advice/advice-text.ts';
import { type Advice, advise } from '../../advice/advise.ts';
import { adviceModel, MOST_POINTS, usableCells } from '../../advice/calibrate.ts';
import type { AdviceModel } from '../../advice/model.ts';
import { type Needs, needsWords, presets } from '../../advice/needs.ts';
import { ownNeeds } from '../../advice/own-needs.ts';
import { deliveryCells, resultLabels } from '../../labels.ts';
import { formatCount, formatList, formatNumberOf, keepUnits } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { html, type Markup } from '../markup.ts';
import { chooserBasis } from './chooser-basis.ts';
import { chooserControls } from './chooser-controls.ts';
import { sectionHeading } from './section-heading.ts';
import { heading, scrollable } from './tables.ts';

/** A row for each transport. Where the page's script replaces the texts there is a place for each, even if it is empty. */
function adviceTable(advice: Advice, label: string, isSet: boolean): Markup {
  const rows = adviceRows(advice).map(
    ({ label: transport, cells }) =>
      html`<tr><th scope="row">${transport}</th>${cells.map(
        ({ text, note, pick }) =>
          html`<td><span>${keepUnits(text)}</span><small>${keepUnits(note)}</small>${isSet || pick !== '' ? html`<em>${pick}</em>` : null}</td>`,
      )}</tr>
`,
  );
  const table = html`<table class="advice-table"><thead><tr><th scope="col">Transport</th>${adviceColumns.map(({ title, explanation }) => heading(title, '', explanation))}</tr></thead><tbody>
${rows}</tbody></table>`;
  return scrollable(label, table);
}

/** The answer, the figures, and what they stand on. */
function adviceParts(advice: Advice, label: string, isSet: boolean): Markup {
  return html`<p class="chooser-answer"${isSet ? html` aria-live="polite"` : null}>${keepUnits(adviceAnswer(advice))}</p>
${adviceTable(advice, label, isSet)}
<p class="chooser-basis note">${keepUnits(adviceBasis(advice))}</p>`;
}

/** Needs of others, with what to read first in sight and the table one click away. */
function typicalNeeds(model: AdviceModel, { statistic }: Needs, hasPolling: boolean): Markup {
  return html`<h3>Typical needs</h3>
${presets.map(({ id, name, needs }) => {
  const wanted = { ...needs, statistic };
  const advice = advise(model, wanted);
  return html`<details class="typical" id="chooser-${id}"><summary><strong>${name}</strong>: ${keepUnits(needsWords(wanted, hasPolling))}</summary>
${adviceParts(advice, `Transports for ${name}`, false)}</details>
`;
})}`;
}

/** What the run has that the advice leaves out. */
function leftOut(document: RunDocument, usedCount: number): string {
  const labels = resultLabels(deliveryCells(document));
  const usable = new Set(usableCells(document).map(({ cell }) => cell.id));
  const unusable = deliveryCells(document).filter(({ cell }) => !usable.has(cell.id));
  const names = [...new Set(unusable.map(({ cell }) => labels.get(cell.id) ?? cell.id))];
  const most = 6;
  const listed =
    names.length > most
      ? `${names.slice(0, most).join(', ')} and ${formatCount(names.length - most)} more`
      : formatList(names);
  return [
    names.length === 0 ? '' : ` Not used, as not valid or without deliveries: ${listed}.`,
    usable.size > usedCount
      ? ` Of ${formatNumberOf(usable.size, 'valid cell')} the first ${MOST_POINTS} are used.`
      : '',
  ].join('');
}

/**
 * Which transport for somebody else's needs, by what this run measured and closed forms that it calibrates. Whole without
 * the script, for the run's own parameters and some typical needs; the script lets the reader set any.
 */
export function chooser(document: RunDocument): Markup | null {
  if (deliveryCells(document).length === 0) return null;
  const model = adviceModel(document);
  const needs = ownNeeds(model);
  const title = sectionHeading('chooser', 'Which transport for me?');
  if (needs === null) {
    return html`<section aria-labelledby="chooser">${title}
<p>No cell of this run is valid, so nothing can be said for other needs.</p></section>
`;
  }
  const advice = advise(model, needs);
  const hasPolling = model.transports.some(({ transport }) => transport === 'polling');
  const usedCount = model.transports.reduce((sum, { points }) => sum + points.length, 0);
  return html`<section aria-labelledby="chooser">${title}
<p>What each transport of this run would give and cost for other needs. At the parameters of a measured cell the figures are those measured; elsewhere bytes and requests are closed forms, and latency and processor time are models with constants of this run. Every figure says which, and where it is extrapolated.${leftOut(document, usedCount)}</p>
<div class="chooser" data-chooser="${JSON.stringify({ model, needs })}">
${chooserControls(model, needs)}
<p class="chooser-needs note">${keepUnits(needsWords(needs, hasPolling))}</p>
${adviceParts(advice, 'Transports for these needs', true)}
</div>
${typicalNeeds(model, needs, hasPolling)}
${chooserBasis(model)}</section>
`;
}
