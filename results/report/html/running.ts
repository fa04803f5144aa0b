import { capacityCells, deliveryCells } from '../../labels.ts';
import { formatCount, formatNumberOf } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { html, type Markup } from '../markup.ts';

/**
 * What stands in the place of the verdict while the run goes on and the page is served by it: there is nothing to judge
 * before its end.
 */
export function runningBanner(document: RunDocument): Markup {
  const probes = document.capacitySearch?.searches.reduce((sum, { probes }) => sum + probes.length, 0);
  const completed = deliveryCells(document).length + capacityCells(document).length;
  const soFar =
    probes === undefined
      ? `${formatCount(completed)} of ${formatNumberOf(document.plan.cells.length, 'planned cell')} ${completed === 1 ? 'has' : 'have'} a result so far, of as many trials as were made. All of this may still change; transports are compared when it is over.`
      : `${formatNumberOf(probes, 'value')} tried so far. No answer is one before it is over.`;
  return html`<div class="banner caution" role="note"><p><strong>… The run goes on.</strong> ${soFar}</p></div>`;
}
