import type { CapacityTrial } from '../../results/capacity-result.ts';
import { mergeCapacity } from '../../results/merge-capacity.ts';
import { CellTrials, type TrialRecord } from '../../results/merge-trials.ts';
import type { CellResult } from '../../results/run-document.ts';
import type { Cell, Phases } from '../../scenarios/cell.ts';
import { estimateTrialMs } from '../../scenarios/estimate.ts';
import type { TrialFailure } from './trial-failure.ts';

type Failed = Extract<CellResult, { outcome: 'failed' }>;

/** What has come of a cell of the plan so far. */
export class CellOutcome {
  readonly cell: Cell;
  readonly skippedBecause: string | null;
  readonly #phases: Phases;
  #deliveryTrials: CellTrials | null = null;
  readonly #capacityTrials: CapacityTrial[] = [];
  readonly #durationsMs: number[] = [];
  #failed: Failed | null = null;
  #result: CellResult;

  constructor(cell: Cell, phases: Phases, skippedBecause: string | null) {
    this.cell = cell;
    this.skippedBecause = skippedBecause;
    this.#phases = phases;
    // What stands here if the run is interrupted before the cell's first trial is done.
    this.#result = { outcome: 'skipped', cell, reason: skippedBecause ?? 'the run ended before its first trial' };
  }

  get failed(): Failed | null {
    return this.#failed;
  }

  /** Made anew after each trial of the cell only: merging histograms takes a while in a large sweep. */
  get result(): CellResult {
    return this.#result;
  }

  /** How long a trial is expected to take on a laptop. */
  get estimateMs(): number {
    return estimateTrialMs(this.cell, this.#phases);
  }

  /** How long a trial takes here: the mean of those that ran, or what is expected before the first. */
  get trialMs(): number {
    const count = this.#durationsMs.length;
    if (count === 0) return this.estimateMs;
    return this.#durationsMs.reduce((sum, ms) => sum + ms, 0) / count;
  }

  addTrial(record: TrialRecord, durationMs: number): void {
    const { cell } = this;
    if (cell.kind !== 'delivery') throw new Error(`${cell.id} delivers no feed`);
    this.#durationsMs.push(durationMs);
    this.#deliveryTrials ??= new CellTrials(cell, this.#phases);
    this.#deliveryTrials.add(record);
    this.#result = this.#deliveryTrials.merged();
  }

  addCapacityTrial(trial: CapacityTrial, durationMs: number): void {
    const { cell } = this;
    if (cell.kind !== 'capacity') throw new Error(`${cell.id} measures no request ceiling`);
    this.#durationsMs.push(durationMs);
    this.#capacityTrials.push(trial);
    this.#result = mergeCapacity(cell, this.#capacityTrials);
  }

  /** The end of the cell: a result that lacks a trial is none. */
  fail(trial: number, { message, stderrTail }: TrialFailure): void {
    this.#failed = { outcome: 'failed', cell: this.cell, trial, reason: message, stderrTail };
    this.#result = this.#failed;
  }
}
