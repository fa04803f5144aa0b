import type { RunDocument } from '../../run-document.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';

/**
 * Where a reader compares this run with another one: the page's script reads the second document in the browser
 * (browser/compare.ts). Null for a search for capacities, which has no cells to compare.
 */
export function compareArea(document: RunDocument): Markup | null {
  if (document.capacitySearch !== undefined) return null;
  return html`<section aria-labelledby="compare">${sectionHeading('compare', 'Compare with another run')}
<div class="needs-script compare-controls">
<p id="compare-help">Drop a second run anywhere on this page, or choose it here: its <code>run.json</code>, the same as <code>.json.gz</code>, or the HTML report of it. It is read in this browser and sent nowhere.</p>
<p><label class="compare-choose">Second run <input type="file" id="compare-file" accept=".json,.gz,.html,.htm,application/json,application/gzip,text/html" aria-describedby="compare-help"></label>
<button type="button" id="compare-swap" hidden>Swap A and B</button> <button type="button" id="compare-remove" hidden>Remove the second run</button></p>
</div>
<noscript><p>To compare without scripts, let the program make one page of both: <code>npm run bench -- report a/run.json b/run.json</code></p></noscript>
<p id="compare-status" role="status"></p>
<div id="compare-result"></div></section>
`;
}
