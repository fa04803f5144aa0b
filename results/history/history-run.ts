import type { DeliveryCell } from '../../scenarios/cell.ts';
import { deliveryCells } from '../labels.ts';
import { type Verdict, verdict } from '../report/verdict.ts';
import type { RunDocument } from '../run-document.ts';
import { type Figure, figuresOf } from './figures.ts';

/** A completed cell of one run. */
export interface HistoryCell {
  cell: DeliveryCell;
  trials: number;
  /** By the metric's key. */
  figures: ReadonlyMap<string, Figure>;
}

/** What a history keeps of a run. */
export interface HistoryRun {
  /** The file it was read from. */
  source: string;
  /** The document without what was measured: which run it was, of what, where. */
  about: RunDocument;
  /** Whether the run as a whole may be believed. */
  verdict: Verdict;
  /** The completed cells in which a feed was delivered. */
  cells: HistoryCell[];
  /** Why a planned cell has no figures, by its id. */
  absences: ReadonlyMap<string, string>;
}

function withoutMeasurements({ anatomy: _, ...document }: RunDocument): RunDocument {
  return {
    ...document,
    plan: { ...document.plan, cells: [], trials: [] },
    calibration: [],
    cells: [],
    comparisons: [],
    warnings: [],
  };
}

function absencesOf({ plan, cells }: RunDocument): Map<string, string> {
  const known = new Set(cells.map(({ cell }) => cell.id));
  return new Map([
    ...plan.cells.filter(({ id }) => !known.has(id)).map(({ id }) => [id, 'not measured'] as const),
    ...cells.flatMap((result) =>
      result.outcome === 'completed' ? [] : [[result.cell.id, `${result.outcome}: ${result.reason}`] as const],
    ),
  ]);
}

/** A run as a point of a history; its histograms and trials are let go, since a folder may hold hundreds. */
export function historyRun(document: RunDocument, source: string): HistoryRun {
  return {
    source,
    about: withoutMeasurements(document),
    verdict: verdict(document),
    cells: deliveryCells(document).map((result) => ({
      cell: result.cell,
      trials: result.trials.length,
      figures: figuresOf(result),
    })),
    absences: absencesOf(document),
  };
}
