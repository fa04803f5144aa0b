import { html, type Markup } from '../markup.ts';
import { px } from './axis.ts';
import { shortened, textWidthPx } from './text.ts';

/** The end of a line in px of the drawing, and what the line is called. */
export interface LineEnd {
  x: number;
  y: number;
  text: string;
}

/** What a label takes of the height, in px. */
export const LABEL_LINE_PX = 17;

const MOST_LABEL_PX = 270;
const LEADER_PX = 20;
const EDGE_PX = 8;

/** The room that the labels need to the right of the plot, with their leaders, in px. */
export function endLabelsRoom(texts: readonly string[]): number {
  const widest = Math.max(0, ...texts.map((text) => textWidthPx(shortened(text, MOST_LABEL_PX))));
  return LEADER_PX + widest + EDGE_PX;
}

/** Moves labels apart so that none overlaps, as little as possible and in the same order. */
export function spreadLabels(wanted: readonly number[], distance: number, top: number, bottom: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  let lowest = top - distance;
  for (const label of order) lowest = label.y = Math.max(label.y, lowest + distance);
  let highest = bottom + distance;
  for (const label of order.toReversed()) highest = label.y = Math.min(label.y, highest - distance);
  const spread = Array<number>(wanted.length);
  for (const { y, index } of order) spread[index] = y;
  return spread;
}

/**
 * A label for each line at its end, with a leader from the one to the other; to be put into the group of its series, so that
 * it takes the colour and is hidden with it. `right`: of the plot, where the labels begin. The plot must be high enough
 * for all: LABEL_LINE_PX each.
 */
export function endLabels(
  ends: readonly LineEnd[],
  { right, top, bottom }: { right: number; top: number; bottom: number },
): Markup[] {
  const wanted = ends.map(({ y }) => y);
  const ys = spreadLabels(wanted, LABEL_LINE_PX, top + 6, bottom - 4);
  return ends.map(({ x, y, text }, at) => {
    const labelY = ys[at] as number;
    const leader = html`<path class="leader" d="M${px(x + 6)} ${px(y)}L${px(right + LEADER_PX - 4)} ${px(labelY)}"/>`;
    return html`${leader}<text class="label" x="${px(right + LEADER_PX)}" y="${px(labelY + 4)}">${shortened(text, MOST_LABEL_PX)}</text>`;
  });
}
