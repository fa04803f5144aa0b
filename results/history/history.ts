import type { DeliveryCell } from '../../scenarios/cell.ts';
import { POLLED } from '../compare/judge-counted.ts';
import { type RunDifference, runDifferences } from '../compare/run-differences.ts';
import { cellLabels } from '../labels.ts';
import { followedMetrics } from './figures.ts';
import type { HistoryCell, HistoryRun } from './history-run.ts';
import { type MetricTrend, metricTrend, type Step, type TrendBasis } from './metric-trend.ts';

/** What a run had otherwise than the one before it; its commit is not among it. */
export interface RunChange {
  what: string;
  from: string;
  to: string;
  /** Marked in charts: the machine, the load or Node, and not what else was measured. */
  isMarked: boolean;
}

/** A cell over the runs of its scenario. */
export interface CellHistory {
  cell: DeliveryCell;
  /** What distinguishes it from the others of the scenario. */
  label: string;
  /** Its result in each run; null where there is none. */
  results: (HistoryCell | null)[];
  /** Of the metrics that are known in any run. */
  trends: MetricTrend[];
}

/** The runs of one scenario. */
export interface ScenarioHistory {
  name: string;
  /** As the newest run asks it. */
  question: string;
  /** Oldest first. */
  runs: HistoryRun[];
  /** What changed with each of them; nothing with the first. */
  changes: RunChange[][];
  /** Those of the newest run first. */
  cells: CellHistory[];
  /** For each run, the conditions of what is timed and of what is counted: only where they are the same figures can be compared. */
  conditions: Record<TrendBasis, string>[];
}

/** A file that should have held a run. */
export interface UnreadFile {
  source: string;
  reason: string;
}

/** Runs over time. */
export interface History {
  /** By name. */
  scenarios: ScenarioHistory[];
  unread: UnreadFile[];
}

/** A step with what it is of. */
export interface FoundStep {
  scenario: ScenarioHistory;
  cell: CellHistory;
  trend: MetricTrend;
  step: Step;
}

const MAJOR_VERSION = 'Node.js, major version';

function changesOf(runs: readonly HistoryRun[], differences: readonly RunDifference[]): RunChange[][] {
  return runs.map((run, at) => {
    const before = runs[at - 1];
    if (before === undefined) return [];
    const changed = differences.flatMap(({ kind, what, values }): RunChange[] => {
      const [from = '', to = ''] = [values[at - 1], values[at]];
      // Node's whole version says it too.
      if (from === to || what === 'Commit' || what === MAJOR_VERSION) return [];
      return [{ what, from, to, isMarked: kind !== 'code' || what === 'Node.js' }];
    });
    const isSameFile = run.about.scenario.yaml === before.about.scenario.yaml;
    return isSameFile ? changed : [...changed, { what: 'Scenario file', from: 'before', to: 'edited', isMarked: true }];
  });
}

function cellHistories({ runs, conditions }: Pick<ScenarioHistory, 'runs' | 'conditions'>): CellHistory[] {
  const cells = new Map(runs.toReversed().flatMap((run) => run.cells.map(({ cell }) => [cell.id, cell] as const)));
  const labels = cellLabels([...cells.values()]);
  return [...cells.values()].map((cell) => {
    const results = runs.map((run) => run.cells.find((each) => each.cell.id === cell.id) ?? null);
    const isKnown = (key: string) => results.some((result) => result?.figures.has(key));
    const trends = followedMetrics
      .filter(({ key }) => isKnown(key))
      .map((metric) => {
        const basis = metric.kind === 'noisy' || POLLED.has(cell.transport) ? 'timed' : 'counted';
        const figures = results.map((result, at) => ({
          figure: result?.figures.get(metric.key) ?? null,
          conditions: conditions[at]?.[basis] ?? '',
        }));
        return metricTrend(metric, basis, figures);
      });
    return { cell, label: labels.get(cell.id) ?? cell.id, results, trends };
  });
}

function scenarioHistory(name: string, runs: HistoryRun[]): ScenarioHistory {
  const differences = runDifferences(runs.map(({ about }) => about));
  const conditionsOf = (at: number, counts: (difference: RunDifference) => boolean) =>
    JSON.stringify(differences.filter(counts).map(({ values }) => values[at]));
  const conditions = runs.map((_, at) => ({
    timed: conditionsOf(at, ({ effect }) => effect !== 'note'),
    counted: conditionsOf(at, ({ effect, kind }) => effect === 'incompatible' && kind === 'load'),
  }));
  return {
    name,
    question: runs.at(-1)?.about.scenario.question ?? '',
    runs,
    changes: changesOf(runs, differences),
    cells: cellHistories({ runs, conditions }),
    conditions,
  };
}

/** Puts runs, in any order, into their scenarios and follows every metric of every cell through them. */
export function historyOf(runs: readonly HistoryRun[], unread: readonly UnreadFile[] = []): History {
  // ISO 8601 in UTC has the order of time.
  const inOrder = runs.toSorted(
    (a, b) => a.about.startedAt.localeCompare(b.about.startedAt, 'en') || a.source.localeCompare(b.source, 'en'),
  );
  const named = [...Map.groupBy(inOrder, ({ about }) => about.scenario.name)];
  return {
    scenarios: named.sort(([a], [b]) => a.localeCompare(b, 'en')).map(([name, own]) => scenarioHistory(name, own)),
    unread: [...unread],
  };
}

/** Every step of every metric: the newest first, of one run what got worse first. */
export function stepsOf({ scenarios }: History): FoundStep[] {
  const found = scenarios.flatMap((scenario) =>
    scenario.cells.flatMap((cell) =>
      cell.trends.flatMap((trend) => trend.steps.map((step) => ({ scenario, cell, trend, step }))),
    ),
  );
  const startedAt = ({ scenario, step }: FoundStep) => scenario.runs[step.run]?.about.startedAt ?? '';
  return found.sort(
    (a, b) => startedAt(b).localeCompare(startedAt(a), 'en') || b.step.direction.localeCompare(a.step.direction, 'en'),
  );
}
