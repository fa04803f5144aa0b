import type { FeedText } from './event-text.ts';

/** When events are due. Open model: the times are fixed in advance and nothing a server or subscriber does moves them. */
export type Schedule =
  /** Evenly spaced. */
  | { kind: 'constant' }
  /** Exponential gaps, seeded: no phase of the feed can lock to a poll interval. */
  | { kind: 'poisson' }
  /** `eventsPerBurst` events due at the same moment, bursts evenly spaced so that the mean rate is eventsPerSec. */
  | { kind: 'burst'; eventsPerBurst: number };

/** Everything that determines a feed, byte for byte and microsecond for microsecond. */
export interface Feed extends FeedText {
  schedule: Schedule;
  /** Mean rate. */
  eventsPerSec: number;
  /** Events are due in [0, durationMs). */
  durationMs: number;
}
