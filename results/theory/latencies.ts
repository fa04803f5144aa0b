import type { ScheduledTrial } from './feed-schedule.ts';
import { meanOf, sumOf } from './row.ts';

/** Mean latency over the deliveries of all trials, in microseconds; null without any. */
export function meanLatencyUs(trials: readonly ScheduledTrial[]): number | null {
  return meanOf(
    trials,
    ({ trial }) => trial.latencyUs.mean,
    ({ trial }) => trial.latencyUs.count,
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
