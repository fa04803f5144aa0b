import type { CompletedCell } from '../../delivery-result.ts';
import { type ComparableGroup, cellLabels } from '../../labels.ts';
import { formatList, formatUs, formatUsRange } from '../../numbers.ts';
import type { CellComparison, ComparedQuantity } from '../../run-document.ts';
import { EQUIVALENCE_MARGIN, fewestTrialsForClaim, MIN_TRIALS } from '../../statistics/compare.ts';
import { isComplete } from './completeness.ts';
import { capitalized, type Finding, few, inGroup, say } from './finding.ts';
import { sameSets, tiersOf, type Verdicts, verdictsOn, verdictsWithin } from './tiers.ts';

/** A value in microseconds with the interval that is shown beside it; null where there is none. */
interface Spread {
  value: number;
  low: number | null;
  high: number | null;
}

/** A quantity in microseconds that cells are put in order of, lower being better. */
export interface OrderedQuantity {
  compared: ComparedQuantity;
  topic: Finding['topic'];
  /** As in "no difference in median latency (p50)". */
  noun: string;
  /** As in "was faster than". */
  comparative: string;
  /** Whether its sentences show the 95 % interval beside each value. */
  showsInterval: boolean;
  read(cell: CompletedCell): Spread | null;
}

/** From due to received, the median. */
export const latencyP50: OrderedQuantity = {
  compared: 'latencyUs.p50',
  topic: 'latency',
  noun: 'median latency (p50)',
  comparative: 'faster',
  showsInterval: true,
  read: ({ latencyUs }) => latencyUs.p50,
};

/** From due to received, what 99 in 100 deliveries did not exceed. */
const latencyP99: OrderedQuantity = {
  compared: 'latencyUs.p99',
  topic: 'latency',
  noun: 'latency at p99',
  comparative: 'faster at p99',
  showsInterval: true,
  read: ({ latencyUs }) => latencyUs.p99,
};

/** The server's processor time per delivery; the interval is from the smallest to the largest trial. */
export const serverCpu: OrderedQuantity = {
  compared: 'serverUsage.cpuUsPerDelivery',
  topic: 'cpu',
  noun: 'server CPU per delivery',
  comparative: 'cheaper',
  showsInterval: false,
  read: ({ serverUsage: { cpuUsPerDelivery }, trials }) => {
    const each = trials.map((trial) => trial.serverUsage.cpuUsPerDelivery).filter((value) => value !== null);
    if (cpuUsPerDelivery === null) return null;
    return { value: cpuUsPerDelivery, low: Math.min(...each), high: Math.max(...each) };
  },
};

/** Why a cell takes no part in an order; null when it may. */
export function whyNotCompared(result: CompletedCell, quantity: OrderedQuantity): string | null {
  if (!result.validity.ok) return 'not valid';
  if (!isComplete(result.deliveries)) return 'did not deliver everything';
  if (result.trials.length < MIN_TRIALS) return `fewer than ${MIN_TRIALS} trials`;
  return quantity.read(result) === null ? `no ${quantity.noun}` : null;
}

/** A cell in an order from low to high. */
export interface RankedCell extends Spread {
  id: string;
  label: string;
}

function rank(group: ComparableGroup, quantity: OrderedQuantity): RankedCell[] {
  return group.cells
    .filter((result) => whyNotCompared(result, quantity) === null)
    .map((result) => {
      const spread = quantity.read(result) as Spread;
      return { id: result.cell.id, label: group.labels.get(result.cell.id) ?? result.cell.id, ...spread };
    })
    .sort((a, b) => a.value - b.value);
}

function valuesText(tier: readonly RankedCell[], { showsInterval }: OrderedQuantity): string {
  return formatList(
    tier.map(({ label, value, low, high }) => {
      const interval = showsInterval && low !== null && high !== null ? ` (${formatUsRange(low, high)})` : '';
      return `${label} ${formatUs(value)}${interval}`;
    }),
  );
}

/** How far values may be apart that are the same. */
export const MARGIN_TEXT = `${EQUIVALENCE_MARGIN * 100} %`;

function tierText(tier: readonly RankedCell[], quantity: OrderedQuantity, verdicts: Verdicts): string {
  const values = valuesText(tier, quantity);
  if (tier.length === 1) return values;
  const found = verdictsWithin(tier, verdicts);
  if (found.size > 1) return `${values}, not all of them told apart`;
  return found.has('same') ? `${values}, the same within ${MARGIN_TEXT}` : `${values}, not told apart by these trials`;
}

/**
 * The cells of a group that may be compared, in tiers from low to high: a cell of a tier is known to be lower than every
 * cell of the tiers after it.
 */
export function rankedTiers(
  group: ComparableGroup,
  quantity: OrderedQuantity,
  comparisons: readonly CellComparison[],
): RankedCell[][] {
  return tiersOf(rank(group, quantity), verdictsOn(comparisons, quantity.compared));
}

