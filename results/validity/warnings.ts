import type { CompletedCell } from '../delivery-result.ts';
import { resultLabels } from '../labels.ts';
import { formatNumberOf } from '../numbers.ts';
import type { Warning } from '../run-document.ts';
import { rules } from './judge.ts';

/** A warning names this many cells, those with most to say; all are among its cellIds. */
const MOST_NAMES = 6;

/**
 * What does not make a cell invalid and should still be known: one warning for each rule that failed with this severity,
 * with the facts of the cells, which have the names that the report gives them.
 */
export function warningsOf(results: readonly CompletedCell[]): Warning[] {
  const labels = resultLabels(results);
  return rules.flatMap(({ id, advice, warning }) => {
    if (warning === undefined) return [];
    const facts = results.flatMap((result) => {
      const check = result.validity.checks.find((each) => each.id === id);
      if (check === undefined || check.ok || check.severity !== 'warning' || check.value === null) return [];
      return [{ id: result.cell.id, amount: check.value, text: warning.fact(check.value, result) }];
    });
    if (facts.length === 0) return [];
    const most = facts.toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount)).slice(0, MOST_NAMES);
    const named = most.map(({ id: cellId, text }) => `${labels.get(cellId) ?? cellId} ${text}`).join('; ');
    const others = facts.length - most.length;
    const more = others > 0 ? `; and ${formatNumberOf(others, 'more cell')}` : '';
    return [
      {
        code: id,
        message: `${warning.what}: ${named}${more}.`,
        advice,
        cellIds: facts.map(({ id: cellId }) => cellId),
      },
    ];
  });
}
