import type { CapacityCell, DeliveryCell, Phases, Plan } from '../scenarios/cell.ts';
import type { TransportId } from '../servers/contract/transports.ts';
import type { LatencyData } from './recording/latency.ts';
import type { LatencyWindow } from './recording/latency-windows.ts';
import type { TallyByPhase } from './recording/tally.ts';

/** The version of the document's format. A reader refuses another one with a clear message. */
export const SCHEMA_VERSION = 2;

/** One run: everything that was planned, measured and said. Report and comparison read nothing else. */
export interface RunDocument {
  kind: 'transport-bench-run';
  schemaVersion: typeof SCHEMA_VERSION;
  /** `<UTC time>-<scenario>`, also the name of the run's folder. */
  id: string;
  /** `interrupted`: stopped by the user before the plan was done; what there is, is whole. */
  status: 'running' | 'completed' | 'interrupted';
  /** ISO 8601, UTC. */
  startedAt: string;
  finishedAt: string | null;
  /** The command that repeats this run. */
  command: string;
  tool: { version: string; gitCommit: string | null; gitDirty: boolean | null };
  environment: Environment;
  scenario: { name: string; question: string; yaml: string };
  plan: Plan;
  /** The driver against servers that answer with constants, before the first trial: what it adds by itself. */
  calibration: Calibration[];
  /** Of `run --until-ci`: how precise the run was to become, and whether it did. */
  precision?: Precision;
  cells: CellResult[];
  /** Each pair of valid cells that differ in transport and its options alone, for each quantity; when the run has ended. */
  comparisons: CellComparison[];
  /** Instead of `cells`, where the run looked for capacities (`run --find-capacity`). */
  capacitySearch?: CapacitySearchSection;
  warnings: Warning[];
}

/** The machine and its limits. Null where it could not be read. */
export interface Environment {
  cpuModel: string | null;
  cpuCount: number;
  memoryBytes: number;
  os: string;
  kernel: string;
  nodeVersion: string;
  packages: Record<string, string>;
  limits: {
    openFiles: number | null;
    localPorts: { low: number; high: number } | null;
    acceptBacklog: number | null;
  };
  cpuGovernor: string | null;
  loadAverage1Min: number;
  /** Where the run's connections were: in a network namespace of their own, or on the loopback that all programs share. */
  network: { scope: NetworkScope; reason: string };
  /** Whether the publisher had a core whenever an event was due, or queued for one with all other programs; and why. */
  publisherPriority: { class: 'real-time' | 'ordinary'; reason: string };
}

export type NetworkScope = 'private' | 'host';

/**
 * What the driver adds by itself: one short trial of a transport against a server that answers with constants. Shown
 * beside the results and subtracted from nothing.
 */
export interface Calibration {
  transport: TransportId;
  subscribers: number;
  /** Of polling, the polls of one subscriber. */
  eventsPerSec: number;
  /** From due to received; of polling, from the sending of a poll to its answer. */
  latencyUs: { count: number; p50: number; p99: number; max: number };
  /** Processor time of the workers per delivery; of polling, per poll. */
  driverCpuUsPerUnit: number;
  eventLoopUtilization: number;
}

/** Smaller is better in all of them. */
export type ComparedQuantity = 'latencyUs.p50' | 'latencyUs.p99' | 'serverUsage.cpuUsPerDelivery';

/** How cell `a` compares with cell `b` in one quantity. */
export interface CellComparison {
  quantity: ComparedQuantity;
  a: string;
  b: string;
  /** a / b, with its 95 % interval. */
  ratio: Estimate;
  /** Mann-Whitney over the trials; null with fewer than four of either. */
  p: number | null;
  /** The same after Holm's correction for all pairs of the group. */
  adjustedP: number | null;
  /** Of a; `same`: the interval lies within the margin of equivalence. */
  verdict: 'faster' | 'slower' | 'same' | 'undecided';
}

export interface Precision {
  /** Half of the width of an interval / its value, that p50 and p99 of every cell were to reach. */
  target: number;
  budgetMs: number;
  reached: boolean;
  /** The cells that did not reach it. */
  wideCellIds: string[];
}

