import { scaleLinear, scaleLog } from 'd3-scale';
import { html, type Markup } from '../markup.ts';
import { textWidthPx } from './text.ts';

/** A mark on an axis: where, in px of the drawing, and its text. */
export interface Tick {
  at: number;
  text: string;
}

/** From values to px of the drawing. */
export interface Axis {
  scale(value: number): number;
  ticks: readonly Tick[];
}

/** What an axis is made from. */
export interface AxisSpan {
  /** The smallest and the largest value; of a logarithmic axis, above 0. One value alone is widened. */
  domain: readonly [number, number];
  /** Where these lie: [left, right] of an x axis, [bottom, top] of a y axis. */
  range: readonly [number, number];
  direction: 'x' | 'y';
  /** The text of a tick, with its unit: formatChosenUs, formatChosenBytes ... */
  format(value: number): string;
}

/** The inside of a chart, in px of the drawing. */
export interface PlotArea {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Room for the texts of an axis beside the plot, in px. */
export const AXIS_ROOM = { above: 34, below: 46, left: 66 } as const;

const LINE_PX = 20;
const GAP_PX = 14;
const MOST_TICKS = 9;
const FEWEST_TICKS = 3;
// An axis of one value alone shows from this part of it to as many times as much.
const WIDENED = 1.5;

const exactly = (value: number) => Number(value.toPrecision(12));

/** Whether the texts of these ticks, in the order of the axis, leave room between them. */
function fits(ticks: readonly Tick[], direction: AxisSpan['direction']): boolean {
  return ticks.every((tick, at) => {
    const before = ticks[at - 1];
    if (before === undefined) return true;
    const half = (text: string) => textWidthPx(text) / 2;
    const needed = direction === 'y' ? LINE_PX : half(before.text) + half(tick.text) + GAP_PX;
    return Math.abs(tick.at - before.at) >= needed;
  });
}

/** The multiples of 1, 2 or 5 times a power of ten within the domain, from the finest step to the coarsest. */
function* linearSteps([low, high]: readonly [number, number]): Generator<number[]> {
  const first = Math.floor(Math.log10((high - low) / MOST_TICKS));
  for (let power = first; power <= first + 3; power += 1) {
    for (const step of [1, 2, 5].map((mantissa) => mantissa * 10 ** power)) {
      const from = Math.ceil(exactly(low / step));
      const count = Math.floor(exactly(high / step)) - from + 1;
      if (count <= MOST_TICKS + 1) yield Array.from({ length: count }, (_, at) => exactly((from + at) * step));
    }
  }
}

/**
 * 1, 2 and 5 of each power of ten within the domain, then 1 and 3, then 1, then every second power and so on; where the domain
 * is too short for these, numbers between them.
 */
function* logSteps([low, high]: readonly [number, number]): Generator<number[]> {
  const first = Math.floor(Math.log10(low));
  const decades = Math.ceil(Math.log10(high)) - first + 1;
  const within = (mantissas: readonly number[], every: number) =>
    Array.from({ length: Math.ceil(decades / every) }, (_, at) => 10 ** (first + at * every))
      .flatMap((power) => mantissas.map((mantissa) => exactly(mantissa * power)))
      .filter((value) => value >= low && value <= high);
  const finest = within([1, 2, 5], 1);
  if (finest.length < FEWEST_TICKS) {
    yield within([1, 1.5, 2, 3, 5, 7], 1);
    yield within([1, 2, 3, 5], 1);
    yield finest;
    yield within([1, 3], 1);
    yield* linearSteps([low, high]);
    return;
  }
  yield finest;
  yield within([1, 3], 1);
  for (let every = 1; every <= decades; every += 1) yield within([1], every);
}

/** The first of these steps whose ticks have room; only if there is no other one with a single tick. */
function axisOf(scale: (value: number) => number, steps: Iterable<number[]>, span: AxisSpan): Axis {
  let best: Tick[] = [];
  for (const values of steps) {
    const ticks = values.map((value) => ({ at: scale(value), text: span.format(value) }));
    if (ticks.length > best.length && fits(ticks, span.direction)) best = ticks;
    if (best.length > 1) break;
  }
  return { scale, ticks: best };
}

/** An axis on which equal steps are equal differences, with ticks at multiples of 1, 2 or 5 times a power of ten. */
export function linearAxis(span: AxisSpan): Axis {
  const [low, high] = span.domain;
  const domain: [number, number] =
    low < high ? [low, high] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
  return axisOf(scaleLinear(domain, [...span.range]), linearSteps(domain), span);
}

/** An axis on which equal steps are equal ratios. Throws a RangeError when the domain is not above 0. */
export function logAxis(span: AxisSpan): Axis {
  const [low, high] = span.domain;
  if (!(low > 0)) throw new RangeError(`a logarithmic axis cannot begin at ${low}`);
  const domain: [number, number] = low < high ? [low, high] : [low / WIDENED, low * WIDENED];
  return axisOf(scaleLog(domain, [...span.range]), logSteps(domain), span);
}

/** A coordinate with as many digits as can be seen. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Lines and texts of an x axis, below the plot. */
export function bottomAxis({ ticks }: Axis, { left, right, top, bottom }: PlotArea, title: string): Markup {
  const marks = ticks.map(
    ({ at, text }) =>
      html`<g class="tick-x"><line class="grid" x1="${px(at)}" x2="${px(at)}" y1="${top}" y2="${bottom}"/><text x="${px(at)}" y="${bottom + 18}" text-anchor="middle">${text}</text></g>
`,
  );
  return html`${marks}<text class="axis" x="${px((left + right) / 2)}" y="${bottom + 38}" text-anchor="middle">${title}</text>
`;
}

/** Lines and texts of a y axis, left of the plot; its title lies above, where it can be read without turning the head. */
export function leftAxis({ ticks }: Axis, { left, right, top }: PlotArea, title: string | null): Markup {
  const marks = ticks.map(
    ({ at, text }) =>
      html`<g class="tick-y"><line class="grid" x1="${left}" x2="${right}" y1="${px(at)}" y2="${px(at)}"/><text x="${left - 8}" y="${px(at + 4)}" text-anchor="end">${text}</text></g>
`,
  );
  return html`${marks}${title === null ? null : html`<text class="axis" x="4" y="${px(top - 20)}">${title}</text>`}
`;
}
