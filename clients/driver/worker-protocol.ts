import type { TrialMeasurement } from '../../results/recording/measurement.ts';
import type { HeaderProfile } from '../../servers/contract/header-profiles.ts';
import type { TransportId, TransportOptions } from '../../servers/contract/transports.ts';
import type { Route } from './ledger.ts';
import type { ObservedFeed } from './observer.ts';
import type { PhaseTimes } from './phase-tallies.ts';

/** What a worker is told first. */
export interface WorkerConfig {
  /** Subscriber n, counted over all workers, takes the route n modulo their number; at least one. */
  routes: Route[];
  transport: TransportId;
  transportOptions: TransportOptions[TransportId];
  /** What every subscriber sends with its requests. */
  headers: HeaderProfile;
  /** Polls on the fixed-rate plan of the transport's options; or each subscriber's next as soon as it is answered. */
  polls: 'planned' | 'closed-loop';
  /** Subscribers of this worker: numbers firstSubscriber to firstSubscriber + subscribers - 1 over all workers. */
  subscribers: number;
  firstSubscriber: number;
  /** The trial's seed: phases of polls and jitter of backoffs come from it. */
  seed: number;
  feed: ObservedFeed;
  publishedLogPath: string;
}

/** Coordinator to worker. */
export type WorkerCommand =
  | { type: 'connect'; config: WorkerConfig }
  /** All subscribers of all workers are connected; the feed starts at times.originUs. */
  | { type: 'feed'; times: PhaseTimes }
  /** Close everything, hand over the measurement, end. */
  | { type: 'stop' };

/** Worker to coordinator. */
export type WorkerReport =
  | { type: 'connected'; connectMs: number }
  /** How far the subscribers are: connected before the feed, deliveries during it. */
  | { type: 'progress'; ready: number; deliveries: number; lastIncident: string | null }
  /** Every subscriber has seen the last event. */
  | { type: 'complete' }
  | { type: 'measurement'; measurement: TrialMeasurement };
