import { deflateSync, inflateSync } from 'node:zlib';
import { type BucketCounts, mergeBuckets } from '../statistics/latency-sample.ts';
import { HdrCounts } from './hdr-counts.ts';
import { type LatencyWindows, MOST_PACKED_BYTES, packWindows, unpackSum, unpackWindows } from './packed-windows.ts';

/** Enough for a block bootstrap and for a course over time, and few enough that a document stays small. */
export const WINDOWS_MOST = 20;
const SIGNIFICANT_DIGITS = 2;

/** The number of windows of so many events: one for each event, at most WINDOWS_MOST. */
export function windowCount(events: number): number {
  return Math.min(events, WINDOWS_MOST);
}

/**
 * Splits the latencies of the measure phase by event: window k of W holds the events n with floor(n W / E) = k, n from 0
 * to E - 1. All deliveries of an event are in one window, so windows are whole clusters for the statistics.
 */
export class LatencyWindowsRecorder {
  readonly #firstSeq: number;
  readonly #events: number;
  readonly #windows: HdrCounts[];

  /** For `events` events from `firstSeq` on. */
  constructor(firstSeq: number, events: number) {
    this.#firstSeq = firstSeq;
    this.#events = events;
    this.#windows = Array.from({ length: windowCount(events) }, () => new HdrCounts(SIGNIFICANT_DIGITS));
  }

  /** Counts the delivery of one of these events; a negative latency is left out, as it is from every histogram. */
  record(seq: number, latencyUs: number): void {
    if (latencyUs < 0) return;
    const window = Math.floor(((seq - this.#firstSeq) * this.#windows.length) / this.#events);
    this.#windows[window]?.record(Math.round(latencyUs));
  }

  data(): LatencyWindows {
    const windows = this.#windows.length;
    // The first event of window k is ceil(k E / W).
    const firstOf = (window: number) => Math.ceil((window * this.#events) / windows);
    return encodeWindows(
      this.#windows.map((_, window) => firstOf(window + 1) - firstOf(window)),
      this.#windows.map((counts) => counts.buckets()),
    );
  }
}

/** Windows with so many events and these latencies, counted with 2 significant digits. */
export function encodeWindows(events: readonly number[], latencies: readonly BucketCounts[]): LatencyWindows {
  const packed = deflateSync(packWindows(latencies), { level: 9 });
  return { events: [...events], histograms: packed.toString('base64') };
}

/** The latencies of each window. Throws when they cannot be read. */
export function decodeWindows({ events, histograms }: LatencyWindows): BucketCounts[] {
  return unpackWindows(inflated(histograms), events.length);
}

/** The latencies of all windows together. Throws when they cannot be read. */
export function decodeSum({ events, histograms }: LatencyWindows): BucketCounts {
  return unpackSum(inflated(histograms), events.length);
}

function inflated(histograms: string): Uint8Array {
  return inflateSync(Buffer.from(histograms, 'base64'), { maxOutputLength: MOST_PACKED_BYTES });
}

/** The windows of one trial out of those of its workers, which saw the same events and other subscribers. */
export function mergeWindows(parts: readonly LatencyWindows[]): LatencyWindows {
  const [first, ...rest] = parts;
  if (first === undefined) throw new RangeError('no windows to merge');
  if (rest.length === 0) return first;
  if (rest.some(({ events }) => events.join() !== first.events.join())) {
    throw new RangeError('windows of different feeds cannot be merged');
  }
  const decoded = parts.map(decodeWindows);
  return encodeWindows(
    first.events,
    first.events.map((_, window) => mergeBuckets(decoded.map((windows) => windows[window] as BucketCounts))),
  );
}
