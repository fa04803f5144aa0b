import type { CellComparison, ComparedQuantity } from '../../run-document.ts';

/** A cell in an order from low to high. */
interface Ranked {
  id: string;
}

type Verdict = CellComparison['verdict'];

/** The verdicts of the document on pairs of cells, given by their ids and seen from the first of the two. */
export type Verdicts = (a: Ranked, b: Ranked) => Verdict;

/** The verdicts on this quantity; a pair that was not compared is undecided. */
export function verdictsOn(comparisons: readonly CellComparison[], compared: ComparedQuantity): Verdicts {
  const known = new Map<string, Verdict>();
  const opposite: Record<Verdict, Verdict> = {
    faster: 'slower',
    slower: 'faster',
    same: 'same',
    undecided: 'undecided',
  };
  for (const { quantity, a, b, verdict } of comparisons) {
    if (quantity !== compared) continue;
    known.set(`${a}\n${b}`, verdict);
    known.set(`${b}\n${a}`, opposite[verdict]);
  }
  return (a, b) => known.get(`${a.id}\n${b.id}`) ?? 'undecided';
}

/** Tiers of cells from low to high: each cell of a tier is known to be lower than every cell of the tiers after it. */
export function tiersOf<Cell extends Ranked>(ranked: readonly Cell[], verdicts: Verdicts): Cell[][] {
  const tiers: Cell[][] = [];
  ranked.forEach((cell, index) => {
    const isCut = ranked
      .slice(0, index)
      .every((lower) => ranked.slice(index).every((x) => verdicts(lower, x) === 'faster'));
    if (isCut) tiers.push([]);
    tiers.at(-1)?.push(cell);
  });
  return tiers;
}

/** Every verdict on a pair of the tier. */
export function verdictsWithin(tier: readonly Ranked[], verdicts: Verdicts): Set<Verdict> {
  return new Set(tier.flatMap((a, index) => tier.slice(index + 1).map((b) => verdicts(a, b))));
}

/** Sets of cells of which every two are the same; together they hold every such pair. */
export function sameSets<Cell extends Ranked>(tier: readonly Cell[], verdicts: Verdicts): Cell[][] {
  const sets: Cell[][] = [];
  const isSame = (a: Cell, b: Cell) => verdicts(a, b) === 'same';
  tier.forEach((first, index) => {
    for (const second of tier.slice(index + 1)) {
      const isTold = sets.some((set) => set.includes(first) && set.includes(second));
      if (isTold || !isSame(first, second)) continue;
      const set = [first, second];
      for (const other of tier) if (!set.includes(other) && set.every((each) => isSame(each, other))) set.push(other);
      sets.push(set);
    }
  });
  return sets;
}
