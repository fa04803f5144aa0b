import { deliveryCells } from '../labels.ts';
import type { RunDocument } from '../run-document.ts';
import { EQUIVALENCE_MARGIN } from '../statistics/compare.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import { relativeChange } from '../statistics/log-change.ts';
import type { Change, ChangeVerdict, CompareOptions } from './change.ts';
import { comparableKeys } from './comparable-keys.ts';
import type { ComparedRun } from './compared-run.ts';
import { type JoinedCell, joinCells } from './join-cells.ts';
import { type DeliveredPair, deliveredPair, judgeCell } from './judge-cell.ts';
import type { NoisyPair } from './judge-noisy.ts';
import { type RunDifference, runDifferences } from './run-differences.ts';

/** A counted metric is the same up to this part of its value. */
export const COUNT_TOLERANCE = 0.005;

const usualOptions: CompareOptions = { margin: EQUIVALENCE_MARGIN, tolerance: COUNT_TOLERANCE, isPaired: false };

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
  /** How many runs either side is made of. */
  runs: readonly [base: number, head: number];
  /** Whether the runs of both sides ran in turns. */
  isPaired: boolean;
  /** Rounds that a cell was left out of on both sides, by its id, since its timing was in doubt in one. */
  leftOut: ReadonlyMap<string, number>;
  /** The largest change of a timed metric that counts as none, and of a counted one, as parts of the base's value. */
  margin: number;
  tolerance: number;
  /**
   * `relative`: the machines differ in what decides how fast they are, so latency and processor time are compared as
   * against the other transports of the same run.
   */
  basis: 'absolute' | 'relative';
  differences: RunDifference[];
  cells: CellChange[];
}

/**
 * Compares two runs cell by cell, metric by metric. Timed metrics are decided by the interval of their ratio, a margin
 * of equivalence that is also the least change that is claimed, what halves of one run differ by, and p after Holm's correction for
 * all of them together. Counted ones are compared exactly, within a tolerance, unless they depend on timing. The
 * verdicts are about these two runs: what else the machine did in either is in no trial of the other, unless they ran in turns.
 */
export function compareRuns(base: ComparedRun, head: ComparedRun, given: Partial<CompareOptions> = {}): RunComparison {
  const options = { ...usualOptions, ...given };
  const differences = runDifferences([base.document, head.document]);
  const basis = differences.some(({ effect }) => effect === 'relative') ? 'relative' : 'absolute';
  const joined = joinCells(base.document, head.document);
  const pairs = new Map(joined.flatMap((cell) => pairOf(cell, base, head, options) ?? []));
  const others = basis === 'relative' ? otherTransports(head.document, pairs) : null;
  const cells = joined.map((cell) => {
    const pair = pairs.get(cell.id);
    const toJudge = (of: NoisyPair) =>
      others === null || pair === undefined || !of.metric.dependsOnMachine(pair.results[1])
        ? of.change
        : of.change && relativeChange(of.change, others(cell.id, of));
    return { cell, judged: pair === undefined ? [] : judgeCell(pair, toJudge, options) };
  });
  const family = cells.flatMap(({ judged }) => judged.filter(({ inFamily }) => inFamily));
  const adjusted = holmAdjusted(family.map(({ change }) => change.p as number));
  const adjustedOf = new Map(family.map((each, i) => [each, adjusted[i] as number]));
  return {
    base: base.document,
    head: head.document,
    runs: [base.runs, head.runs],
    isPaired: options.isPaired,
    leftOut: head.leftOut,
    margin: options.margin,
    tolerance: options.tolerance,
    basis,
    differences,
    cells: cells.map(({ cell, judged }) => ({
      ...cell,
      changes: judged.map((each) => {
        const adjustedP = adjustedOf.get(each) ?? null;
        return { ...each.change, adjustedP, ...each.decide(each.inFamily ? adjustedP : each.change.p) };
      }),
    })),
  };
}

function pairOf(
  { id, base: before, head: after }: JoinedCell,
  base: ComparedRun,
  head: ComparedRun,
  options: CompareOptions,
): [[string, DeliveredPair]] | null {
  if (before.state !== 'delivered' || after.state !== 'delivered') return null;
  const samples = [() => base.sample(id), () => head.sample(id)] as const;
  return [[id, deliveredPair([before.result, after.result], samples, options)]];
}

/** The changes of a metric in the cells that differ from a cell in their transport alone, and that the machine changes as well. */
function otherTransports(head: RunDocument, pairs: ReadonlyMap<string, DeliveredPair>) {
  const keyOf = comparableKeys(deliveryCells(head).map(({ cell }) => cell));
  const groups = Map.groupBy(pairs.keys(), (id) => keyOf.get(id));
  return (id: string, { metric }: NoisyPair) =>
    (groups.get(keyOf.get(id)) ?? []).flatMap((other) => {
      const pair = pairs.get(other) as DeliveredPair;
      const isOther = other !== id && metric.dependsOnMachine(pair.results[1]);
      const isValid = pair.results.every(({ validity }) => validity.ok);
      return isOther && isValid ? (pair.noisy.get(metric)?.change ?? []) : [];
    });
}
