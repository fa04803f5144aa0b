import type { Plan, PlannedTrial } from './cell.ts';
import { estimateTrialMs } from './estimate.ts';
import { blockOfTrials } from './plan.ts';

/** How precise a run is to become (`--until-ci`), and how long it may take for that. */
export interface PrecisionGoal {
  /** Half of the width of a 95 % interval / its value. */
  target: number;
  /** Of the whole run, from its start. The trials of the plan are made in any case. */
  budgetMs: number;
}

/**
 * Block `trial` of a run that goes on beyond its plan: one more trial of each of these delivery cells, with the order and the
 * feed that the block would have had in a longer plan of the same cells. Others are left out and do not change it.
 */
export function furtherBlock({ cells, seed }: Plan, trial: number, cellIds: ReadonlySet<string>): PlannedTrial[] {
  const delivery = cells.filter((cell) => cell.kind === 'delivery');
  return blockOfTrials(delivery, trial, seed).filter(({ cellId }) => cellIds.has(cellId));
}

/** The expected duration of a block of every delivery cell among these. */
export function estimateBlockMs({ cells, phases }: Plan, runs: (cellId: string) => boolean): number {
  return cells
    .filter((cell) => cell.kind === 'delivery' && runs(cell.id))
    .reduce((sum, cell) => sum + estimateTrialMs(cell, phases), 0);
}
