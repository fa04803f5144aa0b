import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { Deliveries, LatencyDistribution, PublisherReport } from '../delivery-result.ts';
import type { MachineUsage } from '../resource-usage.ts';
import type { Connections } from '../traffic.ts';

/*
 * What `run --find-capacity` writes into a run document.
 */

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
  latencyUs: LatencyDistribution;
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
