import type { RunDocument } from '../run-document.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import type { LatencySample } from '../statistics/latency-sample.ts';
import { type JoinedCell, joinCells } from './join-cells.ts';
import { type Change, type ChangeVerdict, type Judged, judgeCell } from './judge-metric.ts';
import { type RunDifference, runDifferences } from './run-differences.ts';

/** A run with the latencies of its trials decoded, by cell id; a cell whose histograms cannot be read has none. */
export interface ComparedRun {
  document: RunDocument;
  samples: ReadonlyMap<string, LatencySample>;
}

/** How one metric of a cell changed from the base to the head. */
export interface MetricChange extends Change {
  /** p after Holm's correction for everything in this comparison that varies; null for what is not corrected. */
  adjustedP: number | null;
  /** Null when nothing may be said; `note` has the reason. */
  verdict: ChangeVerdict | null;
}

/** A cell of either run; `changes` is empty unless both runs delivered the feed in it. */
export interface CellChange extends JoinedCell {
  changes: MetricChange[];
}

/** The head against the base. */
export interface RunComparison {
  base: RunDocument;
  head: RunDocument;
  differences: RunDifference[];
  cells: CellChange[];
}

/**
 * Compares two runs cell by cell, metric by metric. Timed metrics are decided by the interval of their ratio, a margin
 * of equivalence that is also the least change that is claimed, and p after Holm's correction for all of them
 * together. Counted ones are compared exactly, within a tolerance, unless their trials show that they depend on timing. The
 * verdicts are about these two runs: what else the machine did in either is in no trial of the other.
 */
export function compareRuns(base: ComparedRun, head: ComparedRun): RunComparison {
  const cells = joinCells(base.document, head.document).map((joined) => ({
    joined,
    judged: judged(joined, base, head),
  }));
  const family = cells.flatMap((cell) => cell.judged.filter(({ inFamily }) => inFamily));
  const adjusted = holmAdjusted(family.map(({ change }) => change.p as number));
  const adjustedOf = new Map(family.map((each, i) => [each, adjusted[i] as number]));
  return {
    base: base.document,
    head: head.document,
    differences: runDifferences([base.document, head.document]),
    cells: cells.map(({ joined, judged: all }) => ({
      ...joined,
      changes: all.map((each) => {
        const adjustedP = adjustedOf.get(each) ?? null;
        return { ...each.change, adjustedP, verdict: each.decide(each.inFamily ? adjustedP : each.change.p) };
      }),
    })),
  };
}

function judged({ id, base: before, head: after }: JoinedCell, base: ComparedRun, head: ComparedRun): Judged[] {
  if (before.state !== 'delivered' || after.state !== 'delivered') return [];
  return judgeCell(before.result, after.result, [base.samples.get(id) ?? null, head.samples.get(id) ?? null]);
}
