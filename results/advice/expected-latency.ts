import { coalescedPoisson } from '../theory/coalescing.ts';
import { poissonBatches, type ServerTimes } from '../theory/replay.ts';
import { constantAt } from './interpolate.ts';
import type { TransportModel } from './model.ts';
import type { LatencyStatistic, Needs } from './needs.ts';

/** The part of the response time of a poll that its events are under way, as theory has it (theory/polling.ts). */
const SERVICE_SHARE = 0.75;

/** Why a model gives nothing, for example as no event met a quiet server. */
export const NO_CONSTANTS = 'this run has no constants for it';

/** A latency that a model gives, or why it gives none. */
export type ExpectedLatency = { valueUs: number } | { whyUnknown: string };

/** What the models of latency are called. */
export function latencyModelName({ transport }: TransportModel): string {
  if (transport === 'polling') return 'wait for a poll';
  return transport === 'long-polling' ? 'fan-out and gap' : 'fan-out and queue';
}

/** By how much the mean of a model may be off, as the rows of theory allow it: a share of the value. */
export function latencyTolerance({ transport }: TransportModel): number {
  if (transport === 'polling') return 0.03;
  return transport === 'long-polling' ? 0.05 : 0.1;
}

/**
 * The latency of events at random times (Poisson) for a server process with so many subscribers, in microseconds, with the
 * constants that this run measured. Percentiles of push and long-polling are those of the model as this run calibrated them.
 */
export function expectedLatency(
  model: TransportModel,
  needs: Needs,
  statistic: LatencyStatistic,
  subscribersPerProcess: number,
): ExpectedLatency {
  if (statistic !== 'mean' && model.coalesceUs > 0) return { whyUnknown: 'no model of the percentiles of coalescing' };
  const plainUs = modelLatencyUs(model, needs, statistic, subscribersPerProcess);
  if (plainUs === null) return { whyUnknown: NO_CONSTANTS };
  if (statistic === 'mean' || model.transport === 'polling') return { valueUs: plainUs };
  const calibration = constantAt(model, needs, statistic === 'p50' ? 'medianRatio' : 'tailUs');
  if (calibration === null) return { whyUnknown: `too few events in this run for a ${statistic}` };
  return { valueUs: statistic === 'p50' ? plainUs * calibration : plainUs + calibration };
}

/** The same before calibration; null without constants. */
export function modelLatencyUs(
  model: TransportModel,
  needs: Needs,
  statistic: LatencyStatistic,
  subscribersPerProcess: number,
): number | null {
  return model.transport === 'polling'
    ? pollLatencyUs(model, needs, statistic)
    : fanOutLatencyUs(model, needs, statistic, subscribersPerProcess);
}

/** The quantile of a time that is uniform over (0, 1), and its mean. */
const UNIFORM: Record<LatencyStatistic, number> = { mean: 0.5, p50: 0.5, p99: 0.99 };

/** The part of the wait for the next poll, which the interval alone decides; 0 for what does not poll. */
function pollWaitUs({ transport }: TransportModel, { pollIntervalMs }: Needs, statistic: LatencyStatistic): number {
  return transport === 'polling' ? UNIFORM[statistic] * pollIntervalMs * 1000 : 0;
}

/**
 * Between which values a modelled latency may lie, in microseconds: the tolerance of theory and, where parameters are outside
 * of what was measured (doubtfulFactor), a factor on all but the wait for a poll: the square root of how far.
 * (A run with 1 subscriber and 300 events/s and one with 100 and 50 gave each other's means within a factor of 6.)
 */
export function latencyRange(
  model: TransportModel,
  needs: Needs,
  valueUs: number,
  outsideFactor: number,
): { low: number; high: number } {
  const waitUs = pollWaitUs(model, needs, needs.statistic);
  const doubt = Math.sqrt(Math.max(1, outsideFactor));
  const share = latencyTolerance(model);
  const serviceUs = Math.max(0, valueUs - waitUs);
  return { low: (waitUs + serviceUs / doubt) * (1 - share), high: (waitUs + serviceUs * doubt) * (1 + share) };
}

/** The wait for the next poll is uniform over (0, T), then s = 3/4 R: T / 2 + s on average, q T + s at quantile q. */
function pollLatencyUs(model: TransportModel, needs: Needs, statistic: LatencyStatistic): number | null {
  const responseUs = constantAt(model, needs, 'pollResponseUs');
  if (responseUs === null) return null;
  const coalescingUs = coalescedPoisson(needs.eventsPerSec, model.coalesceUs).meanWaitUs;
  return pollWaitUs(model, needs, statistic) + SERVICE_SHARE * responseUs + coalescingUs;
}

/**
 * The longest poll interval that is surely in time, in ms: the high end of its range, (a T + s d)(1 + share), is below the
 * limit; rounded down to two digits. Null without constants, for other transports, or where none of 1 ms or more is.
 */
export function longestPollIntervalMs(model: TransportModel, needs: Needs, outsideFactor: number): number | null {
  if (model.transport !== 'polling') return null;
  const highAt = (pollIntervalMs: number) => {
    const at = { ...needs, pollIntervalMs };
    const expected = expectedLatency(model, at, needs.statistic, needs.subscribers);
    return 'valueUs' in expected ? latencyRange(model, at, expected.valueUs, outsideFactor).high : Number.NaN;
  };
  const longestMs = (needs.toleratedLatencyMs * 1000 - highAt(0)) / (highAt(1) - highAt(0));
  if (!(longestMs >= 1)) return null;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(longestMs)) - 1);
  return Math.floor(longestMs / step) * step;
}

