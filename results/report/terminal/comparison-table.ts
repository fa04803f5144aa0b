import type { MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import { type Metric, metrics } from '../../compare/metrics.ts';
import { cellNames } from '../../export/comparison/gate-text.ts';
import { formatList, UNKNOWN } from '../../numbers.ts';
import { differenceText, verdictSigns } from '../comparison/change-text.ts';
import { harmless, type Paint, paragraph } from './paint.ts';
import { layoutTable, type TextColumn } from './table.ts';

const READING = `${verdictSigns.better} better, ${verdictSigns.worse} worse, ${verdictSigns.same} same, ${verdictSigns.undecided} undecided, ${UNKNOWN} no verdict. Each change is that of the head against the base.`;

/** "Server CPU per delivery" in lines that make a narrow column. */
function headingOf({ title }: Metric): string[] {
  const [first = '', ...rest] = title.split(/, | (?=per )/);
  return [first, ...rest];
}

const changeText = (change: MetricChange | undefined) =>
  change === undefined || change.verdict === null
    ? UNKNOWN
    : `${verdictSigns[change.verdict]} ${differenceText(change)}`;

/** A metric in all cells that have a pair of results. */
interface Row {
  metric: Metric;
  changes: (MetricChange | undefined)[];
}

const hasVerdict = ({ changes }: Row) => changes.some((change) => change !== undefined && change.verdict !== null);
/** A fault of which there is none has no column, since there are many of them. */
const isNoFault = ({ metric, changes }: Row) =>
  metric.kind === 'fault' && changes.every((change) => change?.base === 0 && change.head === 0);

function notes(rows: readonly Row[]): string[] {
  const without = rows
    .filter((row) => !hasVerdict(row))
    .map(({ metric, changes }) => {
      const reasons = new Set(changes.flatMap((change) => change?.note ?? []));
      return `${metric.title}${reasons.size === 0 ? '' : ` (${[...reasons].join('; ')})`}`;
    });
  const none = rows.filter(isNoFault).map(({ metric }) => metric.title.toLowerCase());
  return [
    ...(without.length === 0 ? [] : [`No verdict in any cell: ${formatList(without)}.`]),
    ...(none.length === 0 ? [] : [`None in either run: ${formatList(none)}.`]),
  ];
}

/**
 * Cells x metrics, each with the sign of its verdict and the change; nothing when no cell was delivered in both runs. A metric
 * without a verdict in any cell, and a fault of which there is none, is named below instead.
 */
export function comparisonTable(
  comparison: RunComparison,
  { width, paint }: { width: number; paint: Paint },
): string[][] {
  const both = comparison.cells.filter(({ changes }) => changes.length > 0);
  if (both.length === 0) return [];
  const nameOf = cellNames(comparison);
  const rows = metrics.map((metric): Row => {
    return { metric, changes: both.map(({ changes }) => changes.find((change) => change.metric === metric)) };
  });
  const blocks = layoutTable(
    [{ heading: ['cell'], cells: both.map(({ id }) => harmless(nameOf(id))), align: 'left' }],
    rows
      .filter((row) => hasVerdict(row) && !isNoFault(row))
      .map(({ metric, changes }): TextColumn => {
        return { heading: headingOf(metric), cells: changes.map(changeText), align: 'left' };
      }),
    width,
  );
  const isWorse = both.map(({ changes }) => changes.some(({ verdict }) => verdict === 'worse'));
  const tables = blocks.map((block) => [
    ...block.heading.map((line) => paint('bold', line)),
    ...block.rows.map((line, at) => (isWorse[at] ? paint('red', line) : line)),
  ]);
  return [...tables, [READING, ...notes(rows)].flatMap((text) => paragraph(text, width))];
}
