import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { TransportOptions } from '../../servers/contract/transports.ts';
import type { LatencyDistribution } from '../delivery-result.ts';
import { percentileOf } from '../recording/latency.ts';
import { pollCountCauses, pollLatencyCauses } from './causes.ts';
import type { ScheduledTrial } from './feed-schedule.ts';
import { coalescingWaitUs, meanLatencyUs, meanOverEvents } from './latencies.ts';
import { pollLattice } from './poll-lattice.ts';
import type { TheoryRow } from './row.ts';
import { meanOf, sumOf, theoryRow } from './row.ts';

const QUANTILES = [0.5, 0.9, 0.99];

/** The share that a latency may be off: what the timers of Node and the histogram's resolution may add. */
const LATENCY_SHARE = 0.03;
/** Of the response time of a poll; see pollLatencyRows. */
const SERVICE_SHARE = 0.75;
/** Standard errors within which a count or a mean stays in 997 of 1,000 runs. */
const STANDARD_ERRORS = 3;

export function pollIntervalUs({ transportOptions }: DeliveryCell): number {
  return (transportOptions as TransportOptions['polling']).intervalMs * 1000;
}

/**
 * How often was asked, and how often for nothing, over the whole feed. Subscriber i polls at phase(i) + k T, its phase
 * uniform over T, so each makes feed / T polls but for one, and the schedule says how many of them find an event.
 */
export function pollCountRows(cell: DeliveryCell, trials: readonly ScheduledTrial[]): (TheoryRow | null)[] {
  const { subscribers, eventsPerSec } = cell;
  const intervalUs = pollIntervalUs(cell);
  const lattices = trials.map(({ availableUs, trial }) => pollLattice(availableUs, trial.feedUs, intervalUs));
  const polls = subscribers * sumOf(lattices, (lattice) => lattice.polls);
  const nonEmpty = subscribers * sumOf(lattices, (lattice) => lattice.nonEmpty);
  const events = sumOf(trials, ({ dueUs }) => dueUs.length);
  const requests = sumOf(trials, ({ feed }) => feed.requests);
  const answers = sumOf(trials, ({ feed }) => feed.requests - feed.emptyResponses);
  const deliveries = sumOf(trials, ({ feed }) => feed.deliveries);
  // The phases of the subscribers are independent, so the variances add up.
  const deviation = (ofOne: (lattice: (typeof lattices)[number]) => number) =>
    Math.sqrt(subscribers * sumOf(lattices, ofOne));
  const inputs = {
    pollIntervalUs: intervalUs,
    feedUs: sumOf(trials, ({ trial }) => trial.feedUs),
    subscribersCount: subscribers,
    eventsCount: events,
  };
  const causes = (residual: number) => pollCountCauses(cell, trials, residual);
  return [
    theoryRow({
      quantity: 'requests per delivery',
      unit: '',
      expected: polls / (subscribers * events),
      measured: requests / deliveries,
      // The number of polls of a subscriber is one of two neighbours: a standard deviation of at most 1/2.
      tolerance: (STANDARD_ERRORS * Math.sqrt(subscribers * trials.length)) / 2 / (subscribers * events),
      inputs,
      causes,
    }),
    theoryRow({
      quantity: 'share of empty polls',
      unit: '',
      expected: 1 - nonEmpty / polls,
      measured: 1 - answers / requests,
      tolerance: (STANDARD_ERRORS * deviation((lattice) => lattice.emptyVariance) + EDGE_POLLS * trials.length) / polls,
      inputs: { ...inputs, ...poissonShare(cell, eventsPerSec, intervalUs) },
      causes,
    }),
    theoryRow({
      quantity: 'events per response',
      unit: 'events',
      expected: (subscribers * events) / nonEmpty,
      measured: deliveries / answers,
      tolerance:
        ((subscribers * events) / nonEmpty ** 2) *
        (STANDARD_ERRORS * deviation((lattice) => lattice.nonEmptyVariance) + EDGE_POLLS * trials.length),
      inputs,
      causes,
    }),
  ];
}

