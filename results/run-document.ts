import type { CapacityCell, DeliveryCell, Plan } from '../scenarios/cell.ts';
import type { TransportId } from '../servers/contract/transports.ts';
import type { DeliveryAnatomy } from './anatomy/delivery-anatomy.ts';
import type { CapacitySearchSection } from './capacity/capacity-search-section.ts';
import type { CompletedCapacityCell } from './capacity-result.ts';
import type { CompletedCell, Estimate } from './delivery-result.ts';
import type { ThresholdOutcome } from './thresholds/threshold-outcome.ts';
import type { NetworkScope } from './traffic.ts';

/** The version of the document's format. A reader refuses another one with a clear message. */
export const SCHEMA_VERSION = 3;

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
  /** How one event reaches one subscriber of each transport, byte by byte; recorded before the first trial. */
  anatomy?: DeliveryAnatomy[];
  /** Of `run --until-ci`: how precise the run was to become, and whether it did. */
  precision?: Precision;
  cells: CellResult[];
  /** Each pair of valid cells that differ in transport and its options alone, for each quantity; when the run has ended. */
  comparisons: CellComparison[];
  /** Instead of `cells`, where the run looked for capacities (`run --find-capacity`). */
  capacitySearch?: CapacitySearchSection;
  /** The thresholds of the plan, judged when the run has ended; absent while it goes on, and where there are none. */
  thresholds?: ThresholdOutcome[];
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
