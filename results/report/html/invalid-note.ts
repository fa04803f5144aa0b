import type { CompletedCell } from '../../delivery-result.ts';
import { html, type Markup } from '../markup.ts';

/** What the mark of a cell means, below charts that bear it; null when all cells are valid. */
export function invalidNote(results: readonly CompletedCell[]): Markup | null {
  return results.every(({ validity }) => validity.ok)
    ? null
    : html`<p class="note">A cell marked ! is not valid: its figures do not say what they claim. <a href="#validity">The checks</a> say why.</p>
`;
}
