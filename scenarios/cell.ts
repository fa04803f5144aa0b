import type { Schedule } from '../servers/contract/feed.ts';
import type { HeaderProfile } from '../servers/contract/header-profiles.ts';
import type { ServerOptions, TransportId, TransportOptions } from '../servers/contract/transports.ts';
import type { GateMetricName } from './gate-metrics.ts';
import type { ThresholdOperator, ThresholdPolicy } from './threshold.ts';

/** One point of the matrix in which a feed is delivered to subscribers. */
export interface DeliveryCell {
  kind: 'delivery';
  /** Made of the parameters below and nothing else, so the same cell has the same id in every run. */
  id: string;
  server: string;
  transport: TransportId;
  subscribers: number;
  eventsPerSec: number;
  payloadBytes: number;
  schedule: Schedule;
  transportOptions: TransportOptions[TransportId];
  /** What every subscriber sends with its requests and handshakes. */
  headers: HeaderProfile;
  serverOptions: Partial<ServerOptions>;
}

/** A closed-loop measurement of the polling endpoint's request ceiling; there is no feed and no latency in it. */
export interface CapacityCell {
  kind: 'capacity';
  id: string;
  server: string;
  transport: 'polling';
  connections: number;
  durationMs: number;
}

export type Cell = DeliveryCell | CapacityCell;

/** The length of the phases of a delivery trial. */
export interface Phases {
  warmupMs: number;
  measureMs: number;
  /** The longest wait for events still under way after the last was due. */
  drainMs: number;
}

/** One repetition of a cell, in the order in which it runs. */
export interface PlannedTrial {
  cellId: string;
  /** 1, 2, 3 ... within the cell. */
  trial: number;
  /** Seeds the feed and the subscribers' phases; the same for all transports of one trial number, so they share one feed. */
  seed: number;
}

/** A threshold with the cells it is about in this plan. */
export interface PlannedThreshold extends ThresholdPolicy {
  /** As it stands in the scenario. */
  text: string;
  metric: GateMetricName;
  operator: ThresholdOperator;
  /** In the metric's base unit; of a relation the factor. */
  limit: number;
  /** `otherCellId`: the other side of a relation; null where the limit is a number. */
  cells: { cellId: string; otherCellId: string | null }[];
  /** Why it is about no cell of this plan, though it is of the scenario; null otherwise. */
  leftOutBecause: string | null;
}

/** Everything a scenario expands to. A pure function of the scenario, the command line and the seed. */
export interface Plan {
  scenario: string;
  question: string;
  seed: number;
  trialsPerCell: number;
  phases: Phases;
  cells: Cell[];
  /** Interleaved: a block per trial number, each block in a seeded random order. */
  trials: PlannedTrial[];
  /** Expected duration of the whole run. */
  estimateMs: number;
  /** What the run is held against; absent where the scenario has none. */
  thresholds?: PlannedThreshold[];
}
