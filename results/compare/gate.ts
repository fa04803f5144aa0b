import { formatCount, formatList, formatNumberOf } from '../numbers.ts';
import { failsRun, lacksData, type ThresholdOutcome } from '../thresholds/threshold-outcome.ts';
import type { CellChange, MetricChange, RunComparison } from './compare-runs.ts';
import type { RunDifference } from './run-differences.ts';

/** A change with the cell it is of. */
export interface GatedChange {
  cellId: string;
  change: MetricChange;
}

/** A cell that cannot be compared, or not in full; the gate does not pass with one. */
export interface MissingCell {
  cellId: string;
  /** Which run lacks it. */
  side: 'base' | 'head';
  /** `absent`: not in the plan. `not valid`: measured, and its own checks do not let its timed figures be believed. */
  state: 'absent' | 'unmeasured' | 'failed' | 'skipped' | 'not valid';
  reason: string;
}

/** What the caller is to do: `npm run bench -- compare` ends with exit code 0, 1, 3 and 4. */
export type GateOutcome = 'pass' | 'regression' | 'incomplete' | 'incompatible';

/** A comparison judged: what fails, what is only shown. */
export interface Gate {
  outcome: GateOutcome;
  /** One sentence that says why. */
  reason: string;
  /** Worse. */
  regressions: GatedChange[];
  /** Better. */
  improvements: GatedChange[];
  undecided: GatedChange[];
  sameCount: number;
  missing: MissingCell[];
  /** Differences that keep the runs from being compared at all; empty with --force, which shows them in `forced`. */
  incompatibilities: RunDifference[];
  forced: RunDifference[];
  /** Of the head's scenario, held against the head. */
  thresholds: readonly ThresholdOutcome[];
}

export interface GateOptions {
  /** Whether undecided changes are let through. */
  undecided: 'pass' | 'fail';
  /** Compare in spite of incompatible plans and environments. */
  force: boolean;
}

const usualOptions: GateOptions = { undecided: 'pass', force: false };

/**
 * Judges a comparison. What is worse on valid data is a regression, whatever else is missing: it is sure. Without one,
 * anything missing keeps the gate from passing; so does a comparison in which nothing was compared. Runs of another plan or
 * environment are not judged at all, unless forced.
 */
export function gateOf(
  comparison: RunComparison,
  thresholds: readonly ThresholdOutcome[],
  given: Partial<GateOptions> = {},
): Gate {
  const options = { ...usualOptions, ...given };
  const barriers = comparison.differences.filter(({ effect }) => effect === 'incompatible');
  const isJudged = barriers.length === 0 || options.force;
  const cells = isJudged ? comparison.cells : [];
  const changes = cells.flatMap(({ id, changes: all }) => all.map((change) => ({ cellId: id, change })));
  const of = (verdict: MetricChange['verdict']) => changes.filter(({ change }) => change.verdict === verdict);
  const found = {
    regressions: of('worse'),
    improvements: of('better'),
    undecided: of('undecided'),
    sameCount: of('same').length,
    missing: cells.flatMap(missingOf),
    incompatibilities: options.force ? [] : barriers,
    forced: options.force ? barriers : [],
    thresholds,
  };
  return { ...verdictOf(found, options), ...found };
}

/** What a cell lacks for its comparison. A request ceiling is another experiment, and is not compared. */
function missingOf({ id, base, head, changes }: CellChange): MissingCell[] {
  const lacking = (
    [
      ['base', base],
      ['head', head],
    ] as const
  ).flatMap(([side, { state, ...rest }]): MissingCell[] => {
    if (state === 'delivered' || state === 'ceiling') return [];
    const reason =
      'reason' in rest ? rest.reason : state === 'absent' ? 'it is not in the plan' : 'the run ended before';
    return [{ cellId: id, side, state, reason }];
  });
  if (lacking.length > 0 || changes.length === 0) return lacking;
  return (
    [
      ['base', base],
      ['head', head],
    ] as const
  ).flatMap(([side, of]): MissingCell[] => {
    if (of.state !== 'delivered' || of.result.validity.ok) return [];
    const failed = of.result.validity.checks.filter(({ ok, severity }) => !ok && severity === 'invalid');
    return [{ cellId: id, side, state: 'not valid', reason: failed.map(({ name }) => `not so: ${name}`).join('; ') }];
  });
}

function verdictOf(
  found: Omit<Gate, 'outcome' | 'reason'>,
  { undecided }: GateOptions,
): Pick<Gate, 'outcome' | 'reason'> {
  const { incompatibilities, regressions, missing, thresholds } = found;
  if (incompatibilities.length > 0) {
    const what = formatList(incompatibilities.map((difference) => difference.what.toLowerCase()));
    return { outcome: 'incompatible', reason: `the runs differ in ${what}, so their figures are of different things` };
  }
  const broken = thresholds.filter(failsRun);
  const facts = [
    regressions.length > 0 ? `${formatNumberOf(regressions.length, 'metric')} got worse` : null,
    broken.length > 0 ? `${formatNumberOf(broken.length, 'threshold')} failed` : null,
    undecided === 'fail' && found.undecided.length > 0
      ? `${formatNumberOf(found.undecided.length, 'change')} undecided, which was asked to fail`
      : null,
  ].filter((fact) => fact !== null);
  if (facts.length > 0) return { outcome: 'regression', reason: formatList(facts) };
  const unknown = thresholds.filter((threshold) => !failsRun(threshold) && lacksData(threshold));
  const compared = found.sameCount + found.improvements.length + found.undecided.length;
  const gaps = [
    missing.length > 0
      ? `${formatNumberOf(new Set(missing.map(({ cellId }) => cellId)).size, 'cell')} could not be compared in full`
      : null,
    unknown.length > 0 ? `${formatNumberOf(unknown.length, 'threshold')} had no data` : null,
    compared === 0 ? 'nothing was compared' : null,
  ].filter((gap) => gap !== null);
  if (gaps.length > 0) return { outcome: 'incomplete', reason: formatList(gaps) };
  const better = found.improvements.length > 0 ? `, ${formatCount(found.improvements.length)} better` : '';
  return {
    outcome: 'pass',
    reason: `nothing got worse: ${formatCount(found.sameCount)} same${better}, ${formatCount(found.undecided.length)} undecided`,
  };
}
