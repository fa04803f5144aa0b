import type { TrialRecord } from '../../results/merge-trials.ts';
import { LatencyRecorder } from '../../results/recording/latency.ts';
import { PublishedLogReader } from '../../servers/contract/published-log.ts';

/**
 * How the publisher kept the schedule of a feed, by its log: published - due of the events from `first` on (counted from
 * 0), and the rate of their publication / the planned one, from the first to the last of them.
 */
export function publication(
  publishedLogPath: string,
  dueUs: Float64Array,
  first: number,
  originUs: number,
): Pick<TrialRecord, 'publisherLateness' | 'offeredLoadRatio'> {
  const log = new PublishedLogReader(publishedLogPath);
  const stampsUs = Array.from(dueUs.subarray(first), (_, index) => log.stampUs(first + index + 1));
  log.close();
  const lateness = new LatencyRecorder();
  for (const [index, stampUs] of stampsUs.entries()) {
    if (stampUs !== null) lateness.record(stampUs - originUs - (dueUs[first + index] as number));
  }
  return { publisherLateness: lateness.data(), offeredLoadRatio: offeredLoadRatio(stampsUs, dueUs.subarray(first)) };
}

/** Null with fewer than two events, or when the first or the last was not published. */
function offeredLoadRatio(stampsUs: readonly (number | null)[], dueUs: Float64Array): number | null {
  const [beganUs, endedUs] = [stampsUs[0] ?? null, stampsUs.at(-1) ?? null];
  const plannedUs = (dueUs.at(-1) ?? 0) - (dueUs[0] ?? 0);
  return beganUs === null || endedUs === null || plannedUs === 0 ? null : plannedUs / (endedUs - beganUs);
}
