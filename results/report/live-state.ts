/** What a live page is told of its run: the text of each event of its stream, and the answer of `GET /state`. */
export interface LiveState {
  /** The document's id. A page that finds another run at its address loads that one. */
  runId: string;
  /** `lost`: the command ended without a word. After anything but `running` nothing follows. */
  status: 'running' | 'completed' | 'interrupted' | 'lost';
  /** What is measured now or next, in the words of the terminal; empty before the first step and after the last. */
  step: string;
  /** Calibrations and trials that are over. */
  doneSteps: number;
  /** All of them, as planned by now; null where that is not known before, as in a search. */
  plannedSteps: number | null;
  /** When the run will be over at its pace so far, ISO 8601; null where that is not known. */
  expectedEndAt: string | null;
  /** Counts the reports made of this run; 0 is the plan without a result. */
  report: number;
  /** Whether a step is going on, in which nothing is rendered, sent or drawn. */
  measuring: boolean;
  /** Where the document and the report are or will be. */
  files: { document: string; report: string };
  /** Why one of these could not be written; usually nothing. */
  failures: readonly string[];
}

/** The answer of `GET /state`: what the newest event of the stream said, and its seq. */
export interface LiveAnswer {
  seq: number;
  state: LiveState;
}

/** Its value is the number of the report that follows, which the page cannot read from the markup. */
export const REPORT_HEADER = 'Transport-Bench-Report';
