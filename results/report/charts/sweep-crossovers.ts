import type { CompletedCell } from '../../delivery-result.ts';
import { axisPlace, isContinuous, type SweepAxis, valueAt } from './sweep-axis.ts';
import type { Sweep, SweepLine } from './sweep-lines.ts';
import type { PairVerdict, RecordedComparisons, SweepQuantity } from './sweep-quantities.ts';

/** A pair of lines of a sweep that change places: decided one way at one measured value, and the other way at a later one. */
export interface Crossover {
  quantity: SweepQuantity;
  /** The line that is lower before, and the one that is lower after. */
  before: SweepLine;
  after: SweepLine;
  /** The neighbouring measured values with opposite verdicts. */
  between: [number, number];
  /** Where the ratio of the two is 1 by interpolation; null where nothing may be interpolated, or it would be 1 more than once. */
  at: number | null;
  /** The same of both ends of the 95 % interval of the ratio; null without an interval. */
  low: number | null;
  high: number | null;
}

/** A pair at a value that was measured. */
interface MeasuredPair extends PairVerdict {
  value: number;
  place: number;
}

/** The cell of a line at a value of the axis; that of a line without the parameter is the same everywhere. */
export function cellAt({ points }: SweepLine, value: number): CompletedCell | undefined {
  return points.find((point) => point.value === null || point.value === value)?.result;
}

/** Where a course that is straight between these points is 0. */
function zeros(points: readonly { place: number; height: number }[]): number[] {
  return points.slice(1).flatMap(({ place, height }, at) => {
    const before = points[at] as (typeof points)[number];
    if (before.height === 0 || before.height > 0 === height > 0) return [];
    return [before.place + ((place - before.place) * before.height) / (before.height - height)];
  });
}

/** Where one of the courses of the ratio's value and of the ends of its interval is 0; null when any is unknown. */
function crossings(pairs: readonly MeasuredPair[], end: 'value' | 'low' | 'high'): number[] | null {
  const points = pairs.map(({ place, logRatio }) => ({ place, height: logRatio?.[end] ?? null }));
  return points.every((point): point is { place: number; height: number } => point.height !== null)
    ? zeros(points)
    : null;
}

function crossoverAt(
  axis: SweepAxis,
  pairs: readonly MeasuredPair[],
): Pick<Crossover, 'between' | 'at' | 'low' | 'high'> {
  const between: [number, number] = [pairs[0]?.value as number, pairs.at(-1)?.value as number];
  const unknown = { between, at: null, low: null, high: null };
  if (!isContinuous(axis, between[0])) return unknown;
  const middle = crossings(pairs, 'value');
  if (middle?.length !== 1) return unknown;
  const ends = [crossings(pairs, 'low'), crossings(pairs, 'high')];
  const known = ends.flatMap((each) => each ?? []);
  const hasInterval = ends.every((each) => each !== null && each.length > 0);
  return {
    between,
    at: valueAt(axis, middle[0] as number),
    low: hasInterval ? valueAt(axis, Math.min(...known)) : null,
    high: hasInterval ? valueAt(axis, Math.max(...known)) : null,
  };
}

function crossoversOfPair(
  { axis }: Sweep,
  quantity: SweepQuantity,
  [a, b]: [SweepLine, SweepLine],
  recorded: RecordedComparisons,
): Crossover[] {
  const pairs = axis.values.flatMap((value): MeasuredPair[] => {
    const [cellA, cellB] = [cellAt(a, value), cellAt(b, value)];
    if (cellA === undefined || cellB === undefined) return [];
    return [{ value, place: axisPlace(axis, value), ...quantity.compare(cellA, cellB, recorded) }];
  });
  const decided = pairs.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower');
  return decided.slice(1).flatMap((later, at) => {
    const earlier = decided[at] as MeasuredPair;
    if (earlier.verdict === later.verdict) return [];
    const [before, after] = earlier.verdict === 'faster' ? [a, b] : [b, a];
    const span = pairs.slice(pairs.indexOf(earlier), pairs.indexOf(later) + 1);
    return [{ quantity, before, after, ...crossoverAt(axis, span) }];
  });
}

/**
 * Every pair of lines that changes places over the axis. Claimed only where the verdicts at two measured values are opposite;
 * where between them is interpolated on the axis's scale, with the logarithm of the ratio.
 */
export function crossoversOf(sweep: Sweep, quantity: SweepQuantity, recorded: RecordedComparisons): Crossover[] {
  const { lines } = sweep;
  return lines.flatMap((a, at) =>
    lines.slice(at + 1).flatMap((b) => {
      const isSwept = [a, b].some(({ points }) => points.some((point) => point.value !== null));
      return isSwept ? crossoversOfPair(sweep, quantity, [a, b], recorded) : [];
    }),
  );
}

/** A crossover as a sentence, with what was measured on both sides. */
export function crossoverSentence({ axis, title }: Sweep, crossover: Crossover): string {
  const { quantity, before, after, between, at, low, high } = crossover;
  const measuredAt = (value: number) => {
    const [one, other] = [before, after].map((line) => {
      const cell = cellAt(line, value);
      return cell === undefined ? null : quantity.read(cell);
    });
    return `${quantity.format(one?.value ?? 0)} against ${quantity.format(other?.value ?? 0)} at ${axis.words(value, 'chosen')}`;
  };
  const prefix = title === '' ? '' : `With ${title}: `;
  const measured = `${before.label} against ${after.label} was ${measuredAt(between[0])} and ${measuredAt(between[1])}`;
  if (at === null) {
    return `${prefix}Between ${axis.words(between[0], 'chosen')} and ${axis.words(between[1], 'chosen')} the lower ${quantity.noun} passes from ${before.label} to ${after.label}; where in between cannot be said. Measured: ${measured}.`;
  }
  const doubt =
    low === null || high === null
      ? 'Nothing was measured in between; the point is interpolated.'
      : `Nothing was measured in between: the point is interpolated, and with the 95 % interval of the ratio it lies from ${axis.words(low, 'computed')} to ${axis.words(high, 'computed')}.`;
  return `${prefix}Below ${axis.words(at, 'about')} ${before.label} has the lower ${quantity.noun}, above it ${after.label}. Measured: ${measured}. ${doubt}`;
}
