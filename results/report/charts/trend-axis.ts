import type { RunChange, ScenarioHistory } from '../../history/history.ts';
import { runDay } from '../../history/run-time.ts';
import { html, type Markup } from '../markup.ts';
import { type PlotArea, px } from './axis.ts';
import { shortened, textWidthPx } from './text.ts';

/** Where the runs of a chart lie: evenly, from the first that is shown to the last. */
export interface RunAxis {
  /** Positions in the scenario's runs. */
  first: number;
  last: number;
  /** From one run to the next; with one run the whole width. */
  stepPx: number;
  /** Px of the drawing; a half lies between two runs. */
  xOf(run: number): number;
}

const INSET_PX = 26;
const LABEL_GAP_PX = 12;
const COMMIT_CHARACTERS = 7;
const LANE_PX = 16;
const MOST_LANES = 3;
const MOST_MARK_PX = 230;
const MARK_GAP_PX = 8;
/** Between the strip of words and the plot. */
const MARK_OFFSET_PX = 5;

/** The height of the strip above the plot in which the words of the marks stand. */
export const MARKS_HEIGHT = MOST_LANES * LANE_PX + MARK_OFFSET_PX;

/** The axis of these runs within the plot. */
export function runAxis(first: number, last: number, { left, right }: Pick<PlotArea, 'left' | 'right'>): RunAxis {
  const width = right - left - 2 * INSET_PX;
  const stepPx = last > first ? width / (last - first) : width;
  const start = last > first ? left + INSET_PX : (left + right) / 2;
  return { first, last, stepPx, xOf: (run) => start + (run - first) * stepPx };
}

/** The commit of a run as short as it is commonly written; a star for changes beside it. */
function commitLabel({ gitCommit, gitDirty }: ScenarioHistory['runs'][number]['about']['tool']): string {
  return gitCommit === null ? 'unknown' : `${gitCommit.slice(0, COMMIT_CHARACTERS)}${gitDirty === true ? '*' : ''}`;
}

interface RunLabel {
  x: number;
  half: number;
  lines: string[];
}

/** Day and commit of runs, as many as have room: the newest and the oldest first, then the important ones, then the others. */
function runLabels({ runs }: ScenarioHistory, { first, last, xOf }: RunAxis, important: readonly number[]): RunLabel[] {
  const all = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const kept: RunLabel[] = [];
  for (const run of [last, first, ...important, ...all]) {
    const about = runs[run]?.about;
    if (about === undefined || run < first) continue;
    const lines = [runDay(about), commitLabel(about.tool)];
    const label = { x: xOf(run), half: Math.max(...lines.map(textWidthPx)) / 2, lines };
    if (kept.every(({ x, half }) => Math.abs(x - label.x) >= half + label.half + LABEL_GAP_PX)) kept.push(label);
  }
  return kept;
}

/** The axis below the plot: days and commits. `important`: runs that are named before others. */
export function runAxisMarkup(
  scenario: ScenarioHistory,
  axis: RunAxis,
  { top, bottom }: Pick<PlotArea, 'top' | 'bottom'>,
  important: readonly number[],
): Markup {
  const labels = runLabels(scenario, axis, important).map(
    ({ x, lines: [day = '', commit = ''] }) =>
      html`<g class="tick-x"><line class="grid" x1="${px(x)}" x2="${px(x)}" y1="${top}" y2="${bottom}"/><text x="${px(x)}" y="${bottom + 18}" text-anchor="middle">${day}</text><text x="${px(x)}" y="${bottom + 34}" text-anchor="middle">${commit}</text></g>
`,
  );
  return html`${labels}`;
}

/** A mark's words: "Kernel: 6.8, Node.js: v26.10.0". */
const markWords = (changes: readonly RunChange[]) => changes.map(({ what, to }) => `${what}: ${to}`).join(', ');

interface PlacedWords {
  left: number;
  right: number;
  lane: number;
}

/** Where a text as wide as this goes beside its line: the first lane in which it covers no other; null when there is none. */
function placeWords(x: number, width: number, area: PlotArea, taken: readonly PlacedWords[]): PlacedWords | null {
  const sides = [
    { left: x + 3, right: x + 3 + width },
    { left: x - 3 - width, right: x - 3 },
  ].filter(({ left, right }) => left >= 0 && right <= area.right);
  for (let lane = 0; lane < MOST_LANES; lane += 1) {
    for (const side of sides) {
      const isFree = taken.every(
        (other) =>
          other.lane !== lane || other.right + MARK_GAP_PX <= side.left || side.right + MARK_GAP_PX <= other.left,
      );
      if (isFree) return { ...side, lane };
    }
  }
  return null;
}

/**
 * A line before each run that had other conditions than the one before it, with words in a strip of MARKS_HEIGHT above the
 * plot; `withoutWords`: how many have no room for theirs.
 */
export function changeMarks(
  { changes }: ScenarioHistory,
  { first, last, xOf }: RunAxis,
  area: PlotArea,
): { markup: Markup; withoutWords: number } {
  const taken: PlacedWords[] = [];
  const texts: Markup[] = [];
  let withoutWords = 0;
  const lines = changes.flatMap((all, run) => {
    const marked = all.filter(({ isMarked }) => isMarked);
    if (marked.length === 0 || run <= first || run > last) return [];
    const x = xOf(run - 0.5);
    const words = shortened(markWords(marked), MOST_MARK_PX);
    const place = placeWords(x, textWidthPx(words), area, taken);
    const top = place === null ? area.top : area.top - MARKS_HEIGHT + place.lane * LANE_PX;
    if (place === null) withoutWords += 1;
    else {
      taken.push(place);
      texts.push(html`<text class="label" x="${px(place.left)}" y="${px(top + 12)}">${words}</text>
`);
    }
    return [
      html`<path class="phase change-mark" d="M${px(x)} ${px(top)}V${px(area.bottom)}"><title>${markWords(marked)}</title></path>
`,
    ];
  });
  // Words last, so that no line of another mark crosses them.
  return { markup: html`${lines}${texts}`, withoutWords };
}
