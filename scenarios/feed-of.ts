import type { Feed } from '../servers/contract/feed.ts';
import type { DeliveryCell, Phases } from './cell.ts';

/** The feed of a trial: warm-up and measure phase in one. */
export function feedOf(cell: DeliveryCell, phases: Phases, seed: number): Feed {
  return {
    seed,
    payloadBytes: cell.payloadBytes,
    schedule: cell.schedule,
    eventsPerSec: cell.eventsPerSec,
    durationMs: phases.warmupMs + phases.measureMs,
  };
}
