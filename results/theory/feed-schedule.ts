import type { DeliveryCell, Phases } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import type { TrialResult } from '../delivery-result.ts';
import { feedTally } from '../network.ts';
import type { Tally } from '../recording/tally.ts';
import { coalescedUs } from './coalescing.ts';

/** A trial with the schedule of its feed, which follows from its seed. */
export interface ScheduledTrial {
  trial: TrialResult;
  /** When each event was due; in microseconds since the start of the feed, like all times here. */
  dueUs: Float64Array;
  /** When each exists for the subscribers: when it was due or, of a server that coalesces, at the end of its window. */
  availableUs: Float64Array;
  /** Index of the first event of the measure phase. */
  firstMeasured: number;
  /** What passed on the connections from the start of the feed to the end of the drain phase. */
  feed: Tally;
}

/** The trials of a cell with their schedules. */
export function scheduledTrials(cell: DeliveryCell, phases: Phases, trials: readonly TrialResult[]): ScheduledTrial[] {
  const windowUs = (cell.serverOptions.coalesceMs ?? 0) * 1000;
  return trials.map((trial) => {
    const dueUs = dueTimesUs(feedOf(cell, phases, trial.seed));
    return {
      trial,
      dueUs,
      availableUs: windowUs === 0 ? dueUs : coalescedUs(dueUs, windowUs),
      firstMeasured: dueUs.filter((atUs) => atUs < phases.warmupMs * 1000).length,
      feed: feedTally(trial.tallies),
    };
  });
}

/** When the events of the measure phase were due. */
export function measuredDueUs(cell: DeliveryCell, phases: Phases, seed: number): Float64Array {
  return dueTimesUs(feedOf(cell, phases, seed)).filter((atUs) => atUs >= phases.warmupMs * 1000);
}