/** What is decided between cells of one tier. */
function decidedWithin(tier: readonly RankedCell[], { comparative }: OrderedQuantity, verdicts: Verdicts): string[] {
  if (verdictsWithin(tier, verdicts).size < 2) return [];
  const names = (cells: readonly RankedCell[]) => formatList(cells.map(({ label }) => label));
  const lower = tier.flatMap((cell) => {
    const others = tier.filter((other) => verdicts(cell, other) === 'faster');
    return others.length === 0 ? [] : [{ cell, others: names(others) }];
  });
  const faster = [...Map.groupBy(lower, ({ others }) => others)].map(([others, members]) => {
    const those = names(members.map(({ cell }) => cell));
    return `${those} ${members.length === 1 ? 'was' : 'were each'} ${comparative} than ${others}`;
  });
  const same = sameSets(tier, verdicts).map((set) => `${names(set)} were the same within ${MARGIN_TEXT}`);
  return [...faster, ...same];
}

/** Says when there were too few trials to tell any two of so many cells apart; empty otherwise. */
export function tooFewTrials(group: ComparableGroup, ranked: readonly RankedCell[]): string {
  const trials = Math.min(...group.cells.map((cell) => cell.trials.length));
  const needed = fewestTrialsForClaim((ranked.length * (ranked.length - 1)) / 2);
  if (trials >= needed) return '';
  return ` With ${trials} trials no difference between ${ranked.length} cells can be shown, however large; ${needed} are needed.`;
}

/** Puts the cells of a group in order, as far as the verdicts of the document go, and names what is undecided. */
export function orderFindings(
  group: ComparableGroup,
  quantity: OrderedQuantity,
  comparisons: readonly CellComparison[],
): Finding[] {
  const ranked = rank(group, quantity);
  if (ranked.length < 2) return [];
  const verdicts = verdictsOn(comparisons, quantity.compared);
  const tiers = tiersOf(ranked, verdicts);
  const found = verdictsWithin(ranked, verdicts);
  const interval = quantity.showsInterval ? ', with 95 % intervals' : '';
  const values = valuesText(ranked, quantity);
  const text =
    found.has('undecided') && !found.has('faster') && !found.has('slower')
      ? `No difference in ${quantity.noun} was shown: ${values}.${tooFewTrials(group, ranked)}`
      : found.size === 1 && found.has('same')
        ? `${capitalized(quantity.noun)} was the same within ${MARGIN_TEXT}: ${values}.`
        : `${capitalized(quantity.noun)} from low to high${interval}: ${tiers.map((tier) => tierText(tier, quantity, verdicts)).join('; then ')}.`;
  const decided =
    tiers.length === 1 && found.size === 1 ? [] : tiers.flatMap((tier) => decidedWithin(tier, quantity, verdicts));
  const findings = [say(quantity.topic, group.cells, inGroup(group.title, text))];
  if (decided.length > 0) {
    const among = `Among those not all told apart, ${decided.join('; ')}.`;
    findings.push(say(quantity.topic, group.cells, inGroup(group.title, among)));
  }
  return findings;
}

/**
 * The order at p99, where it contradicts that of the medians: of two cells one has the lower median and the other the lower
 * p99, both decided.
 */
export function tailFindings(group: ComparableGroup, comparisons: readonly CellComparison[]): Finding[] {
  const median = verdictsOn(comparisons, latencyP50.compared);
  const tail = verdictsOn(comparisons, latencyP99.compared);
  const ranked = rank(group, latencyP99);
  const contradicts = ranked.some((a) => ranked.some((b) => median(a, b) === 'faster' && tail(a, b) === 'slower'));
  return contradicts ? orderFindings(group, latencyP99, comparisons) : [];
}

// More names than this are a list that nobody reads.
const MOST_NAMES = 6;

/** Names the cells that take no part in any order of this quantity, with the reasons. */
export function notOrdered(cells: readonly CompletedCell[], quantity: OrderedQuantity): Finding[] {
  if (cells.length < 2) return [];
  const labels = cellLabels(cells.map((result) => result.cell));
  const left = cells.flatMap((result) => {
    const why = whyNotCompared(result, quantity);
    return why === null ? [] : [{ result, why }];
  });
  if (left.length === 0) return [];
  const reasons = [...Map.groupBy(left, ({ why }) => why)].map(([why, members]) => {
    const names = few(
      members.map(({ result }) => labels.get(result.cell.id) ?? result.cell.id),
      MOST_NAMES,
    );
    return `${members.length === cells.length ? 'all cells' : formatList(names)} (${why})`;
  });
  return [
    say(
      quantity.topic,
      left.map(({ result }) => result),
      `Not put in an order of ${quantity.noun}: ${formatList(reasons)}.`,
    ),
  ];
}
