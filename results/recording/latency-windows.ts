import { decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { HdrCounts } from './hdr-counts.ts';
import { newHistogram } from './latency.ts';

/** The deliveries of some events that are due one after another. */
export interface LatencyWindow {
  events: number;
  /** Latencies of their deliveries: HdrHistogram V2, compressed, base64; whole microseconds, 2 significant digits. */
  histogram: string;
}

/** Enough for a block bootstrap and for a course over time, and few enough that a document stays small. */
const WINDOWS_MOST = 30;
const SIGNIFICANT_DIGITS = 2;

/** The number of windows of so many events: one for each event, at most WINDOWS_MOST. */
function windowCount(events: number): number {
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

  data(): LatencyWindow[] {
    const windows = this.#windows.length;
    return this.#windows.map((counts, window) => {
      const histogram = newHistogram(SIGNIFICANT_DIGITS);
      counts.addTo(histogram);
      // The first event of window k is ceil(k E / W).
      const first = Math.ceil((window * this.#events) / windows);
      const next = Math.ceil(((window + 1) * this.#events) / windows);
      return { events: next - first, histogram: encodeIntoCompressedBase64(histogram) };
    });
  }
}

/** The windows of one trial out of those of its workers, which saw the same events and other subscribers. */
export function mergeWindows(parts: readonly LatencyWindow[][]): LatencyWindow[] {
  const [first = [], ...rest] = parts;
  if (rest.length === 0) return first;
  return first.map(({ events }, window) => {
    const histogram = newHistogram(SIGNIFICANT_DIGITS);
    for (const part of parts) {
      const other = part[window];
      if (other?.events !== events) throw new RangeError('windows of different feeds cannot be merged');
      histogram.add(decodeFromCompressedBase64(other.histogram));
    }
    return { events, histogram: encodeIntoCompressedBase64(histogram) };
  });
}
