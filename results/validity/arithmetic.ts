import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { DeliveryResult, LatencyDistribution } from '../delivery-result.ts';
import { feedTally } from '../network.ts';
import { formatShare } from '../numbers.ts';
import { decodeWindows } from '../recording/latency-windows.ts';
import { phases as phaseNames } from '../recording/tally.ts';
import { breakdownOf } from '../summarize.ts';
import {
  atMost,
  type Circumstances,
  type JudgedCell,
  type JudgedTrial,
  type Outcome,
  type Rule,
  twoLimits,
} from './rule.ts';

/** Of a value in a histogram of three digits: half a microsecond by rounding, and 0.1 % by its bucket. */
const histogramErrorUs = (us: number) => 1 + us / 1000;

const largest = (values: readonly number[]) => Math.max(0, ...values);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const countIn = (histogram: string) => decodeFromCompressedBase64(histogram, 32, false).totalCount;

/** By how much two neighbours of an order are the wrong way round, beyond what histograms cannot tell apart. */
function disorderUs(ascending: readonly (number | null)[]): number {
  const known = ascending.filter((value) => value !== null);
  return largest(known.slice(1).map((value, at) => (known[at] as number) - value - histogramErrorUs(value)));
}

/**
 * min <= p50 <= p90 <= p99 <= p99.9 <= max, every percentile and the mean that of the histogram, within its interval, and
 * between min and max. "mean <= p99" is no law: a few deliveries that are slow enough lift the mean above any percentile. What always
 * holds is mean <= 0.99 p99 + 0.01 max.
 */
function latencyDisorderUs({ min, mean, p50, p90, p99, p999, max, count, histogram }: LatencyDistribution): number {
  if (count === 0 || mean === null || max === null) return 0;
  const latencies = decodeFromCompressedBase64(histogram, 32, false);
  const estimates = (
    [
      [50, p50],
      [90, p90],
      [99, p99],
      [99.9, p999],
    ] as const
  ).flatMap(([percent, estimate]) => (estimate === null ? [] : [{ percent, ...estimate }]));
  const meanMostUs = p99 === null ? max : 0.99 * p99.value + 0.01 * max;
  return largest([
    disorderUs([min, p50?.value ?? null, p90?.value ?? null, p99?.value ?? null, p999?.value ?? null, max]),
    disorderUs([min, mean, meanMostUs]),
    ...estimates.map(({ low, value, high }) => disorderUs([low, value, high])),
    ...estimates.map(({ percent, value }) => Math.abs(value - latencies.getValueAtPercentile(percent))),
    Math.abs(mean - latencies.mean) - histogramErrorUs(mean),
  ]);
}

/** Deliveries that one count has and another has not. */
function differingCounts(trial: JudgedTrial, { cell }: Circumstances): number {
  const { deliveries, tallies, publisher } = trial;
  const { expected, delivered, missing, corrupted } = deliveries;
  return largest([
    Math.abs(delivered - sum(phaseNames.map((phase) => tallies[phase].deliveries))),
    Math.abs(expected - publisher.events * cell.subscribers),
    Math.abs(expected - delivered - missing - corrupted),
  ]);
}

/** Latencies that one recording has and another has not: the histogram, its count, the windows, that from published. */
function differingRecordings({ latencyUs, latencyFromPublishedUs, windows }: JudgedTrial): number {
  const recorded = latencyUs.count + latencyUs.negativeCount;
  return largest([
    Math.abs(latencyUs.count - countIn(latencyUs.histogram)),
    Math.abs(latencyUs.count - sum(decodeWindows(windows).flatMap(({ counts }) => counts))),
    Math.abs(recorded - latencyFromPublishedUs.count - latencyFromPublishedUs.negativeCount),
  ]);
}

/**
 * Bytes that do not add up: event text is deliveries x payloadBytes in every phase, the parts of the overhead are the
 * whole, and over the whole feed no part is negative (in the measure phase one may be, when a request of the warm-up is
 * answered in it).
 */
function strayBytes({ tallies, bytes }: JudgedTrial, { cell }: Circumstances): number {
  const overhead = bytes.received + bytes.sent - bytes.payload;
  const { measure } = tallies;
  return largest([
    ...phaseNames.map((phase) => Math.abs(tallies[phase].payloadBytes - tallies[phase].deliveries * cell.payloadBytes)),
    Math.abs(measure.receivedBytes - bytes.received),
    Math.abs(measure.sentBytes - bytes.sent),
    Math.abs(overhead - sum(Object.values(bytes.breakdown))),
    ...Object.values(breakdownOf(feedTally(tallies))).map((part) => -part),
  ]);
}

/** IPv4 20, TCP 20, its time stamps 12: the headers of every packet of a connection that is open. */
const HEADER_BYTES = 52;
const IP_PERCENT = 1;
/** A machine without time to spare sends segments again that were not lost, and the kernel counts them twice: seen up to 3 %. */
const IP_INVALID_PERCENT = 10;

