import { type ComparableGroup, cellLabels } from '../../labels.ts';
import { formatList, formatUs, formatUsRange } from '../../numbers.ts';
import type { CompletedCell } from '../../run-document.ts';
import { isComplete } from './completeness.ts';
import { capitalized, type Finding, few, inGroup, say } from './finding.ts';

/**
 * Fewest trials on each side for an order. With n trials each, all of one lie below all of the other by chance in
 * 2 (n!)^2 / (2n)! of cases: 10 % for three, 2.9 % for four, 0.8 % for five.
 */
export const MIN_TRIALS_FOR_ORDER = 4;

/** A value and its smallest and largest trial, in microseconds; null where the trials do not say. */
interface Spread {
  value: number;
  low: number | null;
  high: number | null;
}

/** A quantity in microseconds that cells are put in order of, lower being better. */
export interface OrderedQuantity {
  topic: Finding['topic'];
  /** As in "no difference in median latency (p50)". */
  noun: string;
  /** As in "was faster than". */
  comparative: string;
  /** Whether its sentences show the range of the trials beside each value. */
  showsRange: boolean;
  /** The value of the cell and those of its trials; null when there is none. */
  read(cell: CompletedCell): Spread | null;
}

function spreadOf(value: number, trials: readonly (number | null)[]): Spread {
  const known = trials.filter((each) => each !== null);
  if (known.length === 0 || known.length < trials.length) return { value, low: null, high: null };
  return { value, low: Math.min(...known), high: Math.max(...known) };
}

/** From due to received, the median. */
export const latencyP50: OrderedQuantity = {
  topic: 'latency',
  noun: 'median latency (p50)',
  comparative: 'faster',
  showsRange: true,
  read: ({ latencyUs: { p50 }, trials }) => {
    // A cell has its interval from five trials on, for the table's statement about the median; an order needs four.
    if (p50 === null || p50.low !== null) return p50;
    return spreadOf(
      p50.value,
      trials.map((trial) => trial.latencyUs.p50?.value ?? null),
    );
  },
};

/** The server's processor time per delivery; the interval is from the smallest to the largest trial. */
export const serverCpu: OrderedQuantity = {
  topic: 'cpu',
  noun: 'server CPU per delivery',
  comparative: 'cheaper',
  showsRange: false,
  read: ({ serverUsage: { cpuUsPerDelivery }, trials }) =>
    cpuUsPerDelivery === null
      ? null
      : spreadOf(
          cpuUsPerDelivery,
          trials.map((trial) => trial.serverUsage.cpuUsPerDelivery),
        ),
};

interface Ranked {
  label: string;
  value: number;
  low: number;
  high: number;
}

/** Why a cell takes no part in an order; null when it may. */
export function whyNotCompared(result: CompletedCell, quantity: OrderedQuantity): string | null {
  if (!result.validity.ok) return 'not valid';
  if (!isComplete(result.deliveries)) return 'did not deliver everything';
  if (result.trials.length < MIN_TRIALS_FOR_ORDER) return `fewer than ${MIN_TRIALS_FOR_ORDER} trials`;
  const spread = quantity.read(result);
  if (spread === null) return `no ${quantity.noun}`;
  return spread.low === null || spread.high === null ? `no ${quantity.noun} of every trial` : null;
}

function rank(group: ComparableGroup, quantity: OrderedQuantity): Ranked[] {
  return group.cells
    .filter((result) => whyNotCompared(result, quantity) === null)
    .map((result) => {
      const { value, low, high } = quantity.read(result) as { value: number; low: number; high: number };
      return { label: group.labels.get(result.cell.id) ?? result.cell.id, value, low, high };
    })
    .sort((a, b) => a.value - b.value || a.low - b.low);
}

/**
 * Tiers of cells, the lower before the higher: all trials of a tier lie below all trials of the next. Within a tier
 * the ranges of the trials hang together, each overlapping with some other.
 */
function tiersOf(ranked: readonly Ranked[]): Ranked[][] {
  const tiers: Ranked[][] = [];
  let highest = Number.NEGATIVE_INFINITY;
  for (const cell of ranked.toSorted((a, b) => a.low - b.low)) {
    if (cell.low > highest) tiers.push([]);
    tiers.at(-1)?.push(cell);
    highest = Math.max(highest, cell.high);
  }
  return tiers.map((tier) => tier.sort((a, b) => a.value - b.value));
}

const behind = (cell: Ranked, tier: readonly Ranked[]) => tier.filter((other) => cell.high < other.low);

function valuesText(tier: readonly Ranked[], quantity: OrderedQuantity): string {
  return formatList(
    tier.map(({ label, value, low, high }) => {
      const range = quantity.showsRange ? ` (${formatUsRange(low, high)})` : '';
      return `${label} ${formatUs(value)}${range}`;
    }),
  );
}

const isTie = (tier: readonly Ranked[]) => tier.every((cell) => behind(cell, tier).length === 0);

function tierText(tier: readonly Ranked[], quantity: OrderedQuantity): string {
  const values = valuesText(tier, quantity);
  if (tier.length === 1) return values;
  return `${values}, ${isTie(tier) ? 'which the trials do not tell apart' : 'whose trials overlap, though not each with every other'}`;
}

/** What is decided between cells of one tier, which overlap only by way of others. */
function decidedWithin(tier: readonly Ranked[], { comparative }: OrderedQuantity): string[] {
  const ahead = tier.map((cell) => ({ cell, losers: behind(cell, tier).map((other) => other.label) }));
  const alike = Map.groupBy(
    ahead.filter(({ losers }) => losers.length > 0),
    ({ losers }) => losers.join('\n'),
  );
  return [...alike.values()].map((members) => {
    const verb = members.length === 1 ? 'was' : 'were each';
    return `${formatList(members.map(({ cell }) => cell.label))} ${verb} ${comparative} than ${formatList(members[0]?.losers ?? [])}`;
  });
}

/** Puts the cells of a group in order, as far as their trials decide it, and names what is undecided. */
export function orderFindings(group: ComparableGroup, quantity: OrderedQuantity): Finding[] {
  const ranked = rank(group, quantity);
  if (ranked.length < 2) return [];
  const tiers = tiersOf(ranked);
  const range = quantity.showsRange ? ', with the range of the trials' : '';
  const isOneTie = tiers.length === 1 && isTie(ranked);
  const text = isOneTie
    ? `No difference in ${quantity.noun} beyond the spread between trials: ${valuesText(ranked, quantity)}.`
    : `${capitalized(quantity.noun)} from low to high${range}: ${tiers.map((tier) => tierText(tier, quantity)).join('; then ')}.`;
  const decided = tiers.flatMap((tier) => decidedWithin(tier, quantity));
  const findings = [say(quantity.topic, group.cells, inGroup(group.title, text))];
  if (decided.length > 0 && quantity.topic === 'latency') {
    findings.push(
      say(quantity.topic, group.cells, inGroup(group.title, `Among those that overlap, ${decided.join('; ')}.`)),
    );
  }
  return findings;
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
