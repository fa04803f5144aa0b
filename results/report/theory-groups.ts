import type { CompletedCell } from '../delivery-result.ts';
import { deliveryCells, resultLabels } from '../labels.ts';
import { formatList, formatNumberOf, formatShare, significant, timeUnits, unitFor } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import type { TheoryRow } from '../theory/row.ts';

/** One prediction in all cells that have it. */
export interface TheoryGroup {
  quantity: string;
  rows: { result: CompletedCell; label: string; row: TheoryRow }[];
}

export const THEORY_TITLE = 'Theory beside measurement';

/** The predictions of a document by quantity, in the order of the first cell that has them. */
export function theoryGroups(document: RunDocument): TheoryGroup[] {
  const results = deliveryCells(document);
  const labels = resultLabels(results);
  const rows = results.flatMap((result) =>
    result.theory.map((row) => ({ result, label: labels.get(result.cell.id) ?? result.cell.id, row })),
  );
  return [...Map.groupBy(rows, ({ row }) => row.quantity)].map(([quantity, members]) => ({ quantity, rows: members }));
}

/** The predictions that do not hold. */
export function failingGroups(document: RunDocument): TheoryGroup[] {
  return theoryGroups(document).flatMap(({ quantity, rows }) => {
    const failing = rows.filter(({ row }) => !row.holds);
    return failing.length === 0 ? [] : [{ quantity, rows: failing }];
  });
}

/** The likeliest cause of each row that does not hold, each once. */
export function likeliestCauses({ rows }: TheoryGroup): string[] {
  return [...new Set(rows.flatMap(({ row }) => row.causes[0] ?? []))];
}

// A digit more than measured figures have elsewhere: what is compared here may differ by less than one of three.
const DIGITS = 4;

/** A value of a row with its unit: "149.6 B", "125.4 ms", "0.08443"; units that are words are in the quantity's name. */
export function theoryValue(value: number, unit: string): string {
  if (unit !== 'us') return `${significant(value, DIGITS)}${unit === 'B' ? ' B' : ''}`;
  const time = unitFor(timeUnits, value);
  return `${significant(value / time.size, DIGITS)} ${time.symbol}`;
}

/** measured - expected with its sign; rounding errors of the arithmetic are 0. */
export function residualText({ residual, expected, unit }: TheoryRow): string {
  if (isExact({ residual, expected })) return '0';
  return `${residual > 0 ? '+' : '−'}${theoryValue(Math.abs(residual), unit)}`;
}

const ROUNDING = 1e-9;

function isExact({ residual, expected }: Pick<TheoryRow, 'residual' | 'expected'>): boolean {
  return Math.abs(residual) <= ROUNDING * Math.max(1, Math.abs(expected));
}

/** What the predictions are about, in the order of the summary. */
const families: { name: string; has(row: TheoryRow): boolean }[] = [
  { name: 'wire bytes', has: ({ unit, quantity }) => unit === 'B' && !quantity.startsWith('IP') },
  { name: 'IP bytes', has: ({ unit, quantity }) => unit === 'B' && quantity.startsWith('IP') },
  { name: 'packets', has: ({ unit }) => unit === 'packets' },
  { name: 'requests', has: ({ unit }) => unit === '' },
  { name: 'events per response', has: ({ unit }) => unit === 'events' },
  { name: 'latencies', has: ({ unit }) => unit === 'us' },
];

// A share of more says little: such a prediction has a tolerance of another kind.
const TELLING_SHARE = 0.1;

function closeness(rows: readonly TheoryRow[]): string {
  if (rows.every(isExact)) return 'exactly';
  const farthest = Math.max(...rows.map((row) => (isExact(row) ? 0 : Math.abs(row.residual) / Math.abs(row.expected))));
  return farthest <= TELLING_SHARE ? `within ${formatShare(farthest)}` : 'within their tolerances';
}

/** How many predictions hold and, if all do, how closely; null without any. */
export function theorySummary(document: RunDocument): string | null {
  const rows = deliveryCells(document).flatMap(({ theory }) => theory);
  if (rows.length === 0) return null;
  const failing = rows.filter(({ holds }) => !holds).length;
  if (failing > 0) {
    const does = failing === 1 ? 'does' : 'do';
    return `${rows.length - failing} of ${formatNumberOf(rows.length, 'prediction')} hold, ${failing} ${does} not.`;
  }
  const close = families.flatMap(({ name, has }) => {
    const members = rows.filter(has);
    return members.length === 0 ? [] : [{ name, how: closeness(members) }];
  });
  const parts = [...Map.groupBy(close, ({ how }) => how)].map(
    ([how, members]) => `${formatList(members.map(({ name }) => name))} ${how}`,
  );
  return `All ${formatNumberOf(rows.length, 'prediction')} hold: ${parts.join('; ')}.`;
}
