import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { DeliveryCell, Phases } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import { formatCount, formatShare, formatUs } from '../numbers.ts';
import { type Circumstances, type JudgedResult, type Outcome, type Rule, twoLimits, warnAbove } from './rule.ts';

/** Node's timers are up to 1 ms late, and a poll waits for those that are due with it: 1.4 to 1.5 ms on an idle machine. */
const LATENESS_US = 3_000;
/** Of the interval: late polls move the mean latency by less than this. */
const LATENESS_SHARE = 0.02;

/** An interval is looked at in so many places; more phases than this are as good as any. */
const PLACES = 64;
/** How far chance phases may leave the mean latency of polling undetermined: what theory allows it, and what is no measurement. */
const UNDETERMINED_PERCENT = 3;
const UNDETERMINED_INVALID_PERCENT = 20;

/** Kolmogorov-Smirnov: 1.95 / sqrt(n) is exceeded by chance once in a thousand times. */
const KOLMOGOROV_0_001 = 1.95;
/** What response times and late polls may do to the distribution. */
const DISTANCE_PERCENT = 5;

/** Null for other transports. */
function intervalUsOf({ transportOptions }: DeliveryCell): number | null {
  return 'intervalMs' in transportOptions ? transportOptions.intervalMs * 1000 : null;
}

function lateness({ requests }: JudgedResult, cell: DeliveryCell): Outcome | null {
  const intervalUs = intervalUsOf(cell);
  if (intervalUs === null || requests.latenessUs === null) return null;
  return warnAbove(requests.latenessUs.p99, Math.max(LATENESS_US, LATENESS_SHARE * intervalUs), 'us at p99');
}

const skipped = ({ requests }: JudgedResult, cell: DeliveryCell): Outcome | null =>
  intervalUsOf(cell) === null ? null : { ...warnAbove(requests.skippedPolls, 0, ''), limit: '0 polls left out' };

/** In how many of PLACES places of the interval the events of the measure phase are due. */
export function phasesSeen(cell: DeliveryCell, phases: Phases, seed: number, intervalUs: number): number {
  const measured = dueTimesUs(feedOf(cell, phases, seed)).filter((atUs) => atUs >= phases.warmupMs * 1000);
  // The first event lies in the middle of its place, so that rounding cannot split one phase into two.
  const originUs = (measured[0] ?? 0) - intervalUs / PLACES / 2;
  return new Set(measured.map((atUs) => Math.floor(((atUs - originUs) % intervalUs) / (intervalUs / PLACES)))).size;
}

/**
 * The wait of an event for the next poll is uniform over the interval T if polls and events keep no step. With a feed that
 * is due at k places of the interval, evenly spaced, each of N subscribers sees k waits with a common random offset of up
 * to T / k, so the mean wait has the standard deviation T / (k sqrt(12 N)): of T / 2, 1 / (k sqrt(3 N)).
 */
function undeterminedPercent(places: number, subscribers: number): number {
  return 100 / (places * Math.sqrt(3 * subscribers));
}

function phaseLock(seed: number, { cell, phases }: Circumstances): Outcome | null {
  const intervalUs = intervalUsOf(cell);
  if (intervalUs === null || cell.schedule.kind === 'poisson') return null;
  const places = phasesSeen(cell, phases, seed, intervalUs);
  if (places === 0) return null;
  const outcome = twoLimits(
    undeterminedPercent(places, cell.subscribers),
    UNDETERMINED_PERCENT,
    UNDETERMINED_INVALID_PERCENT,
    '% of the mean latency left to chance',
  );
  const many = places === PLACES ? `${PLACES} or more` : formatCount(places);
  return { ...outcome, limit: `${outcome.limit}; events are due at ${many} places of the interval` };
}

/**
 * Largest distance, as a share, between the distribution of the latencies and the uniform one that begins at the smallest
 * latency and is as wide as the interval. By the quantiles, which is the same for steps as fine as these.
 */
function distanceFromUniform(histogram: string, minUs: number, intervalUs: number): number {
  const latencies = decodeFromCompressedBase64(histogram, 32, false);
  let farthest = 0;
  for (let permille = 5; permille <= 995; permille += 5) {
    const waitUs = latencies.getValueAtPercentile(permille / 10) - minUs;
    farthest = Math.max(farthest, Math.abs(waitUs / intervalUs - permille / 1000));
  }
  return farthest;
}

function uniformWait({ latencyUs }: JudgedResult, cell: DeliveryCell): Outcome | null {
  const intervalUs = intervalUsOf(cell);
  if (intervalUs === null || latencyUs.min === null) return null;
  const together = cell.schedule.kind === 'burst' ? cell.schedule.eventsPerBurst : 1;
  // Differences of independent phases are independent in pairs, so waits count as subscribers x times of events.
  const waits = (cell.subscribers * latencyUs.events) / together;
  const limit = Math.max(DISTANCE_PERCENT, (100 * KOLMOGOROV_0_001) / Math.sqrt(Math.max(1, waits)));
  const distance = distanceFromUniform(latencyUs.histogram, latencyUs.min, intervalUs);
  return warnAbove(100 * distance, limit, '% between the distributions (Kolmogorov-Smirnov)');
}

/** The plan of polls, and whether it can keep step with the feed. */
export const pollingRules: readonly Rule[] = [
  {
    id: 'poll-lateness',
    name: 'polls were made when they were planned',
    advice: 'Close other programs, lower subscribers, or raise transportOptions.polling.intervalMs.',
    ofTrial: (trial, { cell }) => lateness(trial, cell),
    ofCell: (result) => lateness(result, result.cell),
    warning: {
      what: 'Polls were made late, and latencies contain that. Lateness of polls at p99',
      fact: (us) => formatUs(us),
    },
  },
  {
    id: 'skipped-polls',
    name: 'every planned poll was made',
    advice: 'Raise transportOptions.polling.intervalMs, or lower subscribers.',
    ofTrial: (trial, { cell }) => skipped(trial, cell),
    ofCell: (result) => skipped(result, result.cell),
    warning: {
      what: 'Polls were left out because an earlier one had not been answered when they were due',
      fact: (polls) => formatCount(polls),
    },
  },
  {
    id: 'phase-lock',
    name: 'polls and events do not keep step',
    advice: 'Use schedule: poisson, an interval that is no multiple of the time between events, or more subscribers.',
    ofTrial: ({ seed }, circumstances) => phaseLock(seed, circumstances),
    warning: {
      what: 'Polls keep step with the feed (phase lock), so chance phases and not the interval decide the latency of polling. Part of the mean latency that is left to chance in one trial',
      fact: (percent) => formatShare(percent / 100),
    },
  },
  {
    id: 'uniform-wait',
    name: 'events waited for the next poll as evenly as chance would have it',
    advice:
      'Look for a phase lock (schedule: poisson has none), for late polls, and for answers that take a good part of the interval.',
    ofTrial: (trial, { cell }) => uniformWait(trial, cell),
    ofCell: (result) => uniformWait(result, result.cell),
    warning: {
      what: 'Waits for the next poll are not spread evenly over the poll interval, as they should be. Largest distance from the uniform distribution',
      fact: (percent) => formatShare(percent / 100),
    },
  },
];
