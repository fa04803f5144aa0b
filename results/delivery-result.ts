import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import type { LatencyWindows } from './recording/packed-windows.ts';
import type { TallyByPhase } from './recording/tally.ts';
import type { Timeline } from './recording/timeline.ts';
import type { DriverUsage, MachineUsage, ServerUsage, SubscriptionCost } from './resource-usage.ts';
import type { TheoryRow } from './theory/row.ts';
import type { Batching, Bytes, Connections, NetworkCounts, Requests } from './traffic.ts';
import type { Validity } from './validity/check.ts';

/*
 * What a delivery cell and its trials measured, as a run document has it. What crossed the wire is in traffic.ts, what it
 * took of the machine in resource-usage.ts.
 */

/**
 * A value with its 95 % interval [low, high], by a two-level bootstrap over trials and windows of events
 * (statistics/bootstrap.ts); low and high are null when there are too few trials to say. That of a capacity cell is from
 * the smallest to the largest trial.
 */
export interface Estimate {
  value: number;
  low: number | null;
  high: number | null;
}

/** Microseconds. A percentile is null when the events are too few to support it. */
export interface LatencySummary {
  /** Deliveries recorded: those of events due in the measure phase. */
  count: number;
  /** Deliveries that seemed to arrive before they were due or published; not in the histogram. */
  negativeCount: number;
  /** Events due in the measure phase. */
  events: number;
  /** As many independent events would tell as much: fewer than `events` where neighbours are alike. */
  effectiveEvents: number;
  min: number | null;
  mean: number | null;
  p50: Estimate | null;
  p90: Estimate | null;
  p99: Estimate | null;
  p999: Estimate | null;
  max: number | null;
}

/** The same with what the figures were read from. */
export interface LatencyDistribution extends LatencySummary {
  /** HdrHistogram V2, compressed, base64; whole microseconds, 3 significant digits. */
  histogram: string;
}

/** Both latencies of a result with their histograms, as it is judged. */
export interface LatencyDistributions {
  latencyUs: LatencyDistribution;
  latencyFromPublishedUs: LatencyDistribution;
}

/** Every event of the feed, warm-up included, times every subscriber. expected = delivered + missing + corrupted. */
export interface Deliveries {
  expected: number;
  /** Intact, counted once. */
  delivered: number;
  /** Never arrived. */
  missing: number;
  /** Arrived intact again. */
  duplicated: number;
  /** Arrived intact after a later event; also delivered. */
  outOfOrder: number;
  /** Arrived altered, and never arrived intact. */
  corrupted: number;
}

/** How the publisher kept the schedule. */
export interface PublisherReport {
  events: number;
  published: number;
  /**
   * The rate at which the events due in the measure phase were published / the planned one, from the first to the last of
   * them; of a cell, the trial that is farthest from 1. Null with fewer than two.
   */
  offeredLoadRatio: number | null;
  /** published - due of the events due in the measure phase. */
  latenessUs: { p50: number; p99: number; max: number } | null;
  /** Most events that were due and could not yet be handed over because the server did not read them. */
  peakBacklogEvents: number;
  /** SHA-256 of all texts written, each followed by LF: the same seed gives the same value. */
  feedSha256: string;
  /** Why not everything was published, or null. */
  stoppedBecause: string | null;
}

/** What a trial and a cell have in common; a cell's is merged from its trials', never averaged. */
export interface DeliveryResult {
  /** From due to received: the headline. */
  latencyUs: LatencySummary;
  /** From published to received, for comparison: this one hides a late publisher and blocked pipes. */
  latencyFromPublishedUs: LatencySummary;
  deliveries: Deliveries;
  bytes: Bytes;
  batching: Batching;
  connections: Connections;
  requests: Requests;
  serverUsage: ServerUsage;
  driverUsage: DriverUsage;
  subscription: SubscriptionCost;
  publisher: PublisherReport;
  /** Null where the system does not tell. */
  network: NetworkCounts | null;
  validity: Validity;
}

/**
 * What events took that met a quiet server: the constants that theory takes for a trial. All in microseconds, means over
 * these events; null when there were none.
 */
export interface QuietEvents {
  /** No event was due for so long before these. */
  quietUs: number;
  count: number;
  /** The subscriber that was reached first, all of them, and the one that was reached last. */
  firstUs: number;
  meanUs: number;
  lastUs: number;
}

export interface TrialResult extends DeliveryResult {
  trial: number;
  seed: number;
  /** Raw counters of every phase. */
  tallies: TallyByPhase;
  /** First subscriber's connect to last one connected. */
  connectMs: number;
  startedAt: string;
  /** `Host` of its requests: its length is part of theirs. */
  authority: string;
  /** From the start of the feed until the subscribers were closed. */
  feedUs: number;
  /**
   * The latencies from due, in groups of events: what the intervals come from. Together they are the distribution of this
   * trial; with 2 significant digits, and the percentiles beside with 3.
   */
  windows: LatencyWindows;
  /** Absent in documents written before it was recorded. */
  timeline?: Timeline;
  quietEvents: QuietEvents | null;
  machine: MachineUsage | null;
  /** What happened to subscribers, in words, with how often: reasons for lost connections, violations of a protocol. */
  incidents: Record<string, number>;
}

/** A trial as it is judged. A document has it without its histograms, which its windows can stand for. */
export type MeasuredTrial = TrialResult & LatencyDistributions;

/** A cell as it is judged. A document has it without the histogram of the latencies from published. */
export type MeasuredCell = CompletedCell & LatencyDistributions;

export interface CompletedCell extends DeliveryResult {
  latencyUs: LatencyDistribution;
  outcome: 'completed';
  cell: DeliveryCell;
  phases: Phases;
  theory: TheoryRow[];
  trials: TrialResult[];
}
