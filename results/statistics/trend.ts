import { normalCdf } from './distributions.ts';

/** Above so many values the distribution of S is its normal limit to more digits than anyone reads. */
const MOST_VALUES_FOR_EXACT = 50;

export interface Trend {
  /** Pairs in ascending order less pairs in descending order. */
  s: number;
  /** Kendall's tau-b with time: -1 (always falling) to 1 (always rising); 0 when all values are equal. */
  tau: number;
  /** Two-sided: how likely an S at least this far from 0 is when the order is chance. */
  p: number;
}

/**
 * How many of the permutations of `count` distinct values have each number of descending pairs, as shares of all
 * (Kendall 1938): the exact distribution of S.
 */
function inversionShares(count: number): Float64Array {
  let shares = Float64Array.of(1);
  for (let size = 2; size <= count; size++) {
    const next = new Float64Array(shares.length + size - 1);
    shares.forEach((share, inversions) => {
      for (let added = 0; added < size; added++) {
        next[inversions + added] = (next[inversions + added] as number) + share / size;
      }
    });
    shares = next;
  }
  return shares;
}

function exactP(count: number, s: number): number {
  const pairs = (count * (count - 1)) / 2;
  return inversionShares(count).reduce(
    (sum, share, inversions) => (Math.abs(pairs - 2 * inversions) >= Math.abs(s) ? sum + share : sum),
    0,
  );
}

/** Normal limit with correction for ties and continuity (Kendall 1975; Hirsch & Slack 1984). */
function approximateP(count: number, s: number, tieSizes: readonly number[]): number {
  const weight = (size: number) => size * (size - 1) * (2 * size + 5);
  const variance = (weight(count) - tieSizes.reduce((sum, size) => sum + weight(size), 0)) / 18;
  if (variance === 0 || s === 0) return 1;
  return Math.min(1, 2 * normalCdf(-(Math.abs(s) - 1) / Math.sqrt(variance)));
}

/**
 * Mann-Kendall test for a trend of a series in time (Mann 1945, Kendall 1975): exact up to 50 values without ties,
 * else the corrected normal approximation. It takes the values to be independent under no trend: positive correlation
 * of neighbours makes small p too frequent. Null for fewer than 5 values, where no order is rarer than 1 in 20.
 */
export function mannKendall(series: readonly number[]): Trend | null {
  const count = series.length;
  if (count < 5) return null;
  let s = 0;
  for (let later = 1; later < count; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      s += Math.sign((series[later] as number) - (series[earlier] as number));
    }
  }
  const tieSizes = [...Map.groupBy(series, (value) => value).values()].map((equal) => equal.length);
  const pairs = (count * (count - 1)) / 2;
  const tiedPairs = tieSizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  const tau = pairs === tiedPairs ? 0 : s / Math.sqrt(pairs * (pairs - tiedPairs));
  const exact = tiedPairs === 0 && count <= MOST_VALUES_FOR_EXACT;
  return { s, tau, p: Math.min(1, exact ? exactP(count, s) : approximateP(count, s, tieSizes)) };
}
