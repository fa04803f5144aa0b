import type { CompletedCell } from '../delivery-result.ts';
import type { CellResult, RunDocument } from '../run-document.ts';

/** What a run has of a cell. */
export type CellSide =
  | { state: 'delivered'; result: CompletedCell }
  /** A measurement of the request ceiling: another experiment, which has nothing in common with the metrics here. */
  | { state: 'ceiling' }
  | { state: 'failed'; reason: string }
  | { state: 'skipped'; reason: string }
  /** Planned, and the run ended before. */
  | { state: 'unmeasured' }
  | { state: 'absent' };

/** A cell of either run, with what each has of it. */
export interface JoinedCell {
  id: string;
  base: CellSide;
  head: CellSide;
}

type Completed = Extract<CellResult, { outcome: 'completed' }>;

const isDelivery = (result: Completed): result is CompletedCell => result.cell.kind === 'delivery';

function sideOf(result: CellResult): CellSide {
  if (result.outcome !== 'completed') return { state: result.outcome, reason: result.reason };
  return isDelivery(result) ? { state: 'delivered', result } : { state: 'ceiling' };
}

function sides({ cells, plan }: Pick<RunDocument, 'cells' | 'plan'>): Map<string, CellSide> {
  const all = new Map<string, CellSide>(plan.cells.map(({ id }) => [id, { state: 'unmeasured' }]));
  for (const result of cells) all.set(result.cell.id, sideOf(result));
  return all;
}

/** The cells of two runs by id, which is made of a cell's parameters alone: first those of the base, in its order. */
export function joinCells(
  base: Pick<RunDocument, 'cells' | 'plan'>,
  head: Pick<RunDocument, 'cells' | 'plan'>,
): JoinedCell[] {
  const ofBase = sides(base);
  const ofHead = sides(head);
  return [...new Set([...ofBase.keys(), ...ofHead.keys()])].map((id) => ({
    id,
    base: ofBase.get(id) ?? { state: 'absent' },
    head: ofHead.get(id) ?? { state: 'absent' },
  }));
}
