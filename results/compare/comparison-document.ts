import type { RunDocument } from '../run-document.ts';
import type { CellChange, MetricChange, RunComparison } from './compare-runs.ts';
import { COMPARISON_SCHEMA_VERSION, type ComparisonDocument } from './comparison-document-schema.ts';
import type { Gate, GatedChange } from './gate.ts';

function sideOf({ id, scenario, tool, startedAt }: RunDocument, runs: number): ComparisonDocument['base'] {
  return { id, scenario: scenario.name, commit: tool.gitCommit, isDirty: tool.gitDirty, startedAt, runs };
}

type ChangeData = ComparisonDocument['cells'][number]['changes'][number];

function changeData({ metric, trials, ...change }: MetricChange): ChangeData {
  const { base, head, delta, ratio, p, adjustedP, noiseFloor, verdict, note } = change;
  const values = { base, head, delta, ratio, p, adjustedP, noiseFloor };
  return {
    metric: metric.key,
    kind: metric.kind,
    unit: metric.units[0]?.symbol ?? '',
    ...values,
    verdict,
    note,
    trials: [...trials],
  };
}

function cellData({ id, base, head, changes }: CellChange): ComparisonDocument['cells'][number] {
  return { id, base: base.state, head: head.state, changes: changes.map(changeData) };
}

const refs = (changes: readonly GatedChange[]) =>
  changes.map(({ cellId, change }) => ({ cellId, metric: change.metric.key }));

/** A comparison and what the gate makes of it, for other programs; comparison-document-schema.ts explains every key. */
export function comparisonDocument(comparison: RunComparison, gate: Gate): ComparisonDocument {
  const { base, head, runs, basis, isPaired, margin, tolerance, differences, cells } = comparison;
  const { outcome, reason, incompatibilities, forced, thresholds, missing, sameCount } = gate;
  return {
    kind: 'transport-bench-comparison',
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    outcome,
    reason,
    base: sideOf(base, runs[0]),
    head: sideOf(head, runs[1]),
    basis,
    isPaired,
    margin,
    tolerance,
    differences,
    incompatibilities,
    forced,
    thresholds: [...thresholds],
    regressions: refs(gate.regressions),
    improvements: refs(gate.improvements),
    undecided: refs(gate.undecided),
    sameCount,
    missing,
    cells: cells.map(cellData),
  };
}