/**
 * The kernel's counters are read some time before the feed begins and after it has ended. What held polls and heartbeats
 * carry meanwhile is in them and not in the driver's counters of the feed; of other transports nothing is under way then.
 */
const IP_EDGES_US = 100_000;

/** The driver's bytes against the kernel's; only where nothing else is in them and no connection is opened or closed. */
function ipBytes({ network, connections, tallies, feedUs }: JudgedTrial, { cell }: Circumstances): Outcome | null {
  const isKept = !('keepAlive' in cell.transportOptions) || cell.transportOptions.keepAlive;
  if (network?.scope !== 'private' || !isKept || connections.reconnected > 0 || network.wireBytes === 0) return null;
  const { heartbeats, emptyResponses } = feedTally(tallies);
  const isNeverQuiet = heartbeats > 0 || (cell.transport === 'long-polling' && emptyResponses > 0);
  const limit = isNeverQuiet ? Math.max(IP_PERCENT, (100 * IP_EDGES_US) / feedUs) : IP_PERCENT;
  const differenceBytes = network.ipBytes - HEADER_BYTES * network.packets - network.wireBytes;
  const percent = (100 * Math.abs(differenceBytes)) / network.wireBytes;
  return twoLimits(percent, limit, IP_INVALID_PERCENT, `% of the wire bytes, ${HEADER_BYTES} B for each packet apart`);
}

/** What the cell has more or less than its trials together. */
function unsummed(cell: JudgedCell): number {
  const counts: ((
    part: Pick<DeliveryResult, 'latencyUs' | 'deliveries' | 'bytes' | 'requests' | 'publisher'>,
  ) => number)[] = [
    ({ latencyUs }) => latencyUs.count,
    ({ deliveries }) => deliveries.expected,
    ({ deliveries }) => deliveries.delivered,
    ({ bytes }) => bytes.received,
    ({ bytes }) => bytes.sent,
    ({ requests }) => requests.count,
    ({ publisher }) => publisher.events,
  ];
  const { histogram, count } = cell.latencyUs;
  return largest([
    ...counts.map((of) => Math.abs(of(cell) - sum(cell.trials.map(of)))),
    // That of each trial has been held against its count.
    Math.abs(countIn(histogram) - count),
  ]);
}

const REPORT_IT = 'The instrument contradicts itself: do not use the figures, and report it with the run document.';

/** Figures of one trial that follow from each other, or were counted in two places. */
export const arithmeticRules: readonly Rule[] = [
  {
    id: 'clock',
    name: 'no delivery before it was due or published',
    advice: 'The clocks of publisher and driver disagree: run both on one host.',
    ofTrial: ({ latencyUs, latencyFromPublishedUs }) => ({
      ...atMost(latencyUs.negativeCount + latencyFromPublishedUs.negativeCount, 0, ''),
      limit: '0 negative latencies',
    }),
  },
  {
    id: 'latency-order',
    name: 'min, percentiles, mean and max are in order',
    advice: REPORT_IT,
    ofTrial: ({ latencyUs, latencyFromPublishedUs }) => latencyOrder(latencyUs, latencyFromPublishedUs),
    ofCell: ({ latencyUs, latencyFromPublishedUs }) => latencyOrder(latencyUs, latencyFromPublishedUs),
  },
  {
    id: 'counts-agree',
    name: 'sequences, counters and publisher agree on the number of deliveries',
    advice: REPORT_IT,
    ofTrial: (trial, circumstances) => ({
      ...atMost(differingCounts(trial, circumstances), 0, ''),
      limit: '0 deliveries that one has and another has not',
    }),
  },
  {
    id: 'recordings-agree',
    name: 'all recordings hold the latency of every measured delivery',
    advice: REPORT_IT,
    ofTrial: (trial) => ({
      ...atMost(differingRecordings(trial), 0, ''),
      limit: '0 latencies that one has and another has not',
    }),
  },
  {
    id: 'bytes-add-up',
    name: 'socket bytes are payload and the parts of the overhead',
    advice: REPORT_IT,
    ofTrial: (trial, circumstances) => atMost(strayBytes(trial, circumstances), 0, 'B without a place'),
  },
  {
    id: 'ip-bytes',
    name: 'the kernel counts the bytes that the driver counts',
    advice:
      'Close other programs and run again: a machine without time to spare sends segments twice. If it stays, report it.',
    ofTrial: ipBytes,
    warning: {
      what: 'The kernel counted other bytes than the driver, as when segments are sent again, so packets and IP bytes are more than the transport needs. Difference in the worst trial',
      fact: (percent) => formatShare(percent / 100),
    },
  },
  {
    id: 'sums-of-trials',
    name: 'the totals of the cell are the sums of its trials',
    advice: REPORT_IT,
    ofTrial: () => null,
    ofCell: (cell) => atMost(unsummed(cell), 0, 'more or less'),
  },
];

function latencyOrder(fromDue: LatencyDistribution, fromPublished: LatencyDistribution): Outcome {
  return atMost(largest([latencyDisorderUs(fromDue), latencyDisorderUs(fromPublished)]), 0, 'us out of order');
}
