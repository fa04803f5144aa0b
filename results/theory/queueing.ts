import type { DeliveryCell } from '../../scenarios/cell.ts';
import { defaultServerOptions } from '../../servers/contract/transports.ts';
import { batchCauses, queueingCauses } from './causes.ts';
import { quietMeanUs } from './fan-out.ts';
import type { ScheduledTrial } from './feed-schedule.ts';
import { coalescingWaitUs, meanLatencyUs, meanOverEvents } from './latencies.ts';
import { processing } from './processing.ts';
import { poissonBatches, type Replay, replay, type ServerTimes } from './replay.ts';
import type { TheoryRow } from './row.ts';
import { meanOf, sumOf, theoryRow } from './row.ts';

/** Of long-polling. */
const LONG_POLLING_SHARE = 0.05;
/** Of push: the queue behind an event is a second-order part, and the constants are means. */
const PUSH_SHARE = 0.1;

/**
 * The constants of a trial, all taken from events that met a quiet server and from processor time.
 *
 * - An event reaches the first subscriber by two hops, into the server and out of it, and each of the two has to wake a
 *   process. With push an event that follows meanwhile shares both, so all of that time stands for `wakeUs`. With
 *   long-polling it shares the first alone, since the answer then leaves without it: half of what is not processor time.
 * - A server that pushes is busy for N w: it reaches its subscribers one after the other.
 * - The gap of long-polling is two hops as well, the answer out of the server and the next request into it, and it ends when
 *   the last subscriber has asked again: what an event takes to reach the last one, or, with many subscribers, what the
 *   server needs to answer all of them and to read their requests.
 */
function serverTimes(cell: DeliveryCell, trial: ScheduledTrial): ServerTimes | null {
  const { quietEvents } = trial.trial;
  const cost = processing(cell, trial);
  if (quietEvents === null || cost === null) return null;
  // An event that meets a quiet server of those that coalesce has waited for its window, which the schedule has already.
  const windowUs = (cell.serverOptions.coalesceMs ?? 0) * 1000;
  const firstUs = Math.max(0, quietEvents.firstUs - windowUs);
  if (cell.transport !== 'long-polling') {
    return { wakeUs: firstUs, busyUs: cell.subscribers * cost.perSubscriberUs.least };
  }
  const wakeUs = Math.max(0, firstUs - cost.serverUs - cost.driverUs) / 2;
  return {
    wakeUs,
    busyUs: Math.max(0, quietEvents.lastUs - windowUs, cell.subscribers * cost.serverUs + wakeUs),
  };
}

interface ReplayedTrial extends ScheduledTrial {
  times: ServerTimes;
  replayed: Replay;
}

/** The trials, replayed; empty when the constants of one are not known. */
function replayedTrials(cell: DeliveryCell, trials: readonly ScheduledTrial[]): ReplayedTrial[] {
  const replayed = trials.flatMap((trial) => {
    const times = serverTimes(cell, trial);
    return times === null ? [] : [{ ...trial, times, replayed: replay(trial.availableUs, times) }];
  });
  return replayed.length < trials.length ? [] : replayed;
}

function inputsOf(cell: DeliveryCell, trials: readonly ReplayedTrial[]): Record<string, number | null> {
  const wakeUs = meanOf(trials, ({ times }) => times.wakeUs) ?? 0;
  const busyUs = meanOf(trials, ({ times }) => times.busyUs) ?? 0;
  const poisson = cell.schedule.kind === 'poisson' ? poissonBatches(cell.eventsPerSec, { wakeUs, busyUs }) : null;
  return {
    wakeUs,
    busyUs,
    poissonEventsPerBatch: poisson?.eventsPerBatch ?? null,
    poissonMeanDelayUs: poisson?.meanDelayUs ?? null,
  };
}

/** Mean latency: that of an event that meets a quiet server, and what those that do not take more or less. */
export function meanLatencyRow(cell: DeliveryCell, scheduled: readonly ScheduledTrial[]): TheoryRow | null {
  const trials = replayedTrials(cell, scheduled);
  const quietUs = quietMeanUs(trials, 'meanUs');
  if (trials.length === 0 || quietUs === null) return null;
  const windowUs = (cell.serverOptions.coalesceMs ?? 0) * 1000;
  const delayUs = meanOverEvents(trials, ({ replayed }, event) => replayed.delayUs[event] as number);
  // A quiet event opens a window of its own and waits for all of it.
  const coalescingUs = meanOverEvents(trials, coalescingWaitUs) - windowUs;
  const expected = quietUs + delayUs + coalescingUs;
  return theoryRow({
    quantity: 'mean latency',
    unit: 'us',
    expected,
    measured: meanLatencyUs(trials) ?? Number.NaN,
    tolerance: expected * (cell.transport === 'long-polling' ? LONG_POLLING_SHARE : PUSH_SHARE),
    inputs: { quietEventUs: quietUs, meanDelayUs: delayUs, coalescingUs, ...inputsOf(cell, trials) },
    causes: (residual) => queueingCauses(cell, trials, residual),
  });
}

/**
 * Long-polling: a response carries what became available in the gap since the one before. Requests that are answered 204
 * at the timeout come on top, one for each whole timeout within a hold.
 */
export function longPollingRows(cell: DeliveryCell, scheduled: readonly ScheduledTrial[]): (TheoryRow | null)[] {
  const trials = replayedTrials(cell, scheduled);
  if (trials.length === 0) return [];
  const timeoutUs = (cell.serverOptions.longPollTimeoutMs ?? defaultServerOptions.longPollTimeoutMs) * 1000;
  const events = sumOf(trials, ({ dueUs, firstMeasured }) => dueUs.length - firstMeasured);
  const responses = sumOf(
    trials,
    ({ replayed, firstMeasured }) => replayed.batches.filter(({ firstEvent }) => firstEvent >= firstMeasured).length,
  );
  const timeouts = sumOf(trials, (trial) => timeoutsOf(trial, timeoutUs));
  const measured = (of: (tally: ScheduledTrial['feed']) => number) =>
    sumOf(trials, ({ trial }) => of(trial.tallies.measure));
  const answers = measured((tally) => tally.requests - tally.emptyResponses);
  const deliveries = measured((tally) => tally.deliveries);
  const inputs = { ...inputsOf(cell, trials), timeoutUs, eventsCount: events };
  const row = (quantity: string, unit: string, expected: number, of: number) =>
    theoryRow({
      quantity,
      unit,
      expected,
      measured: of,
      tolerance: LONG_POLLING_SHARE * expected,
      inputs,
      causes: (residual) => batchCauses(cell, trials, residual),
    });
  return [
    row('requests per delivery', '', (responses + timeouts) / events, measured((tally) => tally.requests) / deliveries),
    row(
      'share of empty polls',
      '',
      timeouts / (responses + timeouts),
      measured((tally) => tally.emptyResponses) / measured((tally) => tally.requests),
    ),
    row('events per response', 'events', events / responses, deliveries / answers),
  ];
}

/** Requests of one subscriber that reach the timeout before the events of the measure phase. */
function timeoutsOf({ replayed, firstMeasured, times }: ReplayedTrial, timeoutUs: number): number {
  const gapUs = times.busyUs;
  return sumOf([...replayed.batches.entries()], ([index, { atUs, firstEvent }]) => {
    if (firstEvent < firstMeasured) return 0;
    const before = replayed.batches[index - 1];
    const heldUs = before === undefined ? atUs : atUs - before.atUs - gapUs;
    return Math.floor(Math.max(0, heldUs) / (timeoutUs + gapUs));
  });
}