/** Part of the result: what a reader should know before believing a number, and what to do about it. */
export interface Warning {
  code: string;
  message: string;
  advice: string;
  /** The cells it concerns; none for the whole run. */
  cellIds: string[];
}

/** The union keeps anybody from reading a percentile of a cell that failed. */
export type CellResult =
  | CompletedCell
  | CompletedCapacityCell
  | { outcome: 'failed'; cell: DeliveryCell | CapacityCell; trial: number; reason: string; stderrTail: string }
  | { outcome: 'skipped'; cell: DeliveryCell | CapacityCell; reason: string };

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
  /** HdrHistogram V2, compressed, base64; whole microseconds, 3 significant digits. */
  histogram: string;
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

/** Wire bytes of the measure phase. */
export interface Bytes {
  payload: number;
  received: number;
  sent: number;
  /** (received + sent - payload) / deliveries; null without deliveries. */
  overheadPerDelivery: number | null;
  /** IP bytes per delivery over the whole feed, see NetworkCounts; null where they could not be counted. */
  ipPerDelivery: number | null;
  /** Parts of the overhead, in bytes; they add up to received + sent - payload exactly. */
  breakdown: Breakdown;
}

/** Bytes that are not event text, by cause; every byte is in one part only. */
export interface Breakdown {
  /** Of requests that were answered with events. */
  requestHeads: number;
  /** Of these answers. */
  responseHeads: number;
  /** Of events: line ends, fields of an event stream, chunks, frames. */
  framing: number;
  /** Requests that were answered 204, and these answers. */
  emptyPolls: number;
  /** Requests that opened a push connection, and the heads that answered them. */
  handshakes: number;
  /** Heartbeats and the answers to them. */
  heartbeats: number;
}

/**
 * What the kernel counted while the feed ran, from its start to the end of the drain phase: packets have no phase, and
 * nothing is under way at these two moments. Packets of loopback, which may hold up to 64 KiB each.
 */
export interface NetworkCounts {
  scope: NetworkScope;
  packets: number;
  /** TCP/IP headers, bare ACKs and payload. */
  ipBytes: number;
  /** TCP segments sent again, which are in the counts above. */
  retransmissions: number;
  /** Write system calls of the server in the same time, whatever it wrote; null where the system does not tell. */
  serverWriteCalls: number | null;
  /** Loopback before the first trial, when this run was quiet; null in a private namespace, where nothing else is. */
  backgroundPacketsPerSec: number | null;
  backgroundBytesPerSec: number | null;
  /** Wire bytes and deliveries of the same time, as the driver counted them. */
  wireBytes: number;
  deliveries: number;
  /** ipBytes by cause, exactly: payload, the parts of the overhead, and the rest. */
  breakdown: Breakdown & { payload: number; tcpIp: number };
}

/** Batching in the measure phase: an event is not a response, a chunk, a frame or a read. Null without deliveries. */
export interface Batching {
  /** Events per response, chunk or frame that carried any. */
  eventsPerEnvelope: number | null;
  /** Events per socket read that completed any. */
  eventsPerRead: number | null;
  /** Deliveries per write system call of the server, whatever it wrote; null where the system does not tell (/proc). */
  eventsPerWrite: number | null;
}

export interface Connections {
  /** Over all trials; a trial opens its own. */
  opened: number;
  /** Open when the feed began, in the driver's books. */
  openAtFeed: number;
  /** Open at that moment in the kernel's: connections established at the server's ports; null where it does not tell. */
  kernelOpen: number | null;
  /** Most open at one moment, summed over the workers; of a cell, the highest of any trial. */
  peak: number;
  /** Attempts that did not connect. */
  failed: number;
  /** Lost and opened again by a subscriber, resuming after its last event. */
  reconnected: number;
}

/** Requests of the measure phase. */
export interface Requests {
  count: number;
  empty: number;
  failed: number;
  perDelivery: number | null;
  /** Polls that were due while the one before was still unanswered and were left out; 0 for other transports. */
  skippedPolls: number;
  /** Lateness of polls against their plan in the measure phase; null for other transports. */
  latenessUs: { p50: number; p99: number; max: number } | null;
  /** From the sending of a poll of the measure phase to its answer; null for other transports. */
  responseUs: { mean: number; p50: number; p99: number; max: number } | null;
}

