import { type LatencyRecorder, mergeLatencies } from '../recording/latency.ts';
import type { ScheduledTrial } from './feed-schedule.ts';
import { sumOf } from './row.ts';

/** The latencies of all trials in one, as the cell has them. */
export function mergedLatencies(trials: readonly ScheduledTrial[]): LatencyRecorder {
  return mergeLatencies(
    trials.map(({ trial: { latencyUs } }) => ({
      count: latencyUs.count,
      negativeCount: latencyUs.negativeCount,
      sumUs: (latencyUs.mean ?? 0) * latencyUs.count,
      minUs: latencyUs.min,
      maxUs: latencyUs.max,
      histogram: latencyUs.histogram,
    })),
  );
}

/** Mean over the events of the measure phase of all trials. */
export function meanOverEvents<T extends ScheduledTrial>(
  trials: readonly T[],
  value: (trial: T, event: number) => number,
): number {
  let sum = 0;
  for (const trial of trials) {
    for (let event = trial.firstMeasured; event < trial.dueUs.length; event += 1) sum += value(trial, event);
  }
  return sum / sumOf(trials, ({ dueUs, firstMeasured }) => dueUs.length - firstMeasured);
}

/** From when an event was due until it existed for the subscribers: the wait of a server that coalesces, else 0. */
export function coalescingWaitUs({ availableUs, dueUs }: ScheduledTrial, event: number): number {
  return (availableUs[event] as number) - (dueUs[event] as number);
}
