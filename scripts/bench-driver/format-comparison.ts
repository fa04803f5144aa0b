import { type Comparison, type Judged, judge, type Spread } from './comparison.ts';

const COLUMNS = ['transport', 'contestant', 'median', 'min', 'max', 'driver / it', 'min', 'max', 'target'] as const;

/** Comparisons of one quantity as a table in Markdown, aligned so that it can be read in a terminal too. */
export function formatComparisons(title: string, comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap((comparison) =>
    judge(comparison).map((judged) => [comparison.transport, ...cellsOf(judged, comparison.unit)]),
  );
  const table = [[...COLUMNS] as string[], ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const isText = (column: number) => column < 2 || column === COLUMNS.length - 1;
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, isText(column))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`### ${title}`, '', line(table[0] as string[]), rule, ...table.slice(1).map(line), ''].join('\n');
}

function cellsOf({ contestant, value, ratio, targets }: Judged, unit: string): string[] {
  return [
    contestant,
    ...numbers(value, unit),
    ...(ratio === null ? ['', '', ''] : numbers(ratio, 'x')),
    verdicts(targets, unit),
  ];
}

const digits: Record<string, number> = { x: 2, us: 2, KB: 2 };
const shown = (value: number, unit: string) => value.toFixed(digits[unit] ?? 0);
const numbers = ({ median, min, max }: Spread, unit: string) => [median, min, max].map((value) => shown(value, unit));

function verdicts(targets: Judged['targets'], unit: string): string {
  return targets
    .map(({ by, atMost, measured, held }) => {
      const bound = by === 'ratio' ? `at most ${atMost} x` : `at most ${atMost} ${unit}`;
      const found = by === 'ratio' ? shown(measured, 'x') : shown(measured, unit);
      return `${bound}: ${held ? 'held' : 'MISSED'} with ${found}`;
    })
    .join(', ');
}

const pad = (text: string, width: number, left: boolean) => (left ? text.padEnd(width) : text.padStart(width));
