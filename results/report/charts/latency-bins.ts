import type { BucketCounts } from '../../statistics/latency-sample.ts';

/** Bins of latency that are about equally wide on a logarithmic scale; bin i holds the whole microseconds from edgesUs[i] to below edgesUs[i + 1]. */
export interface LatencyBins {
  edgesUs: readonly number[];
  /** The ratio of neighbouring edges, where rounding to whole microseconds does not change it. */
  ratio: number;
}

/** What of all deliveries a bin holds. */
export interface BinShare {
  fromUs: number;
  toUs: number;
  share: number;
  /** The share as it would be in a bin of the full width: bins of a few microseconds are narrower or wider. */
  height: number;
}

/** Finest first: how many bins a factor of ten is divided into. */
const DIVISIONS = [100, 50, 20, 10] as const;
const MOST_BINS = 80;

/** The bins for latencies from minUs to maxUs, as fine as can still be seen in a chart. */
export function latencyBins(minUs: number, maxUs: number): LatencyBins {
  const [low, high] = [Math.max(1, minUs), Math.max(1, maxUs)];
  const decades = Math.log10(high / low);
  const division = DIVISIONS.find((each) => decades * each <= MOST_BINS) ?? (DIVISIONS.at(-1) as number);
  const first = Math.floor(Math.log10(low) * division);
  const last = Math.floor(Math.log10(high) * division) + 1;
  const edges = Array.from({ length: last - first + 1 }, (_, at) => Math.ceil(10 ** ((first + at) / division) - 1e-9));
  return { edgesUs: [...new Set(edges)], ratio: 10 ** (1 / division) };
}

/** The share of these latencies in each bin. What lies outside is counted in the first or the last. */
export function binShares({ edgesUs, ratio }: LatencyBins, { lowUs, counts }: BucketCounts): BinShare[] {
  const held = new Float64Array(edgesUs.length - 1);
  let total = 0;
  let bin = 0;
  lowUs.forEach((low, bucket) => {
    while (bin < held.length - 1 && low >= (edgesUs[bin + 1] as number)) bin += 1;
    const count = counts[bucket] as number;
    held[bin] = (held[bin] as number) + count;
    total += count;
  });
  return Array.from(held, (count, at) => {
    const [fromUs, toUs] = [edgesUs[at] as number, edgesUs[at + 1] as number];
    const share = total === 0 ? 0 : count / total;
    return { fromUs, toUs, share, height: share * (Math.log(ratio) / Math.log(toUs / fromUs)) };
  });
}
