import { type ComparableGroup, compareCells, marked } from '../../labels.ts';
import { formatNumberOf, formatProbability, significant, UNKNOWN } from '../../numbers.ts';
import type { CellComparison, ComparedQuantity, RunDocument } from '../../run-document.ts';
import { EQUIVALENCE_MARGIN } from '../../statistics/compare.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

type Verdict = CellComparison['verdict'];

/** How a verdict on a pair reads, from the first to the second: "faster than". */
const wordings: Record<ComparedQuantity, { title: string; words: Record<Verdict, string> }> = {
  'latencyUs.p50': {
    title: 'Latency, p50',
    words: { faster: 'faster than', slower: 'slower than', same: 'the same as', undecided: 'undecided against' },
  },
  'latencyUs.p99': {
    title: 'Latency, p99',
    words: { faster: 'faster than', slower: 'slower than', same: 'the same as', undecided: 'undecided against' },
  },
  'serverUsage.cpuUsPerDelivery': {
    title: 'Server CPU per delivery',
    words: { faster: 'cheaper than', slower: 'dearer than', same: 'the same as', undecided: 'undecided against' },
  },
};

/** Told apart without colour. */
const signs: Record<Verdict, string> = { faster: '<', slower: '>', same: '=', undecided: '?' };

/** A pair as a row, with the names that its group gives its cells. */
interface Pair extends CellComparison {
  group: string;
  names: [string, string];
}

function pairsOf(document: RunDocument): Pair[] {
  return compareCells(document).groups.flatMap((group) => {
    const names = new Map(group.cells.map((result) => [result.cell.id, nameOf(group, result)]));
    return document.comparisons.flatMap((comparison) => {
      const [a, b] = [names.get(comparison.a), names.get(comparison.b)];
      return a === undefined || b === undefined ? [] : [{ ...comparison, group: group.title, names: [a, b] as const }];
    }) as Pair[];
  });
}

const nameOf = (group: ComparableGroup, result: ComparableGroup['cells'][number]) =>
  marked(group.labels.get(result.cell.id) ?? result.cell.id, result);

function pairTable(quantity: ComparedQuantity, pairs: readonly Pair[], withGroup: boolean): Markup {
  const { title, words } = wordings[quantity];
  const rows = pairs.map(({ group, names, ratio, adjustedP, verdict }) => {
    const { value, low, high } = ratio;
    const interval = low === null || high === null ? UNKNOWN : `${significant(low)} to ${significant(high)}`;
    const text = html`<abbr title="${verdict}">${signs[verdict]}</abbr> ${words[verdict]}`;
    return html`<tr>${withGroup ? html`<td class="words">${group}</td>` : null}<th scope="row">${names[0]}</th><td class="words">${verdict === 'undecided' ? text : html`<strong>${text}</strong>`}</td><td class="words">${names[1]}</td><td>${significant(value)}</td><td>${interval}</td><td>${formatProbability(adjustedP)}</td></tr>
`;
  });
  const table = html`<table><thead><tr>${withGroup ? html`<th scope="col">With</th>` : null}<th scope="col">Cell</th><th scope="col">Verdict</th><th scope="col">Other cell</th><th scope="col" class="number">Ratio</th><th scope="col" class="number">95 % interval</th><th scope="col" class="number">p, corrected</th></tr></thead><tbody>
${rows}</tbody></table>`;
  const decided = pairs.filter(({ verdict }) => verdict !== 'undecided').length;
  return html`<details><summary>${title}: ${decided} of ${formatNumberOf(pairs.length, 'pair')} decided</summary>${scrollable(`Comparisons, ${title}`, table)}</details>
`;
}

/** Every pair of cells that differ in transport and its options alone; null when there is none. */
export function comparisons(document: RunDocument): Markup | null {
  const pairs = pairsOf(document);
  if (pairs.length === 0) return null;
  const withGroup = compareCells(document).groups.length > 1;
  const byQuantity = Map.groupBy(pairs, ({ quantity }) => quantity);
  return html`<section aria-labelledby="comparisons">${sectionHeading('comparisons', 'Pair by pair')}
<p>Ratio: the first cell’s value / the second’s, with its 95 % interval over the trials that ran in the same block. p: Mann-Whitney over the trials, corrected by Holm for all pairs of a table. The same: the interval lies within ${EQUIVALENCE_MARGIN * 100} % of 1. Another verdict than undecided needs p below 0.05 and an interval without 1. The findings come from these verdicts.</p>
${[...byQuantity].map(([quantity, members]) => pairTable(quantity, members, withGroup))}</section>
`;
}
