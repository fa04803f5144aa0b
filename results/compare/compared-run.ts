import type { RunDocument } from '../run-document.ts';
import type { TrialSample } from '../statistics/latency-sample.ts';

/** A run, or several of the same code, ready to be compared. */
export interface ComparedRun {
  /** Of several runs the first, with the cells of all of them together (pool-runs.ts). */
  document: RunDocument;
  /** How many runs it is made of. */
  runs: number;
  /** Of runs that were paired, how many a cell was left out of, by its id; see poolRounds. */
  leftOut: ReadonlyMap<string, number>;
  /** The latencies of a cell by trial, of several runs by run; null where they cannot be read. */
  sample(cellId: string): TrialSample | null;
}
