import type { Estimate, LatencyDistribution } from './delivery-result.ts';
import { EVENTS_NEEDED, FRACTION, type PercentileKey } from './percentiles.ts';
import { type LatencyData, LatencyRecorder } from './recording/latency.ts';
import type { Measurement } from './recording/measurement.ts';
import type { Tally } from './recording/tally.ts';
import type { DriverUsage } from './resource-usage.ts';
import { FEWEST_TRIALS_FOR_INTERVAL, percentileIntervals } from './statistics/bootstrap.ts';
import type { DecodedTrial } from './statistics/decode-windows.ts';
import { effectiveEventsOf } from './statistics/effective-events.ts';
import { sampleOf } from './statistics/latency-sample.ts';
import type { Batching, Breakdown, Bytes, NetworkCounts, Requests } from './traffic.ts';

/** Of every bootstrap of a document, so that anyone gets the same intervals from it. */
export const BOOTSTRAP_SEED = 1;

/**
 * Summary of the latencies of `events` measured events. `trials`: the windows of the trials, for intervals and effective
 * events; where there are none, every event counts and there is no interval.
 */
export function summarizeLatency(
  data: LatencyData,
  events: number,
  trials: readonly DecodedTrial[],
): LatencyDistribution {
  const whole = new LatencyRecorder();
  whole.merge(data);
  const effective = trials.length === 0 ? events : effectiveEventsOf(trials);
  const known = (Object.keys(FRACTION) as PercentileKey[]).flatMap((key) => {
    const value = whole.percentileUs(100 * FRACTION[key]);
    return value === null || effective < EVENTS_NEEDED[key] ? [] : [{ key, fraction: FRACTION[key], value }];
  });
  const intervals =
    trials.length < FEWEST_TRIALS_FOR_INTERVAL ? null : percentileIntervals(sampleOf(trials), known, BOOTSTRAP_SEED);
  const estimate = (wanted: PercentileKey): Estimate | null => {
    const index = known.findIndex(({ key }) => key === wanted);
    const found = known[index];
    if (found === undefined) return null;
    return { value: found.value, low: intervals?.[index]?.low ?? null, high: intervals?.[index]?.high ?? null };
  };
  return {
    count: data.count,
    negativeCount: data.negativeCount,
    events,
    effectiveEvents: effective,
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

/** The overhead of a tally by cause; the parts add up to it exactly, since framing is what no other part is. */
export function breakdownOf(tally: Tally): Breakdown {
  const overhead = tally.receivedBytes + tally.sentBytes - tally.payloadBytes;
  const heads = tally.requestHeadBytes + tally.responseHeadBytes;
  return {
    requestHeads: tally.requestHeadBytes - tally.emptyRequestBytes - tally.handshakeRequestBytes,
    responseHeads: tally.responseHeadBytes - tally.emptyResponseBytes - tally.handshakeResponseBytes,
    framing: overhead - heads - tally.heartbeatBytes,
    emptyPolls: tally.emptyRequestBytes + tally.emptyResponseBytes,
    handshakes: tally.handshakeRequestBytes + tally.handshakeResponseBytes,
    heartbeats: tally.heartbeatBytes,
  };
}

/** Wire bytes of a tally, and IP bytes of the feed it is part of. */
export function summarizeBytes(tally: Tally, network: NetworkCounts | null): Bytes {
  const overhead = tally.receivedBytes + tally.sentBytes - tally.payloadBytes;
  return {
    payload: tally.payloadBytes,
    received: tally.receivedBytes,
    sent: tally.sentBytes,
    overheadPerDelivery: perDelivery(overhead, tally),
    ipPerDelivery: network === null || network.deliveries === 0 ? null : network.ipBytes / network.deliveries,
    breakdown: breakdownOf(tally),
  };
}

/** `writeCalls`: of the server in the same phase; null where the system does not tell. */
export function summarizeBatching(tally: Tally, writeCalls: number | null): Batching {
  return {
    eventsPerEnvelope: tally.envelopes === 0 ? null : tally.deliveries / tally.envelopes,
    eventsPerRead: tally.reads === 0 ? null : tally.deliveries / tally.reads,
    eventsPerWrite: writeCalls === null || writeCalls === 0 ? null : tally.deliveries / writeCalls,
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

/** Response times in microseconds; null when there were none. */
export function summarizeResponse(data: LatencyData): Requests['responseUs'] {
  const lateness = summarizeLateness(data);
  return lateness === null ? null : { mean: data.sumUs / data.count, ...lateness };
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
    responseUs: summarizeResponse(measurement.pollResponse),
  };
}

export function summarizeDriver(measurement: Measurement): DriverUsage {
  const { cpuUs, ...usage } = measurement.usage;
  const { eventLoopUtilization, eventLoopDelayP99Us, rssBytes, workers } = usage;
  const cpuUsPerDelivery = perDelivery(cpuUs, measurement.tallies.measure);
  return { cpuUsPerDelivery, eventLoopUtilization, eventLoopDelayP99Us, rssBytes, workers };
}

/** Middle value, the lower of two; null when any is unknown, or there is none. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length < values.length ? null : (known[Math.floor((known.length - 1) / 2)] ?? null);
}
