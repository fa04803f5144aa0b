import type { RunComparison } from '../../compare/compare-runs.ts';
import { type Metric, metrics } from '../../compare/metrics.ts';
import type { CompletedCell } from '../../delivery-result.ts';
import { formatNumberOf, significant } from '../../numbers.ts';
import { type CellMetric, cellMetrics } from '../cell-metrics.ts';

/** An entry of github-action-benchmark's `customSmallerIsBetter`. */
interface Entry {
  name: string;
  unit: string;
  value: number;
  range?: string;
  extra: string;
}

/** A figure of a cell as it is compared: of a count that of each trial, where the document has the sum. */
function figureOf(metric: Metric, result: CompletedCell): Pick<CellMetric, 'value' | 'low' | 'high'> | null {
  switch (metric.kind) {
    case 'noisy':
      return cellMetrics(result).find(({ name }) => name === metric.key) ?? null;
    case 'counted':
      return { value: metric.read(result)?.value ?? null, low: null, high: null };
    case 'fault':
      return { value: metric.read(result)?.count ?? null, low: null, high: null };
  }
}

/** The figures of a cell of which something may be said; unknown ones are left out. */
function entriesOf(result: CompletedCell): Entry[] {
  const extra = formatNumberOf(result.trials.length, 'trial');
  return metrics.flatMap((metric) => {
    const { value, low, high } = figureOf(metric, result) ?? { value: null, low: null, high: null };
    if (value === null || metric.doubt(result) !== null) return [];
    const range = low === null || high === null ? {} : { range: `${significant(low, 5)} to ${significant(high, 5)}` };
    return [
      { name: `${result.cell.id}: ${metric.title}`, unit: metric.units[0]?.symbol ?? '', value, ...range, extra },
    ];
  });
}

/**
 * The head for github-action-benchmark (`tool: customSmallerIsBetter`): every figure that is compared, in its base unit, with
 * its 95 % interval as the range. Names are made of the ids of cells, since they tie the points of a chart together. Cells
 * that are not valid are left out, as are failed ones: a chart would show them as values like any other.
 */
export function comparisonToBenchmarkAction(comparison: RunComparison): string {
  const entries = comparison.cells.flatMap(({ head }) =>
    head.state === 'delivered' && head.result.validity.ok ? entriesOf(head.result) : [],
  );
  return `${JSON.stringify(entries, null, 2)}\n`;
}
