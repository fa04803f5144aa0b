import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { LatencyDistribution, LatencySummary } from '../../delivery-result.ts';

/** A point of a latency distribution: this fraction of the deliveries had at most this latency. */
export interface CurvePoint {
  fraction: number;
  latencyUs: number;
}

/** The percentiles marked on the axis. */
export const markedFractions = [0, 0.5, 0.9, 0.99, 0.999] as const;

// Steps between two marked fractions; enough for the curve to look smooth at the width of a page.
const STEPS = 16;

/** How many nines a fraction has: 0.9 is 1, 0.99 is 2. Equal steps on this axis show the tail as large as the bulk. */
export function nines(fraction: number): number {
  return -Math.log10(1 - fraction);
}

/** The highest marked fraction that the number of events supports; null when not even the median is. */
function supportedFraction(latency: LatencySummary): number | null {
  if (latency.p999 !== null) return 0.999;
  if (latency.p99 !== null) return 0.99;
  if (latency.p90 !== null) return 0.9;
  return latency.p50 === null ? null : 0.5;
}

/**
 * The curve of a cell, from the smallest latency to the highest supported percentile, read from its histogram; all
 * marked fractions on the way are among the points. Empty when no percentile is supported. Throws when the histogram
 * cannot be decoded.
 */
export function percentileCurve(latency: LatencyDistribution): CurvePoint[] {
  const highest = supportedFraction(latency);
  if (highest === null) return [];
  const histogram = decodeFromCompressedBase64(latency.histogram, 32, false);
  const ends = markedFractions.filter((fraction) => fraction <= highest);
  const fractions = ends.flatMap((end, at) => {
    if (at === 0) return [0];
    const from = nines(ends[at - 1] as number);
    const span = nines(end) - from;
    const between = Array.from({ length: STEPS - 1 }, (_, step) => 1 - 10 ** -(from + (span * (step + 1)) / STEPS));
    return [...between, end];
  });
  return fractions.map((fraction) => ({
    fraction,
    latencyUs: fraction === 0 ? (latency.min ?? 0) : histogram.getValueAtPercentile(fraction * 100),
  }));
}
