import type { Cell } from '../../../scenarios/cell.ts';
import type { MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import type { Gate, GatedChange, GateOutcome, MissingCell } from '../../compare/gate.ts';
import { commitText, type RunDifference } from '../../compare/run-differences.ts';
import { formatNumberOf } from '../../numbers.ts';
import { changeIntervalText, differenceText, valuesText } from '../../report/comparison/change-text.ts';
import { labelsOfRuns } from '../../report/comparison/comparison-labels.ts';

/*
 * What a gate found, in the words that every output of a comparison uses: terminal, summary, JUnit, annotations, badge.
 */

/** Each outcome as a word, with a sign that tells it without colour. */
export const outcomeTexts: Record<GateOutcome, { sign: string; word: string }> = {
  pass: { sign: '✓', word: 'passed' },
  regression: { sign: '✕', word: 'regression' },
  incomplete: { sign: '–', word: 'incomplete' },
  incompatible: { sign: '≠', word: 'incompatible' },
};

const capitalized = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** "2 metrics got worse." */
export function reasonSentence({ reason }: Gate): string {
  return `${capitalized(reason)}.`;
}

/** "Regression: 2 metrics got worse." */
export function outcomeSentence({ outcome, reason }: Gate): string {
  return `${capitalized(outcomeTexts[outcome].word)}: ${reason}.`;
}

/** The short name of a cell by its id; the id itself where it has no other name. */
export function cellNames({ base, head }: RunComparison): (cellId: string) => string {
  const labels = labelsOfRuns([base, head]);
  return (cellId) => labels.get(cellId) ?? cellId;
}

/** The parameters of the cells of both runs, by id. */
export function cellsById({ base, head }: RunComparison): Map<string, Cell> {
  const all = [base, head].flatMap(({ plan, cells }) => [...plan.cells, ...cells.map(({ cell }) => cell)]);
  return new Map(all.map((cell) => [cell.id, cell]));
}

/** "+12.3 % (95 % interval +8.10 to +16.7 %), 2.04 → 2.51 ms". */
export function changeSentence(change: MetricChange): string {
  const interval = changeIntervalText(change);
  const spread = interval === null ? '' : ` (95 % interval ${interval})`;
  const note = change.note === null ? '' : `; ${change.note}`;
  return `${differenceText(change)}${spread}, ${valuesText(change)}${note}`;
}

/** Why each cell is missing: "failed in base and head: the server was ended", or what it is in each. Nothing of runs that cannot be compared. */
export function missingCells(gate: Gate): { cellId: string; text: string }[] {
  return [...Map.groupBy(gate.missing, ({ cellId }) => cellId)].map(([cellId, sides]) => {
    const alike = Map.groupBy(sides, ({ state, reason }) => JSON.stringify([state, reason]));
    const texts = [...alike.values()].map((same) => {
      const { state, reason } = same[0] as MissingCell;
      return `${state} in ${same.map(({ side }) => side).join(' and ')}: ${reason}`;
    });
    return { cellId, text: texts.join('; ') };
  });
}

/** "Node.js, major version: 26 → 27". */
export function differenceSentence({ what, values }: RunDifference): string {
  return `${what}: ${values.join(' → ')}`;
}

/** A side in a line: its run, when it began, its commit, and how many runs are pooled in it. */
export function runText({ base, head, runs }: RunComparison, side: 'base' | 'head'): string {
  const document = side === 'base' ? base : head;
  const count = runs[side === 'base' ? 0 : 1];
  const pooled = count === 1 ? '' : `, the first of ${formatNumberOf(count, 'run')}`;
  return `${document.id}${pooled}, commit ${commitText(document.tool) ?? 'unknown'}`;
}

/** What a change weighs: a fault above all, then something where there was nothing, then the larger ratio. */
function weight({ change: { metric, ratio } }: GatedChange): number {
  if (metric.kind === 'fault') return Number.POSITIVE_INFINITY;
  return ratio === null ? Number.MAX_VALUE : ratio.value;
}

/** The worst first; equal ones in the order of the cells. */
export function worstFirst(changes: readonly GatedChange[]): GatedChange[] {
  return changes.toSorted((a, b) => Math.sign(weight(b) - weight(a)) || 0);
}
