import type { Comparison } from './comparison.ts';

/** What a group of measurements is told. */
interface Request {
  rounds: number;
  /** Hears what is being measured. */
  progress(what: string, round: number): void;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
}

/** Measurements that make one table. */
export interface Group {
  title: string;
  measure(request: Request): Promise<Comparison[]>;
}
