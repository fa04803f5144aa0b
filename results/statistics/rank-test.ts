import { normalCdf } from './distributions.ts';

/** Above so many values in all the exact distribution is left for its limit, from which it no longer differs visibly. */
const MOST_VALUES_FOR_EXACT = 60;

/**
 * Twice the midranks of the values, the smallest having rank 1: equal values share the mean of their ranks, and twice
 * that is a whole number.
 */
function doubledMidranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const rankOf = new Map<number, number>();
  for (let first = 0; first < sorted.length; ) {
    const value = sorted[first] as number;
    const last = sorted.lastIndexOf(value);
    rankOf.set(value, first + 1 + last + 1);
    first = last + 1;
  }
  return values.map((value) => rankOf.get(value) as number);
}

/**
 * How many subsets of `size` ranks have each sum: ways[sum]. The exact permutation distribution, ties and all, by
 * adding one rank after the other instead of listing every subset.
 */
function waysToSum(ranks: readonly number[], size: number): Float64Array {
  const largest = ranks.toSorted((a, b) => b - a).slice(0, size);
  const length = largest.reduce((sum, rank) => sum + rank, 0) + 1;
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(length));
  (ways[0] as Float64Array)[0] = 1;
  for (const rank of ranks) {
    for (let chosen = size; chosen >= 1; chosen--) {
      const more = ways[chosen] as Float64Array;
      const fewer = ways[chosen - 1] as Float64Array;
      for (let sum = length - 1; sum >= rank; sum--) {
        more[sum] = (more[sum] as number) + (fewer[sum - rank] as number);
      }
    }
  }
  return ways[size] as Float64Array;
}

function exactP(ranks: readonly number[], size: number, observed: number, mean: number): number {
  const ways = waysToSum(ranks, size);
  const distance = Math.abs(observed - mean);
  let extreme = 0;
  let all = 0;
  ways.forEach((count, sum) => {
    all += count;
    // Sums are whole and the mean at most has a fraction of rank sums of small integers: no near miss but rounding.
    if (Math.abs(sum - mean) >= distance - 1e-9) extreme += count;
  });
  return extreme / all;
}

/** Normal limit with the correction for ties of the variance and for continuity (Lehmann 1975, section 1.4). */
function approximateP(ranks: readonly number[], size: number, observed: number, mean: number): number {
  const total = ranks.length;
  const meanRank = (total + 1) / 2;
  const spread = ranks.reduce((sum, doubled) => sum + (doubled / 2 - meanRank) ** 2, 0);
  const variance = (size * (total - size) * spread) / (total * (total - 1));
  if (variance === 0) return 1;
  const distance = Math.max(0, Math.abs(observed - mean) / 2 - 0.5);
  return Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance)));
}

/**
 * Two-sided p of the Mann-Whitney U test (Mann & Whitney 1947; Wilcoxon 1945): how likely a rank sum at least this far
 * from its mean is, if both samples come from one distribution. Exact for up to 60 values in all, also with ties (the
 * permutation distribution of the midranks); the corrected normal approximation above. Throws a RangeError for an
 * empty sample or a value that is not finite.
 */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0 || ![...a, ...b].every(Number.isFinite)) {
    throw new RangeError(`the rank test needs two samples of finite numbers, got ${a.length} and ${b.length} values`);
  }
  const ranks = doubledMidranks([...a, ...b]);
  const observed = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0);
  const mean = a.length * (ranks.length + 1);
  const pOf = ranks.length <= MOST_VALUES_FOR_EXACT ? exactP : approximateP;
  return Math.min(1, pOf(ranks, a.length, observed, mean));
}

/**
 * The smallest two-sided p that samples of these sizes can have, without ties: 2 / C(a + b, a), all of one sample being
 * below all of the other.
 */
export function smallestMannWhitneyP(sizeA: number, sizeB: number): number {
  let combinations = 1;
  for (let i = 1; i <= sizeA; i++) combinations = (combinations * (sizeB + i)) / i;
  return Math.min(1, 2 / combinations);
}
