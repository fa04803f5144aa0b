import type { Estimate, LatencySummary } from '../../delivery-result.ts';
import { html, type Markup } from '../markup.ts';
import { px } from './axis.ts';
import { type CurvePoint, markedFractions, nines } from './percentile-curve.ts';

/** A marked percentile with both ends of its 95 % interval. */
export interface Interval {
  fraction: number;
  estimate: Estimate & { low: number; high: number };
}

/** The interval around a point of a curve. */
export interface Band {
  fraction: number;
  lowUs: number;
  highUs: number;
}

/** From fractions and latencies to px of the drawing. */
export interface PercentileAxes {
  xOf(fraction: number): number;
  yOf(us: number): number;
}

// A logarithmic axis has no 0; the clock of the histograms counts whole microseconds.
export const SMALLEST_US = 1;
// Whiskers at one percentile stand side by side where they would cover each other.
const WHISKER_STEP_PX = 5;
const WHISKER_NEAR_PX = 10;
const WHISKER_CAP_PX = 3;

/** The marked percentiles that have an interval, in ascending order. */
export function intervalsOf({ p50, p90, p99, p999 }: LatencySummary): Interval[] {
  const estimates = [p50, p90, p99, p999];
  return estimates.flatMap((estimate, at) => {
    if (estimate === null) return [];
    const { value, low, high } = estimate;
    return low === null || high === null
      ? []
      : [{ fraction: markedFractions[at + 1] as number, estimate: { value, low, high } }];
  });
}

/**
 * The intervals as a band along the curve: at a marked percentile it is the interval; between two of them its ends keep a
 * ratio to the curve that goes evenly from the one to the other, on the axis of the nines.
 */
export function bandOf(points: readonly CurvePoint[], intervals: readonly Interval[]): Band[] {
  return points.flatMap(({ fraction, latencyUs }) => {
    const after = intervals.findIndex((interval) => interval.fraction >= fraction);
    const right = intervals[after];
    const left = right?.fraction === fraction ? right : intervals[after - 1];
    if (right === undefined || left === undefined) return [];
    const span = nines(right.fraction) - nines(left.fraction);
    const share = span === 0 ? 0 : (nines(fraction) - nines(left.fraction)) / span;
    const ratio = (end: 'low' | 'high') => {
      const of = ({ estimate }: Interval) =>
        Math.max(SMALLEST_US, estimate[end]) / Math.max(SMALLEST_US, estimate.value);
      return of(left) ** (1 - share) * of(right) ** share;
    };
    return [{ fraction, lowUs: latencyUs * ratio('low'), highUs: latencyUs * ratio('high') }];
  });
}

/** The stroke of an interval, with caps at both ends; all in px of the drawing. */
export function whisker(x: number, top: number, bottom: number): Markup {
  const [left, right] = [px(x - WHISKER_CAP_PX), px(x + WHISKER_CAP_PX)];
  return html`<path class="whisker" d="M${left} ${px(top)}H${right}M${px(x)} ${px(top)}V${px(bottom)}M${left} ${px(bottom)}H${right}"/>`;
}

/**
 * By marked percentile, how far the whisker of each curve stands beside it: those that are near each other take places
 * side by side, in the order of the curves.
 */
export function whiskerDodges(latencies: readonly LatencySummary[], { yOf }: PercentileAxes): Map<number, number[]> {
  return new Map(
    markedFractions.map((fraction) => {
      const spans = latencies.flatMap((latency, curve) => {
        const interval = intervalsOf(latency).find((each) => each.fraction === fraction)?.estimate;
        return interval === undefined ? [] : [{ curve, top: yOf(interval.high), bottom: yOf(interval.low) }];
      });
      const offsets = latencies.map(() => 0);
      let cluster: typeof spans = [];
      const place = () => {
        const ordered = cluster.toSorted((a, b) => a.curve - b.curve);
        ordered.forEach(({ curve }, at) => {
          offsets[curve] = (at - (ordered.length - 1) / 2) * WHISKER_STEP_PX;
        });
      };
      for (const span of spans.toSorted((a, b) => a.top - b.top)) {
        const lowest = Math.max(...cluster.map(({ bottom }) => bottom));
        if (cluster.length > 0 && span.top > lowest + WHISKER_NEAR_PX) {
          place();
          cluster = [];
        }
        cluster.push(span);
      }
      place();
      return [fraction, offsets];
    }),
  );
}
