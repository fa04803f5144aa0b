import type { CompletedCell } from '../../run-document.ts';
import type { ComparableGroup } from '../labels.ts';
import { formatList, formatUs } from '../numbers.ts';
import { isComplete } from './completeness.ts';
import { type Finding, inGroup } from './finding.ts';

/**
 * Fewest trials on each side for an order. With n trials each, all of one lie below all of the other by chance in
 * 2 (n!)^2 / (2n)! of cases: 10 % for three, 2.9 % for four, 0.8 % for five.
 */
export const MIN_TRIALS_FOR_ORDER = 4;

/** A quantity in microseconds that cells are put in order of, lower being better. */
export interface OrderedQuantity {
  topic: Finding['topic'];
  /** "p50", as in "p50 1.11 ms". */
  name: string;
  /** "faster", as in "was faster than". */
  lowerWord: string;
  /** "p50 latency", as in "no difference in p50 latency". */
  noun: string;
  /** The value of the cell and those of its trials; null when there is none. */
  read(cell: CompletedCell): { value: number; low: number | null; high: number | null } | null;
}

/** From due to received, the median. */
export const latencyP50: OrderedQuantity = {
  topic: 'latency',
  name: 'p50',
  lowerWord: 'faster',
  noun: 'p50 latency',
  read: (cell) => cell.latencyUs.p50,
};

/** The server's processor time per delivery; the interval is from the smallest to the largest trial. */
export const serverCpu: OrderedQuantity = {
  topic: 'cpu',
  name: 'server CPU',
  lowerWord: 'cheaper for the server’s processor',
  noun: 'server CPU per delivery',
  read: ({ serverUsage, trials }) => {
    const each = trials.map((trial) => trial.serverUsage.cpuUsPerDelivery).filter((value) => value !== null);
    const value = serverUsage.cpuUsPerDelivery;
    if (value === null || each.length < trials.length) return null;
    return { value, low: Math.min(...each), high: Math.max(...each) };
  },
};

interface Ranked {
  id: string;
  label: string;
  value: number;
  low: number;
  high: number;
}

/** Why a cell takes no part in an order; null when it may. */
function whyNotCompared(result: CompletedCell, quantity: OrderedQuantity): string | null {
  if (!result.validity.ok) return 'is not valid';
  if (!isComplete(result.deliveries)) return 'did not deliver everything';
  const estimate = quantity.read(result);
  if (estimate === null) return `has no ${quantity.noun}`;
  if (result.trials.length < MIN_TRIALS_FOR_ORDER || estimate.low === null || estimate.high === null) {
    return `has fewer than ${MIN_TRIALS_FOR_ORDER} trials`;
  }
  return null;
}

function rank(group: ComparableGroup, quantity: OrderedQuantity): Ranked[] {
  return group.cells
    .filter((result) => whyNotCompared(result, quantity) === null)
    .map((result) => {
      const { value, low, high } = quantity.read(result) as { value: number; low: number; high: number };
      return { id: result.cell.id, label: group.labels.get(result.cell.id) ?? result.cell.id, value, low, high };
    })
    .sort((a, b) => a.value - b.value);
}

function withTrials(cell: Ranked, quantity: OrderedQuantity): string {
  return `${cell.label} (${quantity.name} ${formatUs(cell.value)}, trials ${formatUs(cell.low)} to ${formatUs(cell.high)})`;
}

/** Cells that are ahead of the very same others share a sentence. */
function decided(ranked: Ranked[], quantity: OrderedQuantity): string[] {
  const ahead = ranked.map((cell) => ({ cell, behind: ranked.filter((other) => cell.high < other.low) }));
  const bySet = Map.groupBy(ahead, ({ behind }) => behind.map((other) => other.id).join('\n'));
  return [...bySet.values()].flatMap((members) => {
    const behind = members[0]?.behind ?? [];
    if (behind.length === 0) return [];
    const winners = members.map(({ cell }) => cell);
    const verb = winners.length === 1 ? 'was' : 'were each';
    return [
      `${formatList(winners.map((cell) => withTrials(cell, quantity)))} ${verb} ${quantity.lowerWord} than ${formatList(behind.map((cell) => `${cell.label} (${formatUs(cell.value)})`))}.`,
    ];
  });
}

/**
 * The largest sets of cells whose intervals all overlap each other. Of intervals on a line these are found by walking
 * over their lower ends: each such end begins one set, unless it adds nothing to the set before.
 */
function undecided(ranked: Ranked[]): Ranked[][] {
  const sets = ranked.map((start) => ranked.filter((cell) => cell.low <= start.low && start.low <= cell.high));
  return sets.filter(
    (set, index) =>
      set.length > 1 &&
      !sets.some(
        (other, at) =>
          set.every((cell) => other.includes(cell)) &&
          (other.length > set.length || (other.length === set.length && at < index)),
      ),
  );
}

/** Puts the cells of a group in order, as far as their trials decide it, and names what is undecided. */
export function orderFindings(group: ComparableGroup, quantity: OrderedQuantity): Finding[] {
  const ranked = rank(group, quantity);
  const finding = (text: string): Finding => ({
    topic: quantity.topic,
    text: inGroup(group, text),
    problem: false,
    cellIds: group.cells.map((result) => result.cell.id),
  });
  const findings = decided(ranked, quantity).map(finding);
  for (const set of undecided(ranked)) {
    findings.push(
      finding(
        `No difference in ${quantity.noun} beyond the spread between trials: ${formatList(set.map((cell) => cell.label))}.`,
      ),
    );
  }
  const left = group.cells.flatMap((result) => {
    const why = whyNotCompared(result, quantity);
    return why === null ? [] : [{ label: group.labels.get(result.cell.id) ?? result.cell.id, why }];
  });
  if (quantity.topic === 'latency' && left.length > 0 && group.cells.length > 1) {
    const reasons = [...Map.groupBy(left, ({ why }) => why)].map(
      ([why, cells]) => `${formatList(cells.map((cell) => cell.label))} (${why})`,
    );
    findings.push(finding(`Not put in an order of ${quantity.noun}: ${formatList(reasons)}.`));
  }
  return findings;
}
