import { type LatencyData, LatencyRecorder } from './recording/latency.ts';
import type { Measurement } from './recording/measurement.ts';
import type { Tally } from './recording/tally.ts';
import type { Batching, Bytes, DriverUsage, Estimate, LatencySummary, Requests } from './run-document.ts';

/**
 * How many events a percentile needs before it is printed: below this its 95 % order-statistic interval has no finite
 * upper end. Deliveries of one event to many subscribers are one cluster, so events count, not deliveries.
 * Solves 1 - q^n >= 0.975 with the rank of the upper limit at most n.
 */
export const EVENTS_NEEDED = { p50: 6, p90: 36, p99: 368, p999: 3688 } as const;

type PercentileKey = keyof typeof EVENTS_NEEDED;
const PERCENT: Record<PercentileKey, number> = { p50: 50, p90: 90, p99: 99, p999: 99.9 };

/** Trials from which [smallest, largest] covers the median of all trials with over 90 %: 1 - 2^(1 - n). */
const TRIALS_FOR_INTERVAL = 5;

/**
 * Summary of a latency recording that spans `events` measured events. `trials` are the recordings it was merged from,
 * for the intervals; empty for a single trial.
 */
export function summarizeLatency(data: LatencyData, events: number, trials: readonly LatencyData[]): LatencySummary {
  const whole = new LatencyRecorder();
  whole.merge(data);
  const parts = trials.map((trial) => {
    const part = new LatencyRecorder();
    part.merge(trial);
    return part;
  });
  const estimate = (key: PercentileKey): Estimate | null => {
    const value = whole.percentileUs(PERCENT[key]);
    if (value === null || events < EVENTS_NEEDED[key]) return null;
    // A quantile of a mixture lies between the smallest and the largest quantile of its parts.
    const ofTrials = parts.map((part) => part.percentileUs(PERCENT[key])).filter((value) => value !== null);
    const enough = ofTrials.length >= TRIALS_FOR_INTERVAL;
    return { value, low: enough ? Math.min(...ofTrials) : null, high: enough ? Math.max(...ofTrials) : null };
  };
  return {
    count: data.count,
    negativeCount: data.negativeCount,
    min: data.minUs,
    mean: whole.meanUs,
    p50: estimate('p50'),
    p90: estimate('p90'),
    p99: estimate('p99'),
    p999: estimate('p999'),
    max: data.maxUs,
    histogram: data.histogram,
  };
}

function perDelivery(amount: number, tally: Tally): number | null {
  return tally.deliveries === 0 ? null : amount / tally.deliveries;
}

/** Wire bytes of a tally; the parts of the breakdown add up to the overhead exactly. */
export function summarizeBytes(tally: Tally): Bytes {
  const overhead = tally.receivedBytes + tally.sentBytes - tally.payloadBytes;
  return {
    payload: tally.payloadBytes,
    received: tally.receivedBytes,
    sent: tally.sentBytes,
    overheadPerDelivery: perDelivery(overhead, tally),
    ipPerDelivery: null,
    breakdown: {
      requestHeads: tally.requestHeadBytes,
      responseHeads: tally.responseHeadBytes,
      framing: overhead - tally.requestHeadBytes - tally.responseHeadBytes,
    },
  };
}

export function summarizeBatching(tally: Tally): Batching {
  return {
    eventsPerEnvelope: tally.envelopes === 0 ? null : tally.deliveries / tally.envelopes,
    eventsPerRead: tally.reads === 0 ? null : tally.deliveries / tally.reads,
  };
}

/** Lateness against a plan in microseconds; null when nothing was recorded. */
export function summarizeLateness(data: LatencyData): { p50: number; p99: number; max: number } | null {
  const lateness = new LatencyRecorder();
  lateness.merge(data);
  const p50 = lateness.percentileUs(50);
  const p99 = lateness.percentileUs(99);
  return p50 === null || p99 === null || data.maxUs === null ? null : { p50, p99, max: data.maxUs };
}

export function summarizeRequests(measurement: Measurement): Requests {
  const { measure } = measurement.tallies;
  return {
    count: measure.requests,
    empty: measure.emptyResponses,
    failed: measure.failedRequests,
    perDelivery: perDelivery(measure.requests, measure),
    skippedPolls: measurement.skippedPolls,
    latenessUs: summarizeLateness(measurement.pollLateness),
  };
}

export function summarizeDriver(measurement: Measurement): DriverUsage {
  const { cpuUs, eventLoopUtilization, rssBytes, workers } = measurement.usage;
  return { cpuUsPerDelivery: perDelivery(cpuUs, measurement.tallies.measure), eventLoopUtilization, rssBytes, workers };
}

/** Middle value, the lower of two; null when any is unknown, or there is none. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length < values.length ? null : (known[Math.floor((known.length - 1) / 2)] ?? null);
}
