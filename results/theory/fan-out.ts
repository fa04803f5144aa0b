import type { DeliveryCell } from '../../scenarios/cell.ts';
import { fanOutCauses, quietLatencyCauses } from './causes.ts';
import type { ScheduledTrial } from './feed-schedule.ts';
import { processing } from './processing.ts';
import type { TheoryRow } from './row.ts';
import { meanOf, theoryRow } from './row.ts';

/** Fewer say little about a mean. */
const QUIET_EVENTS_LEAST = 10;

/** What interrupts and cold caches add to or take from the bounds. */
const FAN_OUT_SHARE = 0.2;

/**
 * Beyond the processor time of one delivery: processes that are woken, one after the other. Far below the 40 ms of a
 * delayed ACK and what a buffering proxy takes.
 */
const WAKE_UPS_US = 2_000;

/** Mean over the trials of what quiet events took; null when there are too few of them. */
export function quietMeanUs(
  trials: readonly Pick<ScheduledTrial, 'trial'>[],
  key: 'firstUs' | 'meanUs' | 'lastUs',
): number | null {
  const count = ({ trial }: Pick<ScheduledTrial, 'trial'>) => trial.quietEvents?.count ?? 0;
  if (trials.reduce((sum, trial) => sum + count(trial), 0) < QUIET_EVENTS_LEAST) return null;
  return meanOf(trials, ({ trial }) => trial.quietEvents?.[key] ?? null, count);
}

/**
 * One thread reaches its subscribers one after the other: the last one (N - 1) w after the first, and on average the latency
 * is half of that more. w lies between two bounds that are known from processor time, see Processing; their middle is
 * expected, and half of their distance is part of the tolerance. So the row says whether processor time is what the spread
 * is made of.
 */
export function fanOutRows(cell: DeliveryCell, trials: readonly ScheduledTrial[]): (TheoryRow | null)[] {
  const [first, mean, last] = (['firstUs', 'meanUs', 'lastUs'] as const).map((key) => quietMeanUs(trials, key));
  const leastUs = meanOf(trials, (trial) => processing(cell, trial)?.perSubscriberUs.least ?? null);
  const mostUs = meanOf(trials, (trial) => processing(cell, trial)?.perSubscriberUs.most ?? null);
  const serverUs = meanOf(trials, (trial) => processing(cell, trial)?.serverUs ?? null);
  const driverUs = meanOf(trials, (trial) => processing(cell, trial)?.driverUs ?? null);
  if (first == null || mean == null || last == null || leastUs === null || mostUs === null) return [];
  const spreadUs = ((cell.subscribers - 1) * (leastUs + mostUs)) / 2;
  const windowUs = (cell.serverOptions.coalesceMs ?? 0) * 1000;
  const publisherUs = meanOf(trials, ({ trial }) => trial.publisher.latenessUs?.p50 ?? null) ?? 0;
  const firstUs = windowUs + publisherUs + (serverUs ?? 0) + (driverUs ?? 0);
  return [
    theoryRow({
      quantity: 'latency of an event that meets a quiet server, first subscriber',
      unit: 'us',
      expected: firstUs,
      measured: first,
      tolerance: WAKE_UPS_US,
      inputs: {
        publisherLatenessUs: publisherUs,
        serverCpuUs: serverUs,
        driverCpuUs: driverUs,
        coalescingUs: windowUs,
      },
      causes: () => quietLatencyCauses(cell, trials),
    }),
    cell.subscribers === 1
      ? null
      : theoryRow({
          quantity: 'fan-out, from the first subscriber of an event to the last',
          unit: 'us',
          expected: spreadUs,
          measured: last - first,
          tolerance: ((cell.subscribers - 1) * (mostUs - leastUs)) / 2 + FAN_OUT_SHARE * spreadUs,
          inputs: {
            subscribersCount: cell.subscribers,
            perSubscriberLeastUs: leastUs,
            perSubscriberMostUs: mostUs,
            serverCpuUs: serverUs,
            driverCpuUs: driverUs,
            shareOfMeanLatency: (mean - first) / mean,
          },
          causes: (residual) => fanOutCauses(cell, trials, residual),
        }),
  ];
}