/** At either end of a feed a poll may fall to the other side of it by the lateness of a timer. */
const EDGE_POLLS = 2;

/** What Poisson events at this rate would make on average: exp(-lambda T). */
function poissonShare(cell: DeliveryCell, eventsPerSec: number, intervalUs: number): Record<string, number> {
  if (cell.schedule.kind !== 'poisson') return {};
  return { emptyShareOfPoissonEvents: Math.exp((-eventsPerSec * intervalUs) / 1e6) };
}

/**
 * Latency of polling: the wait for the next poll is uniform over (0, T), then s.
 *
 *     mean = T / 2 + s        quantile(q) = q T + s
 *
 * s is the event's way from the publisher to the server, and the answer's way back. The response time R of a poll, measured by
 * itself, is the way there, the service and the way back; half of it stands for the way back, and the way of an event, which
 * need not be parsed and routed like a request, for something between nothing and the other half: s = 3/4 R, give or take
 * a quarter of R. How late polls are does not enter, as all polls of a subscriber are late alike. Of a server that
 * coalesces, the wait for the end of the window comes before. `latencyUs`: of all trials together.
 */
export function pollLatencyRows(
  cell: DeliveryCell,
  trials: readonly ScheduledTrial[],
  latencyUs: LatencyDistribution,
): (TheoryRow | null)[] {
  const intervalUs = pollIntervalUs(cell);
  const responseUs = meanOf(
    trials,
    ({ trial }) => trial.requests.responseUs?.mean ?? null,
    ({ trial }) => trial.requests.count,
  );
  if (responseUs === null) return [];
  const serviceUs = SERVICE_SHARE * responseUs;
  const waits = trials.flatMap((trial) =>
    Array.from(trial.dueUs.keys())
      .slice(trial.firstMeasured)
      .map((event) => coalescingWaitUs(trial, event)),
  );
  // Each pair of a subscriber and a moment with events waits independently of the others.
  const pairs =
    cell.subscribers *
    sumOf(trials, ({ availableUs, firstMeasured }) => new Set(availableUs.subarray(firstMeasured)).size);
  const inputs = {
    pollIntervalUs: intervalUs,
    pollResponseUs: responseUs,
    serviceUs,
    pairsCount: pairs,
    ...((cell.serverOptions.coalesceMs ?? 0) > 0
      ? { meanCoalescingWaitUs: meanOverEvents(trials, coalescingWaitUs) }
      : {}),
  };
  const row = (quantity: string, expected: number, measured: number | null, standardErrorUs: number) =>
    theoryRow({
      quantity,
      unit: 'us',
      expected,
      measured: measured ?? Number.NaN,
      tolerance: Math.max(LATENCY_SHARE * expected, STANDARD_ERRORS * standardErrorUs),
      inputs,
      causes: (residual) => pollLatencyCauses(cell, trials, residual),
    });
  return [
    row(
      'mean latency',
      intervalUs / 2 + serviceUs + meanOverEvents(trials, coalescingWaitUs),
      meanLatencyUs(trials),
      intervalUs / Math.sqrt(12 * pairs),
    ),
    ...QUANTILES.map((q) =>
      row(
        `p${q * 100} latency`,
        waitQuantileUs(q, intervalUs, waits) + serviceUs,
        percentileOf(latencyUs.histogram, q * 100),
        intervalUs * Math.sqrt((q * (1 - q)) / pairs),
      ),
    ),
  ];
}

/** The wait that a share q does not exceed, each being uniform over (0, T) after one of these earlier waits. */
function waitQuantileUs(q: number, intervalUs: number, earlierUs: readonly number[]): number {
  const sorted = Float64Array.from(earlierUs).sort();
  let low = q * intervalUs;
  let high = q * intervalUs + (sorted.at(-1) ?? 0);
  const shareBelow = (waitUs: number) =>
    sumOf(Array.from(sorted), (earlier) => Math.min(1, Math.max(0, (waitUs - earlier) / intervalUs))) / sorted.length;
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (shareBelow(middle) < q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
