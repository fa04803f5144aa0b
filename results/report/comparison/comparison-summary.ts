import type { ChangeVerdict } from '../../compare/change.ts';
import type { CellChange, MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import type { CellSide } from '../../compare/join-cells.ts';
import { formatCount, formatList, formatNumberOf, keepUnits } from '../../numbers.ts';
import { type Element, element } from '../tree.ts';
import { changeIntervalText, differenceText, valuesText, verdictSigns } from './change-text.ts';

const VERDICTS: readonly ChangeVerdict[] = ['worse', 'better', 'undecided', 'same'];

function counted(changes: readonly MetricChange[]): string {
  const of = Map.groupBy(changes, ({ verdict: each }) => each);
  const words = VERDICTS.flatMap((each) => {
    const count = of.get(each)?.length ?? 0;
    return count === 0 ? [] : [`${formatCount(count)} ${each}`];
  });
  const unjudged = of.get(null)?.length ?? 0;
  return formatList([...words, ...(unjudged === 0 ? [] : [`${formatCount(unjudged)} without a verdict`])]);
}

/** How many changes of a comparison had each verdict: "3 worse and 41 same of 60 comparisons in 5 cells". */
export function changeCounts({ cells }: RunComparison): string {
  const both = cells.filter(({ changes }) => changes.length > 0);
  if (both.length === 0) return 'there is nothing to compare, since no cell was delivered in both';
  const changes = both.flatMap((cell) => cell.changes);
  return `${counted(changes)} of ${formatNumberOf(changes.length, 'comparison')} in ${formatNumberOf(both.length, 'cell')}`;
}

/** What came of the comparison, as a sentence. */
export function comparisonHeadline(comparison: RunComparison): string {
  return `B against A: ${changeCounts(comparison)}.`;
}

/** Every difference that is claimed, the worse ones first. */
export function claimedChanges({ cells }: RunComparison, labels: ReadonlyMap<string, string>): Element | null {
  const claims = cells.flatMap(({ id, changes }) =>
    changes
      .filter(({ verdict: each }) => each === 'worse' || each === 'better')
      .map((change) => ({ label: labels.get(id) ?? id, change })),
  );
  if (claims.length === 0) return null;
  const ordered = (['worse', 'better'] as const).flatMap((each) =>
    claims.filter(({ change }) => change.verdict === each),
  );
  return element(
    'ul',
    { class: 'claims' },
    ordered.map(({ label, change }) => {
      const interval = changeIntervalText(change);
      const spread = interval === null ? '' : ` (95 % interval ${interval})`;
      const kind = change.verdict as 'worse' | 'better';
      return element(
        'li',
        {},
        element('strong', { class: `verdict ${kind}` }, `${verdictSigns[kind]} ${kind}`),
        keepUnits(` ${label}, ${change.metric.title}: ${differenceText(change)}${spread}, ${valuesText(change)}.`),
      );
    }),
  );
}

function sideText(side: CellSide, name: string): string {
  switch (side.state) {
    case 'delivered':
      return `${name} has a result`;
    case 'ceiling':
      return `${name} measured a request ceiling, which is not compared`;
    case 'failed':
      return `${name} failed: ${side.reason}`;
    case 'skipped':
      return `${name} skipped it: ${side.reason}`;
    case 'unmeasured':
      return `${name} planned it and ended before`;
    case 'absent':
      return `not in ${name}`;
  }
}

/** Cells that have no pair of results, each with the reason; null when there is none. */
export function withoutPair({ cells }: RunComparison, labels: ReadonlyMap<string, string>): Element | null {
  const single = cells.filter(({ changes }: CellChange) => changes.length === 0);
  if (single.length === 0) return null;
  return element(
    'details',
    {},
    element('summary', {}, `Not compared: ${formatNumberOf(single.length, 'cell')}`),
    element(
      'ul',
      {},
      single.map(({ id, base, head }) =>
        element('li', {}, `${labels.get(id) ?? id}: ${sideText(base, 'A')}; ${sideText(head, 'B')}.`),
      ),
    ),
  );
}
