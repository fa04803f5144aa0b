import { html, type Markup } from '../markup.ts';
import { px } from './axis.ts';
import { shortened, textWidthPx } from './text.ts';

/*
 * Charts of horizontal bars: a row for each cell, its name at the left, panels of bars beside it.
 */

/** The height of a row and of a bar that has it for itself, in px. */
export const ROW_PX = 30;
export const BAR_PX = 18;

const MOST_NAME_PX = 230;
const GAP_PX = 12;
// A name that begins at the edge would be cut by a font that is broader than expected.
const EDGE_PX = 14;

/** The room that the names of the rows take at the left, in px. */
export function rowNamesRoom(names: readonly string[]): number {
  return EDGE_PX + GAP_PX + Math.max(0, ...names.map((name) => textWidthPx(shortened(name, MOST_NAME_PX))));
}

/** The name of a row, in the colour of its series; it ends where the bars begin, at `right`. */
export function rowName(name: string, right: number, middle: number): Markup {
  return html`<text class="label" x="${px(right - GAP_PX)}" y="${px(middle + 4)}" text-anchor="end">${shortened(name, MOST_NAME_PX)}</text>`;
}
