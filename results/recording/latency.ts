import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { HdrCounts } from './hdr-counts.ts';

/** Latencies ready to be sent, stored and merged. */
export interface LatencyData {
  /** Recorded values, without the negative ones. */
  count: number;
  /** Values below zero: a clock or an instrument at fault. Counted apart, since a histogram cannot hold them. */
  negativeCount: number;
  sumUs: number;
  minUs: number | null;
  maxUs: number | null;
  /** HdrHistogram V2, compressed, base64; whole microseconds, 3 significant digits. */
  histogram: string;
}

const SIGNIFICANT_DIGITS = 3;
const HIGHEST_TRACKABLE_US = 2 * 3_600_000_000;

/**
 * Records latencies in microseconds: a histogram for the percentiles (relative error at most 0.1 %), and exact count,
 * sum, minimum and maximum. Two recordings merge; their percentiles never have to.
 */
export class LatencyRecorder {
  readonly #counts = new HdrCounts(SIGNIFICANT_DIGITS);
  #merged: Histogram | null = null;
  #count = 0;
  #negativeCount = 0;
  #sumUs = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = Number.NEGATIVE_INFINITY;
  /** The histogram of everything as of so many values. */
  #histogram: { count: number; of: Histogram } | null = null;

  record(latencyUs: number): void {
    if (latencyUs < 0) {
      this.#negativeCount += 1;
      return;
    }
    this.#counts.record(Math.round(latencyUs));
    this.#count += 1;
    this.#sumUs += latencyUs;
    if (latencyUs < this.#minUs) this.#minUs = latencyUs;
    if (latencyUs > this.#maxUs) this.#maxUs = latencyUs;
  }

  /** Adds what another recorder recorded. */
  merge(data: LatencyData): void {
    this.#merged ??= newHistogram();
    this.#merged.add(decodeFromCompressedBase64(data.histogram));
    this.#count += data.count;
    this.#negativeCount += data.negativeCount;
    this.#sumUs += data.sumUs;
    if (data.minUs !== null) this.#minUs = Math.min(this.#minUs, data.minUs);
    if (data.maxUs !== null) this.#maxUs = Math.max(this.#maxUs, data.maxUs);
  }

  get count(): number {
    return this.#count;
  }

  /** Arithmetic mean in microseconds; null without values. */
  get meanUs(): number | null {
    return this.count === 0 ? null : this.#sumUs / this.count;
  }

  /** The value in microseconds that `percent` of all values do not exceed; null without values. */
  percentileUs(percent: number): number | null {
    return this.count === 0 ? null : this.#whole().getValueAtPercentile(percent);
  }

  data(): LatencyData {
    const any = this.count > 0;
    return {
      count: this.count,
      negativeCount: this.#negativeCount,
      sumUs: this.#sumUs,
      minUs: any ? this.#minUs : null,
      maxUs: any ? this.#maxUs : null,
      histogram: encodeIntoCompressedBase64(this.#whole()),
    };
  }

  /** The library's histogram of all values: for percentiles and the format, which are not on the measured path. */
  #whole(): Histogram {
    if (this.#histogram?.count === this.#count) return this.#histogram.of;
    const of = newHistogram();
    if (this.#merged !== null) of.add(this.#merged);
    this.#counts.addTo(of);
    this.#histogram = { count: this.#count, of };
    return of;
  }
}

/** An empty histogram of the library, of whole microseconds. */
function newHistogram(): Histogram {
  return build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE_US,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
  });
}

/**
 * The value in microseconds that `percent` of the values in a histogram in the document's format do not exceed; null
 * without values.
 */
export function percentileOf(histogram: string, percent: number): number | null {
  const decoded = decodeFromCompressedBase64(histogram);
  return decoded.totalCount === 0 ? null : decoded.getValueAtPercentile(percent);
}

/** One recorder holding what all of these recorded. */
export function mergeLatencies(parts: readonly LatencyData[]): LatencyRecorder {
  const merged = new LatencyRecorder();
  for (const part of parts) merged.merge(part);
  return merged;
}
