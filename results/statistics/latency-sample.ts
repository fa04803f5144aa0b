/** Counts of latencies by bucket, sparse: bucket i counts the whole microseconds from lowUs to below nextUs. */
export interface BucketCounts {
  lowUs: readonly number[];
  nextUs: readonly number[];
  counts: readonly number[];
}

/**
 * Latencies of several groups (windows, or trials) over one row of buckets, ready for the percentiles of any weighted
 * mixture of the groups. The counts are cumulated over the buckets, so a percentile is a bisection with one weighted sum
 * a step, and none of the mixtures is ever built.
 */
export class Mixture {
  readonly groups: number;
  readonly #lowUs: Float64Array;
  readonly #nextUs: Float64Array;
  /** At bucket * groups + group: how many latencies of the group are in this bucket or a lower one. */
  readonly #cumulative: Float64Array;

  constructor(groups: readonly BucketCounts[]) {
    const nextOf = new Map(groups.flatMap(({ lowUs, nextUs }) => lowUs.map((low, i) => [low, nextUs[i] as number])));
    const buckets = [...nextOf].sort(([a], [b]) => a - b);
    const rowOf = new Map(buckets.map(([low], row) => [low, row]));
    this.groups = groups.length;
    this.#lowUs = Float64Array.from(buckets, ([low]) => low);
    this.#nextUs = Float64Array.from(buckets, ([, next]) => next);
    this.#cumulative = new Float64Array(buckets.length * groups.length);
    groups.forEach(({ lowUs, counts }, group) => {
      lowUs.forEach((low, i) => {
        this.#cumulative[(rowOf.get(low) as number) * groups.length + group] = counts[i] as number;
      });
      for (let at = group + groups.length; at < this.#cumulative.length; at += groups.length) {
        this.#cumulative[at] = (this.#cumulative[at] as number) + (this.#cumulative[at - groups.length] as number);
      }
    });
  }

  /** The weighted number of latencies up to and with the bucket of this row. */
  #countTo(row: number, weights: Float64Array): number {
    const start = row * this.groups;
    let count = 0;
    for (let group = 0; group < this.groups; group++) {
      count += (this.#cumulative[start + group] as number) * (weights[group] as number);
    }
    return count;
  }

  /**
   * The latency in microseconds that `fraction` of the mixture does not exceed, one weight for each group. In the
   * histogram's own convention a percentile is the highest value of its bucket; here it is interpolated within the
   * bucket, as if its values (which were rounded to whole microseconds) were spread evenly, so that the variation of
   * a percentile is seen also below a bucket's width of 0.4 to 0.8 %. At least half a microsecond. Null without any.
   */
  percentileUs(fraction: number, weights: Float64Array): number | null {
    let high = this.#lowUs.length - 1;
    let countHigh = high < 0 ? 0 : this.#countTo(high, weights);
    if (countHigh === 0) return null;
    const target = fraction * countHigh;
    let low = -1;
    let countLow = 0;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const count = this.#countTo(middle, weights);
      if (count < target) {
        low = middle;
        countLow = count;
      } else {
        high = middle;
        countHigh = count;
      }
    }
    const share = (target - countLow) / (countHigh - countLow);
    return withinBucket(this.#lowUs[high] as number, this.#nextUs[high] as number, share);
  }
}

function withinBucket(lowUs: number, nextUs: number, share: number): number {
  return Math.max(0.5, lowUs - 0.5 + share * (nextUs - lowUs));
}

/** As Mixture.percentileUs, of one group alone. */
export function percentileUs({ lowUs, nextUs, counts }: BucketCounts, fraction: number): number | null {
  let total = 0;
  for (const count of counts) total += count;
  const target = fraction * total;
  let below = 0;
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at] as number;
    if (below + count >= target) {
      return withinBucket(lowUs[at] as number, nextUs[at] as number, (target - below) / count);
    }
    below += count;
  }
  return null;
}

/** The latencies of a cell by trial. */
export interface TrialSample {
  /** The numbers of the trials. */
  trials: readonly number[];
  countsOfTrials: readonly BucketCounts[];
  /** Made when it is asked for. */
  readonly byTrial: Mixture;
}

/** The latencies of a cell as its intervals need them: by trial, and by window within each trial. */
export interface LatencySample extends TrialSample {
  /** Made when it is asked for: it is twenty times as large. */
  readonly byWindow: Mixture;
  /** How many windows each trial has; they follow one another in byWindow. */
  windowCounts: readonly number[];
}

/** Counts of several groups in one; all with buckets of the same histogram. */
export function mergeBuckets(parts: readonly BucketCounts[]): BucketCounts {
  const merged = new Map<number, { next: number; count: number }>();
  for (const { lowUs, nextUs, counts } of parts) {
    lowUs.forEach((low, i) => {
      const count = (merged.get(low)?.count ?? 0) + (counts[i] as number);
      merged.set(low, { next: nextUs[i] as number, count });
    });
  }
  const buckets = [...merged].sort(([a], [b]) => a - b);
  return {
    lowUs: buckets.map(([low]) => low),
    nextUs: buckets.map(([, { next }]) => next),
    counts: buckets.map(([, { count }]) => count),
  };
}

/** The sample of trials whose latencies are counted; those without a delivery are left out. */
export function trialSample(trials: readonly { trial: number; counts: BucketCounts }[]): TrialSample {
  const filled = trials.filter(({ counts: { counts } }) => counts.length > 0);
  const countsOfTrials = filled.map(({ counts }) => counts);
  let byTrial: Mixture | null = null;
  return {
    trials: filled.map(({ trial }) => trial),
    countsOfTrials,
    get byTrial() {
      byTrial ??= new Mixture(countsOfTrials);
      return byTrial;
    },
  };
}

/** The sample of trials whose windows are already decoded; windows and trials without a delivery are left out. */
export function sampleOf(trials: readonly { trial: number; windows: readonly BucketCounts[] }[]): LatencySample {
  const filled = trials
    .map(({ trial, windows }) => ({ trial, windows: windows.filter(({ counts }) => counts.length > 0) }))
    .filter(({ windows }) => windows.length > 0);
  let byWindow: Mixture | null = null;
  const sample = trialSample(filled.map(({ trial, windows }) => ({ trial, counts: mergeBuckets(windows) })));
  const { trials: numbers, countsOfTrials } = sample;
  return {
    trials: numbers,
    countsOfTrials,
    get byTrial() {
      return sample.byTrial;
    },
    get byWindow() {
      byWindow ??= new Mixture(filled.flatMap(({ windows }) => windows));
      return byWindow;
    },
    windowCounts: filled.map(({ windows }) => windows.length),
  };
}
