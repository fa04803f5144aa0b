/** How a threshold came out in one cell, or over all its cells. */
export type ThresholdResult = 'pass' | 'fail' | 'undecided' | 'missing';

/** In the order in which they are summed up and shown. */
export const resultsWorstFirst = ['fail', 'missing', 'undecided', 'pass'] as const satisfies readonly ThresholdResult[];

/** A threshold in one of the cells it is about. */
export interface ThresholdCell {
  cellId: string;
  /** The cell on the other side of a relation between transports; null where the limit is a number. */
  otherCellId: string | null;
  /**
   * What was held against the limit, in the metric's base unit; of a relation the ratio of both cells. Null when missing,
   * and for a ratio to 0.
   */
  value: number | null;
  /** The 95 % interval of the value; null when missing, for what was counted, and when there is none, which `note` says. */
  low: number | null;
  high: number | null;
  /** In the same unit; of a relation the factor. */
  limit: number;
  /** Trials of the cell, of a relation of the one with fewer; 0 when missing. */
  trials: number;
  result: ThresholdResult;
  /** Why it is missing or undecided; null where the figures say it. */
  note: string | null;
}

/** A threshold of the scenario, held against a run. */
export interface ThresholdOutcome {
  /** As it stands in the scenario. */
  text: string;
  /** Path of the metric in a cell, such as `latencyUs.p99`. */
  metric: string;
  /** What its failure does: end the command with exit code 1, or only be shown. */
  severity: 'fail' | 'warn';
  /** Which way `undecided` goes. */
  undecided: 'pass' | 'fail';
  /** The worst of its cells. */
  result: ThresholdResult;
  cells: ThresholdCell[];
}

/** Whether this ends the command with exit code 1: it does not hold, on data that can be judged. */
export function failsRun({ severity, undecided, cells }: ThresholdOutcome): boolean {
  const fails = ({ result }: ThresholdCell) => result === 'fail' || (result === 'undecided' && undecided === 'fail');
  return severity === 'fail' && cells.some(fails);
}

/** Whether this ends the command with exit code 3 when nothing fails: what is needed to judge it was not measured. */
export function lacksData({ severity, cells }: ThresholdOutcome): boolean {
  return severity === 'fail' && cells.some(({ result }) => result === 'missing');
}
