import type { RunComparison } from '../../compare/compare-runs.ts';
import type { Gate } from '../../compare/gate.ts';
import { thresholdCellText } from '../../report/terminal/thresholds.ts';
import { type ThresholdRow, thresholdRows } from '../../report/threshold-rows.ts';
import type { RunDocument } from '../../run-document.ts';
import type { ThresholdOutcome } from '../../thresholds/threshold-outcome.ts';

/** What a threshold does to the gate; `none`: it was not held against the head, since it is of cells that are not in its plan. */
export type ThresholdEffect = 'pass' | 'undecided' | 'warning' | 'fail' | 'missing' | 'none';

function effectOf({ result, severity, undecided }: ThresholdOutcome): ThresholdEffect {
  if (result === 'pass' || (result === 'undecided' && undecided === 'pass')) return result;
  if (severity === 'warn') return 'warning';
  return result === 'missing' ? 'missing' : 'fail';
}

/** The head with its thresholds as the gate has judged them, for those who show the thresholds of a run. */
export function headWithThresholds({ head }: RunComparison, gate: Gate): RunDocument {
  return { ...head, thresholds: [...gate.thresholds] };
}

/** A threshold of the head with what it does to the gate and, in a sentence, how it came out in its cells. */
export interface GatedThreshold {
  row: ThresholdRow;
  effect: ThresholdEffect;
  sentence: string;
}

/** The thresholds of the head in the order of its scenario. */
export function gatedThresholds(comparison: RunComparison, gate: Gate): GatedThreshold[] {
  const document = headWithThresholds(comparison, gate);
  const effects = new Map(document.thresholds?.map((outcome) => [outcome.text, effectOf(outcome)]));
  return thresholdRows(document).map((row) => {
    const sentence = row.cells.map(thresholdCellText).join('; ');
    return { row, effect: effects.get(row.text) ?? 'none', sentence: sentence === '' ? row.state : sentence };
  });
}
