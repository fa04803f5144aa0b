import { decodeFromCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { decodeWindows } from '../recording/latency-windows.ts';
import type { LatencyWindows } from '../recording/packed-windows.ts';
import { type BucketCounts, type LatencySample, sampleOf } from './latency-sample.ts';

/** The latencies of one trial, in windows of consecutive events. */
export interface TrialWindows {
  /** Trials of this number ran in the same block, one of each cell, with the same feed. */
  trial: number;
  windows: LatencyWindows;
}

/** The buckets of an HdrHistogram that hold anything, in ascending order. Throws when the text is none. */
export function decodeBuckets(histogram: string): BucketCounts {
  const decoded = decodeFromCompressedBase64(histogram);
  if (!(decoded instanceof JsHistogram)) throw new TypeError('the histogram library gave no histogram of its own');
  const lowUs: number[] = [];
  const nextUs: number[] = [];
  const counts: number[] = [];
  for (let index = 0; index < decoded.countsArrayLength; index++) {
    const count = decoded.getCountAtIndex(index);
    if (count === 0) continue;
    const low = decoded.valueFromIndex(index);
    lowUs.push(low);
    nextUs.push(low + decoded.sizeOfEquivalentValueRange(low));
    counts.push(count);
  }
  return { lowUs, nextUs, counts };
}

/** A trial with its windows decoded, those without a delivery left out. */
export interface DecodedTrial {
  trial: number;
  /** Of all its windows. */
  events: number;
  windows: readonly BucketCounts[];
}

/** Decodes the windows of the trials of a cell. Throws when they cannot be read. */
export function decodeTrials(trials: readonly TrialWindows[]): DecodedTrial[] {
  return trials.map(({ trial, windows }) => ({
    trial,
    events: windows.events.reduce((sum, events) => sum + events, 0),
    windows: decodeWindows(windows).filter(({ counts }) => counts.length > 0),
  }));
}

/** The sample of the trials of a cell. */
export function latencySample(trials: readonly TrialWindows[]): LatencySample {
  return sampleOf(decodeTrials(trials));
}