/** An event that meets a quiet server: to the first subscriber, on average and to the last. */
interface QuietLatency {
  firstUs: number;
  meanUs: number;
  lastUs: number;
}

function quietLatency(model: TransportModel, needs: Needs, subscribersPerProcess: number): QuietLatency | null {
  const firstUs = constantAt(model, needs, 'firstUs');
  const mean = constantAt(model, needs, 'meanSpreadUsPerSubscriber');
  const last = constantAt(model, needs, 'lastSpreadUsPerSubscriber');
  if (firstUs === null || mean === null || last === null) return null;
  const others = Math.max(0, subscribersPerProcess - 1);
  return { firstUs, meanUs: firstUs + others * mean, lastUs: firstUs + others * last };
}

/** The constants of long-polling: a subscriber has asked again when the last one has been reached. Null when unknown. */
export function longPollTimes(model: TransportModel, needs: Needs, subscribersPerProcess: number): ServerTimes | null {
  const quiet = quietLatency(model, needs, subscribersPerProcess);
  return quiet === null ? null : { wakeUs: quiet.firstUs, busyUs: quiet.lastUs };
}

function serverTimes(model: TransportModel, needs: Needs, subscribersPerProcess: number): ServerTimes | null {
  if (model.transport === 'long-polling') return longPollTimes(model, needs, subscribersPerProcess);
  const wakeUs = constantAt(model, needs, 'firstUs');
  const busyUs = constantAt(model, needs, 'busyUsPerSubscriber');
  return wakeUs === null || busyUs === null ? null : { wakeUs, busyUs: subscribersPerProcess * busyUs };
}

/** A part of the events, delayed by a time that is uniform over (fromUs, toUs). */
interface Delay {
  share: number;
  fromUs: number;
  toUs: number;
}

/**
 * Push and long-polling: what an event takes that meets a quiet server, and the delay behind the event before it. Mean: as in
 * the row "mean latency" of theory. Quantiles: deliveries of a quiet event are spread evenly between two times with its mean
 * and its last; and of the events, by poissonBatches, lambda g / B come in the gap g and wait for a uniform part of it, and
 * exp(-lambda g) lambda a / B join one for which the server is waking up, and take up to a less.
 */
function fanOutLatencyUs(
  model: TransportModel,
  needs: Needs,
  statistic: LatencyStatistic,
  subscribersPerProcess: number,
): number | null {
  const quiet = quietLatency(model, needs, subscribersPerProcess);
  const times = serverTimes(model, needs, subscribersPerProcess);
  if (quiet === null || times === null) return null;
  const { batchesPerSec, meanWaitUs } = coalescedPoisson(needs.eventsPerSec, model.coalesceUs);
  const { eventsPerBatch, meanDelayUs } = poissonBatches(batchesPerSec, times);
  if (statistic === 'mean') return quiet.meanUs + meanDelayUs + meanWaitUs;
  const { wakeUs, busyUs } = times;
  const perUs = batchesPerSec / 1e6;
  const noneInGap = Math.exp(-perUs * busyUs);
  const delays: Delay[] = [
    { share: (perUs * busyUs) / eventsPerBatch, fromUs: 0, toUs: busyUs },
    { share: noneInGap / eventsPerBatch, fromUs: 0, toUs: 0 },
    { share: (noneInGap * perUs * wakeUs) / eventsPerBatch, fromUs: -wakeUs, toUs: 0 },
  ];
  const fromUs = Math.max(0, 2 * quiet.meanUs - quiet.lastUs);
  return quantileUs(statistic === 'p50' ? 0.5 : 0.99, { fromUs, toUs: quiet.lastUs }, delays);
}

/** The q-quantile of a uniform time plus one of these delays. */
function quantileUs(q: number, of: Omit<Delay, 'share'>, delays: readonly Delay[]): number {
  const below = (atUs: number) => delays.reduce((sum, delay) => sum + delay.share * shareBelow(atUs, of, delay), 0);
  let low = Math.min(...delays.map((delay) => of.fromUs + delay.fromUs));
  let high = Math.max(...delays.map((delay) => of.toUs + delay.toUs)) + 1;
  while (high - low > 0.5) {
    const middle = (low + high) / 2;
    if (below(middle) < q) low = middle;
    else high = middle;
  }
  return Math.max(0, (low + high) / 2);
}

/** P(A + B <= t) for independent A and B that are uniform: the area of the rectangle below the line a + b = t. */
function shareBelow(atUs: number, a: Omit<Delay, 'share'>, b: Omit<Delay, 'share'>): number {
  // A width of nothing would divide by it.
  const widthA = Math.max(1e-3, a.toUs - a.fromUs);
  const widthB = Math.max(1e-3, b.toUs - b.fromUs);
  const restUs = atUs - a.fromUs - b.fromUs;
  const triangle = (us: number) => Math.max(0, us) ** 2 / 2;
  const area =
    triangle(restUs) - triangle(restUs - widthA) - triangle(restUs - widthB) + triangle(restUs - widthA - widthB);
  return Math.min(1, Math.max(0, area / (widthA * widthB)));
}
