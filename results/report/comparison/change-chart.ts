import type { ChangeVerdict } from '../../compare/change.ts';
import type { CellChange, MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import { EQUIVALENCE_MARGIN } from '../../statistics/compare.ts';
import { shortened } from '../charts/text.ts';
import { type Child, type Element, element } from '../tree.ts';
import { changeIntervalText, differenceText, verdictSigns } from './change-text.ts';
import { scrollBox } from './run-tables.ts';

const WIDTH = 760;
const PLOT = { left: 222, right: 560 };
const ROW_PX = 22;
const GROUP_PX = 28;
const AXIS_PX = 48;
const MARKER_PX = 4.5;
const TICK_GAP_PX = 52;
/** More cells than this make no chart that anybody looks at; the table has all. */
const MOST_CELLS = 12;
/** The ends of the axis, as ratios: at least the narrow one, at most the wide one, beyond which a mark is put at the end. */
const NARROWEST = 1.15;
const WIDEST = 4;

/** Changes in percent that may be marked; those nearer to 0 come first where all do not fit. */
const TICKS_PERCENT = [0, -5, 5, -10, 10, -25, 25, -50, 50, 100, -75, 200, 300];

type Drawn = MetricChange & { ratio: NonNullable<MetricChange['ratio']>; verdict: ChangeVerdict };

/** Timed metrics alone: of counted ones the table says all. */
const isDrawn = (change: MetricChange): change is Drawn =>
  change.metric.kind === 'noisy' && change.ratio !== null && change.ratio.value > 0 && change.verdict !== null;

const px = (value: number) => String(Math.round(value * 10) / 10);

/** From a ratio to px, the same on both sides of 1 and even in its logarithm. */
function axisOf(changes: readonly Drawn[]) {
  const ratios = changes.flatMap(({ ratio: { value, low, high } }) => [value, low ?? value, high ?? value]);
  const farthest = Math.max(
    ...ratios.map((ratio) => (ratio > 0 ? Math.abs(Math.log(ratio)) : Number.POSITIVE_INFINITY)),
  );
  const end = Math.min(Math.log(WIDEST), Math.max(Math.log(NARROWEST), farthest * 1.05));
  const middle = (PLOT.left + PLOT.right) / 2;
  const half = (PLOT.right - PLOT.left) / 2;
  const at = (ratio: number) => {
    const share = ratio > 0 ? Math.log(ratio) / end : Number.NEGATIVE_INFINITY;
    return middle + half * Math.min(1, Math.max(-1, share));
  };
  const isInside = (ratio: number) => ratio > 0 && Math.abs(Math.log(ratio)) <= end + 1e-9;
  return { at, isInside };
}

type Axis = ReturnType<typeof axisOf>;

function ticks({ at, isInside }: Axis): { x: number; text: string }[] {
  const kept: { x: number; text: string }[] = [];
  for (const percent of TICKS_PERCENT) {
    const ratio = 1 + percent / 100;
    const x = at(ratio);
    if (!isInside(ratio) || kept.some((other) => Math.abs(other.x - x) < TICK_GAP_PX)) continue;
    const sign = percent > 0 ? '+' : percent < 0 ? '−' : '';
    kept.push({ x, text: `${sign}${Math.abs(percent)} %` });
  }
  return kept;
}

/** A shape for each verdict, so that none is told by its colour alone. */
function marker(verdict: ChangeVerdict, x: number, y: number): Element {
  const r = MARKER_PX;
  const shapes: Record<ChangeVerdict, string> = {
    worse: `M${px(x - r)} ${px(y + r)}H${px(x + r)}L${px(x)} ${px(y - r)}Z`,
    better: `M${px(x - r)} ${px(y - r)}H${px(x + r)}L${px(x)} ${px(y + r)}Z`,
    same: `M${px(x - r)} ${px(y - r)}H${px(x + r)}V${px(y + r)}H${px(x - r)}Z`,
    undecided: `M${px(x - r)} ${px(y)}L${px(x)} ${px(y - r)}L${px(x + r)} ${px(y)}L${px(x)} ${px(y + r)}Z`,
  };
  return element('path', { class: 'mark', d: shapes[verdict] });
}

/** An arrow at the end of the axis, where something goes on beyond it. */
const arrow = (x: number, y: number, direction: 1 | -1) =>
  `M${px(x - direction * 5)} ${px(y - 3.5)}L${px(x)} ${px(y)}L${px(x - direction * 5)} ${px(y + 3.5)}`;

/** The interval of a change: a cap where it ends, an arrow where it goes on; null when all of it lies beyond the axis. */
function whisker({ ratio: { low, high } }: Drawn, axis: Axis, y: number): Element | null {
  if (low === null || high === null) return null;
  const [left, right] = [axis.at(low), axis.at(high)];
  if (left === right && !axis.isInside(low)) return null;
  const cap = (ratio: number, direction: 1 | -1) => {
    const x = axis.at(ratio);
    return axis.isInside(ratio) ? `M${px(x)} ${px(y - 3.5)}V${px(y + 3.5)}` : arrow(x, y, direction);
  };
  return element('path', { class: 'whisker', d: `M${px(left)} ${px(y)}H${px(right)}${cap(low, -1)}${cap(high, 1)}` });
}

/** The mark of the change itself; beside an arrow when it lies beyond the axis. */
function valueMark({ ratio: { value }, verdict }: Drawn, axis: Axis, y: number): Child {
  const x = axis.at(value);
  if (axis.isInside(value)) return marker(verdict, x, y);
  const direction = value > 1 ? 1 : -1;
  return [marker(verdict, x - direction * 13, y), element('path', { class: 'whisker', d: arrow(x, y, direction) })];
}

function rowOf(change: Drawn, axis: Axis, y: number): Element {
  const interval = changeIntervalText(change);
  return element(
    'g',
    { class: `change-row ${change.verdict}` },
    element('text', { x: '12', y: px(y + 4) }, change.metric.title),
    whisker(change, axis, y),
    valueMark(change, axis, y),
    element(
      'text',
      { class: 'verdict-label', x: px(PLOT.right + 14), y: px(y + 4) },
      `${verdictSigns[change.verdict]} ${change.verdict}, ${differenceText(change)}`,
    ),
    element(
      'title',
      {},
      `${change.metric.title}: ${differenceText(change)}${interval === null ? '' : `, 95 % interval ${interval}`}`,
    ),
  );
}

interface Group {
  label: string;
  changes: Drawn[];
}

function groupsOf(cells: readonly CellChange[], labels: ReadonlyMap<string, string>): Group[] {
  return cells
    .map(({ id, changes }) => ({ label: labels.get(id) ?? id, changes: changes.filter(isDrawn) }))
    .filter(({ changes }) => changes.length > 0);
}

/**
 * The timed metrics of each cell as changes from A to B with their intervals, on a logarithmic axis with the margin of
 * equivalence. `data`: the numbers, which are shown with it. Null when there is nothing to draw, or too many cells for a chart.
 */
export function changeChart(
  { cells }: RunComparison,
  labels: ReadonlyMap<string, string>,
  { name, data }: { name: string; data: Child },
): Element | null {
  const groups = groupsOf(cells, labels);
  if (groups.length === 0 || groups.length > MOST_CELLS) return null;
  const axis = axisOf(groups.flatMap(({ changes }) => changes));
  let y = 8;
  const rows: Child[] = groups.map(({ label, changes }) => {
    y += GROUP_PX;
    const heading = element('text', { class: 'change-group', x: '0', y: px(y - 6) }, shortened(label, PLOT.left + 300));
    const drawn = changes.map((change) => {
      y += ROW_PX;
      return rowOf(change, axis, y - ROW_PX / 2);
    });
    return [heading, drawn];
  });
  const [top, bottom] = [12, y + 4];
  const margin = [1 / (1 + EQUIVALENCE_MARGIN), 1 + EQUIVALENCE_MARGIN].map(axis.at) as [number, number];
  const grid = ticks(axis).map(({ x, text }) => [
    element('line', { class: 'grid', x1: px(x), x2: px(x), y1: px(top), y2: px(bottom) }),
    element('text', { class: 'tick', x: px(x), y: px(bottom + 18), 'text-anchor': 'middle' }, text),
  ]);
  const height = bottom + AXIS_PX;
  const about = `Change of ${groups.map(({ label }) => label).join(', ')} from A to B. The table has the numbers.`;
  const svg = element(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${WIDTH} ${px(height)}`,
      width: String(WIDTH),
      height: px(height),
      role: 'img',
      'aria-label': about,
    },
    element('rect', {
      class: 'margin',
      x: px(margin[0]),
      y: px(top),
      width: px(margin[1] - margin[0]),
      height: px(bottom - top),
    }),
    grid,
    element(
      'text',
      { class: 'axis', x: px((PLOT.left + PLOT.right) / 2), y: px(bottom + 38), 'text-anchor': 'middle' },
      'change from A to B (logarithmic scale)',
    ),
    rows,
  );
  const reading = `To the left of 0 is better, to the right worse. A stroke is the 95 % interval of a change; an arrow means that it goes on beyond the axis. A stroke within the pale band (± ${EQUIVALENCE_MARGIN * 100} %) is the same; any other that touches 0 decides nothing.`;
  return element(
    'figure',
    { class: 'chart-figure change-chart' },
    element('figcaption', {}, 'What changed, with its doubt'),
    element('p', { class: 'reading' }, reading),
    scrollBox(`Changes, ${name}`, svg),
    data,
  );
}
