import type { RunDocument } from '../../results/run-document.ts';

/** How far a run is when a step of it, a calibration or a trial, is about to begin. */
export interface RunPosition {
  /** The step, in the words of the terminal. */
  step: string;
  doneSteps: number;
  /** All steps, as planned by now; null where that is not known before. */
  plannedSteps: number | null;
  /** What is left of the run, this step included, at its pace so far; null where that is not known. */
  leftMs: number | null;
}

/**
 * What the coordinator tells the live process, one JSON a line. Each is answered with a line when all that it causes is
 * over: nothing is rendered, sent or drawn until the next.
 */
export type LiveMessage =
  /** The plan, once, before the first step. */
  | { kind: 'begin'; document: RunDocument; files: LiveFiles }
  | { kind: 'step'; position: RunPosition }
  | { kind: 'end'; status: 'completed' | 'interrupted'; failures: string[] };

/** Absolute paths; the document is written anew after each trial, the report at the end. */
export interface LiveFiles {
  document: string;
  report: string;
}

/** The first line of the live process on standard output: where it is, or why it is nowhere. */
export type LiveReady =
  | {
      ready: true;
      /** Of 127.0.0.1, for browsers. */
      port: number;
      /** A Unix domain socket for the coordinator, which may be in another network namespace by then: it is a file. */
      socketPath: string;
      pid: number;
    }
  | { ready: false; problem: string };
