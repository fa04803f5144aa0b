import type { DeliveryCell, Phases } from '../../scenarios/cell.ts';
import type {
  CompletedCell,
  DeliveryResult,
  LatencyDistributions,
  MeasuredCell,
  MeasuredTrial,
} from '../delivery-result.ts';
import type { Check } from './check.ts';

/** A trial before it is judged. */
export type JudgedTrial = Omit<MeasuredTrial, 'validity'>;

/** A cell before it is judged; its trials are judged already. */
export type JudgedCell = Omit<MeasuredCell, 'validity'>;

/** What a trial and a cell have in common before they are judged. */
export type JudgedResult = Omit<DeliveryResult & LatencyDistributions, 'validity'>;

/** What was asked for, beside what was measured. */
export interface Circumstances {
  cell: DeliveryCell;
  phases: Phases;
  /** SHA-256 of the feed as planned. */
  plannedFeedSha256: string;
}

/** The answer to one question: the part of a check that depends on what was measured. */
export type Outcome = Pick<Check, 'ok' | 'severity' | 'value' | 'limit'>;

/** One question that the instrument asks itself of every trial. */
export interface Rule {
  /** Also the code of its warning. */
  id: string;
  /** What should be true, as a plain sentence. */
  name: string;
  /** What to do when it is not. */
  advice: string;
  /** Null where it cannot be asked: the transport has no such thing, or the system does not tell. */
  ofTrial(trial: JudgedTrial, circumstances: Circumstances): Outcome | null;
  /**
   * Of the whole cell, where that can tell more than its worst trial: a p99 of the few events of one trial is its largest
   * value, and what repeats in every trial is no chance. Without it a cell is as good as its worst trial.
   */
  ofCell?(cell: JudgedCell): Outcome | null;
  /** How the warning is worded; a rule whose failure is always `invalid` has none. */
  warning?: {
    /** What it is, before the facts of the cells. */
    what: string;
    /** The fact of one cell. */
    fact(value: number, cell: CompletedCell): string;
  };
}

/** A value that may not exceed a limit; beyond it the trial is invalid. */
export function atMost(value: number, limit: number, unit: string): Outcome {
  return { ok: value <= limit, severity: 'invalid', value, limit: limitText(limit, unit) };
}

/** A value that may not exceed a limit; beyond it the reader is warned. */
export function warnAbove(value: number, limit: number, unit: string): Outcome {
  return { ...atMost(value, limit, unit), severity: 'warning' };
}

/** A value with two limits: above the first the reader is warned, above the second the trial is invalid. */
export function twoLimits(value: number, warning: number, invalid: number, unit: string): Outcome {
  return {
    ok: value <= warning,
    severity: value > invalid ? 'invalid' : 'warning',
    value,
    limit: `${limitText(warning, unit)}; above ${formatLimit(invalid)} not valid`,
  };
}

function limitText(limit: number, unit: string): string {
  return `at most ${formatLimit(limit)} ${unit}`.trimEnd();
}

/** A limit that was computed has no more digits than it needs. */
function formatLimit(limit: number): string {
  return String(Number(limit.toPrecision(3)));
}
