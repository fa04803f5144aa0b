import type { Plan } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { describeFeed } from '../../servers/feed/event-lines.ts';

/** The feed of one trial, known before anything runs. */
export interface PlannedFeed {
  cellId: string;
  trial: number;
  events: number;
  /** Over all lines of the feed; the publisher reports the same value of what it really wrote. */
  sha256: string;
}

/** The feed of every delivery trial of a plan: equal hashes are equal feeds, byte for byte. */
export function describeFeeds(plan: Plan): PlannedFeed[] {
  const cells = new Map(plan.cells.map((cell) => [cell.id, cell]));
  // Cells that differ in transport or subscribers alone share their feeds.
  const known = new Map<string, { events: number; sha256: string }>();
  return plan.trials.flatMap(({ cellId, trial, seed }) => {
    const cell = cells.get(cellId);
    if (cell?.kind !== 'delivery') return [];
    const feed = feedOf(cell, plan.phases, seed);
    const key = JSON.stringify(feed);
    const described = known.get(key) ?? describeFeed(feed);
    known.set(key, described);
    return [{ cellId, trial, ...described }];
  });
}
