import type { HeaderProfile } from '../../servers/contract/header-profiles.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import type { LatencyStatistic, Needs } from './needs.ts';

/*
 * What `advise` knows of a run: plain data, small enough to travel in a page. Made by `adviceModel` (calibrate.ts).
 */

/** All transports that a run has valid cells of. */
export interface AdviceModel {
  transports: TransportModel[];
}

/** One transport of one server with the same options, poll interval excepted, and the cells it was measured in. */
export interface TransportModel {
  /** Unlike that of every other of the model. */
  label: string;
  transport: TransportId;
  keepAlive: boolean;
  /** 0 when the server does not coalesce. */
  coalesceUs: number;
  longPollTimeoutUs: number;
  heartbeatUs: number;
  /** At least one. */
  points: MeasuredPoint[];
  /** The request ceiling of the server, of polling; null when the run did not look for it. */
  ceiling: { requestsPerSec: number; serverCpuUsPerRequest: number } | null;
}

/** A measured cell. */
export interface MeasuredPoint {
  at: PointParameters;
  measured: PointMeasurement;
  constants: PointConstants;
}

/** Where it was measured. */
export interface PointParameters {
  eventsPerSec: number;
  subscribers: number;
  payloadBytes: number;
  headers: HeaderProfile;
  /** Null for other transports than polling. */
  pollIntervalMs: number | null;
  /** In words when it is not that of the model, which has events at random times. */
  otherSchedule: string | null;
}

/** A value with its 95 % interval, where it has one. */
interface Measured {
  value: number;
  low: number | null;
  high: number | null;
}

/** What it gave: counts of the measure phases over their time. */
export interface PointMeasurement {
  deliveriesPerSec: number;
  requestsPerSec: number;
  wireBytesPerSec: number;
  /** Microseconds. */
  latencyUs: Record<LatencyStatistic, Measured | null>;
  /** Null where the system does not tell. */
  serverCores: number | null;
  serverProcesses: number;
}

/** What the models take from it. Null when the cell does not tell. */
export interface PointConstants {
  /** Bytes of the `Host` value, and digits of the seqs: of each event, and of `after` in each request; means. */
  authorityBytes: number;
  seqDigits: number;
  afterDigits: number;
  /** Head of an answer with events, without the digits of its length, and of a 204. */
  responseHeadBytes: number | null;
  emptyHeadBytes: number | null;
  /** Processor time of the server per request of a transport that asks, per delivery of one that pushes. */
  serverCpuUsPerUnit: number | null;
  /** Mean response time of a poll. */
  pollResponseUs: number | null;
  /** An event that meets a quiet server: to the first subscriber; from there on average, and to the last, per subscriber. */
  firstUs: number | null;
  meanSpreadUsPerSubscriber: number | null;
  lastSpreadUsPerSubscriber: number | null;
  /** Processor time of the slower of server and driver for one subscriber, while the other works too. */
  busyUsPerSubscriber: number | null;
  /** p50 / that of the model. */
  medianRatio: number | null;
  /** How much later p99 was than the model has it; never negative. */
  tailUs: number | null;
}

/** A transport that asks for its events: its cost is that of requests. */
export function isAsked(transport: TransportId): transport is 'polling' | 'long-polling' {
  return transport === 'polling' || transport === 'long-polling';
}

/** The needs that a point was measured with. The limit is of no account; neither is the interval of what does not poll. */
export function needsAt({ at }: MeasuredPoint, statistic: LatencyStatistic): Needs {
  const { eventsPerSec, subscribers, payloadBytes, headers, pollIntervalMs } = at;
  return {
    eventsPerSec,
    subscribers,
    payloadBytes,
    headers,
    pollIntervalMs: pollIntervalMs ?? 1_000,
    toleratedLatencyMs: 1_000,
    statistic,
  };
}