/** The server's processes, over the measure phase. Null where the system does not tell (/proc). */
export interface ServerUsage {
  cpuUsPerDelivery: number | null;
  /** Resident memory at the end of the measure phase. */
  rssBytes: number | null;
  /** (resident with all subscribers connected, before the feed - resident when ready) / subscribers. */
  rssBytesPerSubscriber: number | null;
}

/** The driver's worker processes, over the measure phase. */
export interface DriverUsage {
  cpuUsPerDelivery: number | null;
  /** The busiest worker, 0 to 1. */
  eventLoopUtilization: number;
  /** p99 of the lateness of timers in the slowest worker, which has a floor of about 1 ms. */
  eventLoopDelayP99Us: number;
  /** Sum of the workers' resident memory at the end of the measure phase. */
  rssBytes: number;
  workers: number;
}

/** What it took to have so many subscribers. Of a cell, the middle value of its trials, the lower of two. */
export interface SubscriptionCost {
  serverProcesses: number;
  /**
   * Subscribers / the time from the first connect until the last one was subscribed: its connection was open, and its
   * request or handshake answered (of long-polling, sent).
   */
  connectsPerSec: number;
  /**
   * From when the first event of the feed was due until the last subscriber had received it, on connections that have
   * carried none before. Null when not every subscriber received it intact.
   */
  firstDeliveryUs: number | null;
  /** Processor time over the measure phase, per subscriber and second; null where the system does not tell. */
  serverCpuUsPerSubscriberSec: number | null;
  driverCpuUsPerSubscriberSec: number;
  /** (resident at the end of the measure phase - resident before the first subscriber) / subscribers, of all workers. */
  driverRssBytesPerSubscriber: number;
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

/** One question the instrument asks itself. */
export interface Check {
  /** The same for all trials, cells and runs. */
  id: string;
  name: string;
  ok: boolean;
  /** What it means when it fails: `invalid`, the figures do not say what they claim; `warning`, read them with care. */
  severity: 'invalid' | 'warning';
  value: number | null;
  /** In words with the unit, for example "at most 1000 us". */
  limit: string;
  advice: string;
}

export interface Validity {
  /** No check of severity `invalid` failed. */
  ok: boolean;
  checks: Check[];
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
  /** The latencies from due, in groups of events: what the intervals come from. */
  windows: LatencyWindow[];
  quietEvents: QuietEvents | null;
  machine: MachineUsage | null;
  /** What happened to subscribers, in words, with how often: reasons for lost connections, violations of a protocol. */
  incidents: Record<string, number>;
}

export interface CompletedCell extends DeliveryResult {
  outcome: 'completed';
  cell: DeliveryCell;
  phases: Phases;
  theory: TheoryRow[];
  trials: TrialResult[];
}

/** A prediction beside what was measured. */
export interface TheoryRow {
  /** In words with its unit, the same in all runs. */
  quantity: string;
  /** Of the values: 'B', 'us', 'packets' ...; empty for a ratio. */
  unit: string;
  /** By a closed form of the inputs. */
  expected: number;
  measured: number;
  /** measured - expected. */
  residual: number;
  /** The largest |residual| with which the model holds, in the same unit. */
  tolerance: number;
  holds: boolean;
  /** What the closed form was given, by name with unit. */
  inputs: Record<string, number>;
  /** Likely causes when it does not hold, the likeliest first. */
  causes: string[];
}

export interface CapacityTrial {
  trial: number;
  requests: number;
  requestsPerSec: number;
  receivedBytesPerRequest: number;
  errors: number;
  /** From the sending of each poll to its answer. */
  response: LatencyData;
  serverCpuUsPerRequest: number | null;
  driverCpuUsPerRequest: number | null;
  /** Of the driver's event loop, 0 to 1. */
  driverUtilization: number;
}

export interface CompletedCapacityCell {
  outcome: 'completed';
  cell: CapacityCell;
  requestsPerSec: Estimate;
  receivedBytesPerRequest: number;
  /** From the sending of each poll to its answer, of all trials; null without an answer. */
  responseUs: { mean: number; p50: number; p99: number; max: number } | null;
  serverCpuUsPerRequest: Estimate | null;
  driverCpuUsPerRequest: Estimate | null;
  /** Of the driver's event loop in the busiest trial, 0 to 1. Near 1 the driver was the limit, not the server. */
  driverUtilization: number;
  errors: number;
  validity: Validity;
  trials: CapacityTrial[];
}

/** The searches of a run with `--find-capacity`: the highest value of an axis that holds an objective without loss. */
export interface CapacitySearchSection {
  objective: Objective;
  /** Fresh runs in which an answer had to hold, every one. */
  confirmations: number;
  /** A search is exact enough when the lowest value that failed / the highest that held is at most this. */
  precisionRatio: number;
  searches: CapacitySearchResult[];
}

/** Every condition must hold, and no event be lost, repeated, out of order or altered. */
export interface Objective {
  text: string;
  conditions: LatencyCondition[];
}

export interface LatencyCondition {
  percentile: 'p50' | 'p90' | 'p99' | 'p999';
  belowUs: number;
}

/** What a search varies: events per second at fixed subscribers, or subscribers at a fixed rate. */
export type CapacityAxis = 'rate' | 'subscribers';

export interface CapacitySearchResult {
  axis: CapacityAxis;
  /** The scenario's cell. Its value of the axis is where the search began, all others stay as they are. */
  cell: DeliveryCell;
  /** What the search may try. */
  range: { start: number; lowest: number; highest: number };
  answer: CapacityAnswer;
  /** What was at its limit at the lowest value that failed; empty when nothing was found. */
  limits: CapacityLimit[];
  /** In the order in which they ran. */
  probes: CapacityProbe[];
}

/** `failed` is always the lowest value that did not hold, `value` the highest that held in all confirmations. */
export type CapacityAnswer =
  /** The capacity lies in [value, failed), and nothing but the server was found to limit it. */
  | { kind: 'capacity'; value: number; failed: number }
  /** The server's capacity is this or more: something else was at its limit, or the search went no higher. */
  | { kind: 'at-least'; value: number; failed: number | null }
  /** No value held; `heldOnce`: some did, and not again when they were confirmed. */
  | { kind: 'none'; failed: number; heldOnce: boolean }
  /** Not finished; `held` is not confirmed. */
  | { kind: 'unfinished'; held: number | null; failed: number | null }
  | { kind: 'skipped'; reason: string };

/** A part of the measurement that was at its limit, and by which numbers. */
export interface CapacityLimit {
  part: 'server' | 'accept queue' | 'driver' | 'publisher' | 'other programs' | 'machine' | 'end of the search';
  evidence: string;
}

/** One trial of a search, with processes of its own. */
export interface CapacityProbe {
  /** Events per second or subscribers. */
  value: number;
  purpose: 'search' | 'confirm';
  seed: number;
  startedAt: string;
  measureMs: number;
  held: boolean;
  /** Why not; empty when it held. */
  reasons: string[];
  /** Null when the trial could not be completed. */
  measured: ProbeMeasurement | null;
}

/** What a probe measured. CPU is in cores: processor time over time, both of the measure phase. */
export interface ProbeMeasurement {
  latencyUs: LatencySummary;
  deliveries: Deliveries;
  connections: Connections;
  failedRequests: number;
  publisher: PublisherReport;
  /** All processes of the server; null where the system does not tell. */
  serverCores: number | null;
  serverProcesses: number;
  /** All workers. */
  driverCores: number;
  driverWorkers: number;
  /** Event loop of the busiest worker, 0 to 1. */
  driverUtilization: number;
  /** The whole machine, whatever else runs on it; null where the system does not tell. */
  machine: MachineUsage | null;
}

/** The cores of the machine over the measure phase. What is in none of the parts is the kernel's work for interrupts. */
export interface MachineUsage {
  cores: number;
  idleCores: number;
  /** Used by this run: coordinator, publisher, server and driver. */
  ownCores: number;
  /** Used by programs that have nothing to do with it. */
  otherCores: number;
  /** Taken by the hypervisor for others. */
  stolenCores: number;
  /** Connections that found an accept queue full, from the first connect of the probe to its end. */
  acceptQueueOverflows: number;
}
