import { type SymbolType, symbol, symbolCircle, symbolDiamond2, symbolSquare2, symbolTriangle2 } from 'd3-shape';
import { MOMENTS, type Moment, type MomentId } from '../../anatomy/journey.ts';
import { formatChosenUs, formatUs } from '../../numbers.ts';
import { px } from '../charts/axis.ts';
import { textWidthPx } from '../charts/text.ts';
import { html, type Markup } from '../markup.ts';

const WIDTH = 400;
const LEFT = 8;
/** Right of the last moment there is room for its label. */
const LABEL_ROOM = 156;
/** A wait that is longer than this on the scale of the rest is cut to it. */
const BREAK_PX = 56;
const LEVEL_PX = 17;
const MARKER_AREA_PX = 50;
const SCALE_BAR_MOST_PX = 70;

const SHAPES: Record<Exclude<MomentId, 'due'>, SymbolType> = {
  asked: symbolDiamond2,
  published: symbolTriangle2,
  wrote: symbolSquare2,
  received: symbolCircle,
};

/** Time under way, waiting left out, in us. */
function activeUs(moments: readonly Moment[]): number {
  return moments.reduce((sum, { atUs, endsWaiting }, at) => {
    const before = moments[at - 1];
    return before === undefined || endsWaiting ? sum : sum + (atUs - before.atUs);
  }, 0);
}

/** The one scale of these journeys, in px for 1 us; waiting is not drawn to scale where it would not fit. */
export function timelineScale(journeys: readonly (readonly Moment[])[]): number {
  const longestUs = Math.max(...journeys.map(activeUs));
  return longestUs > 0 ? (WIDTH - LEFT - BREAK_PX - LABEL_ROOM) / longestUs : 0;
}

interface Placed {
  moment: Moment;
  x: number;
  /** Since the moment before; null of the first. */
  stepUs: number | null;
  isCut: boolean;
}

function placed(moments: readonly Moment[], pxPerUs: number): Placed[] {
  let x = LEFT;
  return moments.map((moment, at) => {
    const before = moments[at - 1];
    if (before === undefined) return { moment, x, stepUs: null, isCut: false };
    const stepUs = moment.atUs - before.atUs;
    const isCut = moment.endsWaiting && stepUs * pxPerUs > BREAK_PX;
    x += isCut ? BREAK_PX : stepUs * pxPerUs;
    return { moment, x, stepUs, isCut };
  });
}

function marker({ moment: { id }, x }: Placed, y: number): Markup {
  if (id === 'due') return html`<path class="marker" d="M${px(x) - 1.5} ${y - 8}h3v16h-3z"/>`;
  return html`<path class="marker" d="${symbol(SHAPES[id], MARKER_AREA_PX)() ?? ''}" transform="translate(${px(x)} ${y})"/>`;
}

/** The line before a moment: dotted while something waits, and cut when the wait is too long for the scale. */
function step(from: Placed, to: Placed, y: number): Markup | null {
  if (to.stepUs === null || to.stepUs <= 0) return null;
  const [x1, x2] = [px(from.x), px(to.x)];
  const line = (a: number, b: number) =>
    html`<path class="${to.moment.endsWaiting ? 'way waiting' : 'way'}" d="M${a} ${y}H${b}"/>`;
  if (!to.isCut) return line(x1, x2);
  const middle = px((from.x + to.x) / 2);
  const text = `waits ${formatUs(to.stepUs)}`;
  const textX = px(Math.max(LEFT, middle - textWidthPx(text) / 2));
  return html`${line(x1, middle - 4)}${line(middle + 4, x2)}<path class="cut" d="M${middle - 7} ${y + 7}l6 -14M${middle + 1} ${y + 7}l6 -14"/><text class="muted" x="${textX}" y="${y + 22}">${text}</text>`;
}

/** The largest of 1, 2 or 5 times a power of ten microseconds that is not too wide. */
function scaleBar(pxPerUs: number, y: number): Markup | null {
  if (pxPerUs <= 0) return null;
  const mostUs = SCALE_BAR_MOST_PX / pxPerUs;
  const power = 10 ** Math.floor(Math.log10(mostUs));
  const barUs = ([5, 2, 1].find((mantissa) => mantissa * power <= mostUs) ?? 1) * power;
  const end = px(LEFT + barUs * pxPerUs);
  return html`<path class="bar" d="M${LEFT} ${y - 4}v8M${LEFT} ${y}H${end}M${end} ${y - 4}v8"/><text class="muted" x="${end + 6}" y="${y + 4}">${formatChosenUs(Number(barUs.toPrecision(1)))}</text>`;
}

/**
 * The journey of an event as a timeline. Labels stand above the line in steps, the first moment highest, each right of its
 * own leader, so that no text lies on another or on a leader. `pxPerUs` from timelineScale.
 */
export function anatomyTimeline(label: string, color: number, moments: readonly Moment[], pxPerUs: number): Markup {
  const marks = placed(moments, pxPerUs);
  const y = LEVEL_PX * marks.length + 18;
  const labels = marks.map(({ moment: { id }, x, stepUs }, level) => {
    const textY = LEVEL_PX * level + 13;
    return html`<path class="leader" d="M${px(x)} ${textY - 9}V${y - 9}"/><text x="${px(x + 5)}" y="${textY}"><tspan class="label">${MOMENTS[id].name}</tspan>${stepUs === null ? null : html` <tspan class="muted">+${formatUs(Math.max(0, stepUs))}</tspan>`}</text>`;
  });
  const height = y + 54;
  const about = moments
    .map(({ id, atUs }) => `${MOMENTS[id].name} at ${atUs < 0 ? '−' : ''}${formatUs(Math.abs(atUs))}`)
    .join(', ');
  return html`<svg class="timeline series series-${color}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Timeline of ${label}: ${about}">
${marks.map((mark, at) => (at === 0 ? null : step(marks[at - 1] as Placed, mark, y)))}
${labels}
${marks.map((mark) => marker(mark, y))}
${scaleBar(pxPerUs, y + 42)}</svg>`;
}
