import type { Deliveries } from '../delivery-result.ts';
import type { Connections } from '../traffic.ts';
import { type EventSpread, mergeSpreads } from './event-spread.ts';
import { type LatencyData, mergeLatencies } from './latency.ts';
import { mergeWindows } from './latency-windows.ts';
import type { LatencyWindows } from './packed-windows.ts';
import { addTally, emptyTally, phases, type TallyByPhase } from './tally.ts';
import { mergeTimelines, type Timeline } from './timeline.ts';

/** What can be merged over workers and over trials, in any order and grouping. */
export interface Measurement {
  /** received - due, of the events due in the measure phase. */
  fromDue: LatencyData;
  /** received - published, of the same deliveries. */
  fromPublished: LatencyData;
  /** Lateness of the polls of the measure phase against their plan. */
  pollLateness: LatencyData;
  /** From the sending of a poll of the measure phase to its answer. */
  pollResponse: LatencyData;
  skippedPolls: number;
  deliveries: Deliveries;
  connections: Omit<Connections, 'kernelOpen'>;
  /** The first event of the feed: subscribers that received it intact, and the latest of them from when it was due. */
  firstEvent: { deliveries: number; lastUs: number };
  tallies: TallyByPhase;
  usage: WorkerUsage;
  /** Notable things that happened to subscribers, with how often: reasons for lost connections, wire errors. */
  incidents: Record<string, number>;
}

/** What one driver worker hands over after a trial; those of all its workers merge into one of the trial. */
export interface TrialMeasurement extends Measurement {
  /** The latencies of fromDue in groups of events. */
  windows: LatencyWindows;
  /** The same event by event; empty when there are too many events. */
  spread: EventSpread;
  /** Connections, requests and bytes while the trial ran. */
  timeline: Timeline;
  /** From the start of the feed until the subscribers were closed. */
  feedUs: number;
}

/** The worker processes over the measure phase. */
export interface WorkerUsage {
  workers: number;
  cpuUs: number;
  /** Of the busiest worker, 0 to 1. */
  eventLoopUtilization: number;
  /** p99 of the time by which the event loop of the slowest worker was late for a timer. */
  eventLoopDelayP99Us: number;
  rssBytes: number;
  /** Resident memory before the first subscriber was made. */
  rssBytesBefore: number;
}

function sumFields<T extends Record<keyof T, number>>(parts: readonly T[]): T {
  const [first, ...rest] = parts;
  const total = { ...(first as T) };
  for (const part of rest) {
    for (const key of Object.keys(total) as (keyof T)[]) {
      total[key] = (total[key] + part[key]) as T[keyof T];
    }
  }
  return total;
}

function mergeTallies(parts: readonly TallyByPhase[]): TallyByPhase {
  const merged = Object.fromEntries(phases.map((phase) => [phase, emptyTally()])) as TallyByPhase;
  for (const part of parts) for (const phase of phases) addTally(merged[phase], part[phase]);
  return merged;
}

function mergeIncidents(parts: readonly Record<string, number>[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const part of parts) {
    for (const [incident, count] of Object.entries(part)) merged[incident] = (merged[incident] ?? 0) + count;
  }
  return merged;
}

/** The measurement of a trial out of those of its workers; throws a RangeError for none. */
export function mergeWorkers(parts: readonly TrialMeasurement[]): TrialMeasurement {
  return {
    ...mergeMeasurements(parts),
    windows: mergeWindows(parts.map((part) => part.windows)),
    spread: mergeSpreads(parts.map((part) => part.spread)),
    timeline: mergeTimelines(parts.map((part) => part.timeline)),
    feedUs: Math.max(...parts.map((part) => part.feedUs)),
  };
}

/** One measurement for several workers or trials; throws a RangeError for none. */
export function mergeMeasurements(parts: readonly Measurement[]): Measurement {
  if (parts.length === 0) throw new RangeError('no measurement to merge');
  return {
    fromDue: mergeLatencies(parts.map((part) => part.fromDue)).data(),
    fromPublished: mergeLatencies(parts.map((part) => part.fromPublished)).data(),
    pollLateness: mergeLatencies(parts.map((part) => part.pollLateness)).data(),
    pollResponse: mergeLatencies(parts.map((part) => part.pollResponse)).data(),
    skippedPolls: parts.reduce((sum, part) => sum + part.skippedPolls, 0),
    deliveries: sumFields(parts.map((part) => part.deliveries)),
    connections: sumFields(parts.map((part) => part.connections)),
    firstEvent: {
      deliveries: parts.reduce((sum, part) => sum + part.firstEvent.deliveries, 0),
      lastUs: Math.max(...parts.map((part) => part.firstEvent.lastUs)),
    },
    tallies: mergeTallies(parts.map((part) => part.tallies)),
    usage: {
      ...sumFields(parts.map((part) => part.usage)),
      eventLoopUtilization: Math.max(...parts.map((part) => part.usage.eventLoopUtilization)),
      eventLoopDelayP99Us: Math.max(...parts.map((part) => part.usage.eventLoopDelayP99Us)),
    },
    incidents: mergeIncidents(parts.map((part) => part.incidents)),
  };
}
