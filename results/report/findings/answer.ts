import { type ComparableGroup, compareCells } from '../../labels.ts';
import { formatBytes, formatList, formatUs, formatUsRange, significant } from '../../numbers.ts';
import type { CellComparison, RunDocument } from '../../run-document.ts';
import { isComplete } from './completeness.ts';
import { few, inGroup } from './finding.ts';
import {
  latencyP50,
  MARGIN_TEXT,
  type OrderedQuantity,
  type RankedCell,
  rankedTiers,
  serverCpu,
  tooFewTrials,
} from './order.ts';
import { verdictsOn, verdictsWithin } from './tiers.ts';

/** A sentence of the answer: who, and by how much. */
export interface AnswerSentence {
  lead: string;
  rest: string;
}

/** More names than this are a list that nobody reads. */
const MOST_NAMES = 4;

/** a / b with its 95 % interval, whichever way round the document has the pair; null where it has none. */
function ratioOf(
  a: RankedCell,
  b: RankedCell,
  { compared }: OrderedQuantity,
  comparisons: readonly CellComparison[],
): CellComparison['ratio'] | null {
  for (const { quantity, a: first, b: second, ratio } of comparisons) {
    if (quantity !== compared) continue;
    if (first === a.id && second === b.id) return ratio;
    if (first !== b.id || second !== a.id) continue;
    const { value, low, high } = ratio;
    return { value: 1 / value, low: high === null ? null : 1 / high, high: low === null ? null : 1 / low };
  }
  return null;
}

/** "polling 63.7 times (63.0 to 64.4)". */
function timesText(
  cell: RankedCell,
  best: RankedCell,
  quantity: OrderedQuantity,
  comparisons: readonly CellComparison[],
): string {
  const ratio = ratioOf(cell, best, quantity, comparisons);
  const value = ratio?.value ?? cell.value / best.value;
  const interval =
    ratio?.low == null || ratio.high === null ? '' : ` (${significant(ratio.low)} to ${significant(ratio.high)})`;
  return `${cell.label} ${significant(value)} times${interval}`;
}

/** The lowest tier, and by how much the others are higher: only what the verdicts of the document decided. */
function tierSentence(
  group: ComparableGroup,
  quantity: OrderedQuantity,
  comparisons: readonly CellComparison[],
  { lowest, which, same, asMuch }: Record<'lowest' | 'which' | 'same' | 'asMuch', string>,
): AnswerSentence | null {
  const [first, ...higher] = rankedTiers(group, quantity, comparisons);
  const [best] = first ?? [];
  if (first === undefined || best === undefined) return null;
  const last = first.at(-1) as RankedCell;
  if (higher.length === 0 && first.length > 1) {
    const ends = `${formatUs(best.value)} (${best.label}) to ${formatUs(last.value)} (${last.label})`;
    const found = verdictsWithin(first, verdictsOn(comparisons, quantity.compared));
    return found.size === 1 && found.has('same')
      ? { lead: inGroup(group.title, `All ${same}`), rest: `: ${ends}.` }
      : {
          lead: inGroup(group.title, `These trials do not tell who ${which}`),
          rest: `: ${ends}.${tooFewTrials(group, first)}`,
        };
  }
  const names = formatList(
    few(
      first.map(({ label }) => label),
      MOST_NAMES,
    ),
  );
  const values = first.length === 1 ? formatUs(best.value) : formatUsRange(best.value, last.value);
  const untold = first.length === 1 ? '' : ', not all told apart by these trials';
  const others = higher.flat().map((cell) => timesText(cell, best, quantity, comparisons));
  const more =
    others.length === 0 ? '' : ` Compared with ${best.label}: ${formatList(few(others, MOST_NAMES))} ${asMuch}.`;
  return { lead: inGroup(group.title, `${names} ${lowest}`), rest: `: ${values}${untold}.${more}` };
}

const latencySentence = (group: ComparableGroup, comparisons: readonly CellComparison[]) =>
  tierSentence(group, latencyP50, comparisons, {
    lowest: 'delivered soonest, in the median',
    which: 'delivers soonest, in the median',
    same: `delivered equally soon, in the median and within ${MARGIN_TEXT}`,
    asMuch: 'as late',
  });

const cpuSentence = (group: ComparableGroup, comparisons: readonly CellComparison[]) =>
  tierSentence(group, serverCpu, comparisons, {
    lowest: 'cost the server the least processor time per delivery',
    which: 'costs the server the least processor time per delivery',
    same: `cost the server the same processor time per delivery, within ${MARGIN_TEXT}`,
    asMuch: 'as much',
  });

/** Overhead is counted, so the values alone decide. */
function overheadSentence({ title, cells, labels }: ComparableGroup): AnswerSentence | null {
  const known = cells
    .filter((result) => result.validity.ok && isComplete(result.deliveries))
    .flatMap((result) => {
      const bytes = result.bytes.overheadPerDelivery;
      return bytes === null ? [] : [{ label: labels.get(result.cell.id) ?? result.cell.id, bytes }];
    })
    .sort((a, b) => a.bytes - b.bytes);
  const [least] = known;
  const most = known.at(-1);
  if (least === undefined || most === undefined) return null;
  const factor =
    least.bytes === 0 || most.bytes === least.bytes ? '' : `, ${significant(most.bytes / least.bytes)} times as many`;
  const end = most === least ? '' : `; the most, ${formatBytes(most.bytes)}${factor}, took ${most.label}`;
  return {
    lead: inGroup(title, `${least.label} took the fewest bytes beside the events themselves`),
    rest: `: ${formatBytes(least.bytes)} per delivery${end}.`,
  };
}

/**
 * The answer to the scenario's question in at most three sentences, from the verdicts with their doubt (ratios with 95 %
 * intervals): who delivers soonest, who takes the fewest bytes, who costs the server least; of a sweep, who delivers
 * soonest at both of its ends, and the bytes at the last. Empty without a valid cell.
 */
export function answerSentences(document: Pick<RunDocument, 'cells' | 'comparisons'>): AnswerSentence[] {
  const { groups } = compareCells(document);
  const [first, last] = [groups[0], groups.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { comparisons } = document;
  const sentences =
    groups.length === 1
      ? [latencySentence(first, comparisons), overheadSentence(first), cpuSentence(first, comparisons)]
      : [latencySentence(first, comparisons), latencySentence(last, comparisons), overheadSentence(last)];
  return sentences.filter((sentence) => sentence !== null);
}
