import { studentQuantile } from '../statistics/distributions.ts';
import { medianOf } from '../statistics/median-of.ts';

/** Where a further run lies when nothing has changed, in the base unit of the metric. */
export interface NoiseBand {
  /** The median of the runs before. */
  middle: number;
  low: number;
  high: number;
  /** How many runs it comes from. */
  runs: number;
}

/** Of more runs than these the last ones: what was long ago is another program, in another state of the machine. */
export const BAND_RUNS = 20;

/** Fewest values that say how much they vary. */
export const FEWEST_VARYING = 5;

/** A band that reaches to more than so many times the median bounds nothing. */
const WIDEST_RATIO = 4;

/** One-sided; with many runs it makes the three standard deviations that are usual in control charts. */
const PROBABILITY = 0.99865;
/** The mean distance of two normal values, in standard deviations (d2 for n = 2, NIST section 6.3.2). */
const MEAN_RANGE = 1.128;
/** Neighbouring distances share a value: so many degrees of freedom has each (Wheeler 1995, average moving range). */
const FREEDOM_OF_RANGE = 0.62;

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The band of a chart of individual values (Shewhart; NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.2):
 * the median of the runs before, and the mean distance of neighbouring ones / 1.128 as their standard deviation, which a slow
 * drift hardly widens. NIST takes three of these, which presumes many values; here it is the quantile of Student's t for the
 * values there are, times sqrt(1 + 1 / n): a prediction interval for one further value. Computed in ln where all values are
 * above 0, since runs differ by ratios.
 *
 * `margin`: the band is never narrower than this part of the median, below which no change is claimed. Null with fewer
 * than `fewest` values, with few that do not agree within the margin, and when they differ so much that they bound nothing.
 */
export function noiseBand(
  valuesBefore: readonly number[],
  { margin, fewest }: { margin: number; fewest: number },
): NoiseBand | null {
  const values = valuesBefore.slice(-BAND_RUNS);
  const count = values.length;
  if (count < Math.max(2, fewest)) return null;
  const isPositive = values.every((value) => value > 0);
  const places = isPositive ? values.map(Math.log) : values;
  const ranges = places.slice(1).map((place, at) => Math.abs(place - (places[at] as number)));
  const deviation = meanOf(ranges) / MEAN_RANGE;
  const quantile = studentQuantile(PROBABILITY, FREEDOM_OF_RANGE * ranges.length);
  const middle = medianOf(places);
  const least = isPositive ? Math.log1p(margin) : margin * Math.abs(middle);
  const half = Math.max(quantile * deviation * Math.sqrt(1 + 1 / count), least);
  if (count < FEWEST_VARYING && half > least) return null;
  if (isPositive && half > Math.log(WIDEST_RATIO)) return null;
  const back = isPositive ? Math.exp : (place: number) => place;
  return { middle: back(middle), low: back(middle - half), high: back(middle + half), runs: count };
}
