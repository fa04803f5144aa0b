/** Values of one contestant, one for each round. */
interface Series {
  contestant: string;
  values: number[];
}

/** A bound on the driver's value against a peer's. */
interface Target {
  against: string;
  /** `ratio`: driver / peer; `difference`: driver - peer, in the comparison's unit. */
  by: 'ratio' | 'difference';
  atMost: number;
}

/** The driver and its peers at one task, measured in the same rounds. The first series is the driver's. */
export interface Comparison {
  unit: string;
  transport: string;
  series: Series[];
  targets: Target[];
  /** The most that the driver's own median may be, or null. */
  atMost: number | null;
}

/** The middle of some values, and their ends. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Throws a RangeError for no values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('no values');
  return { median: (low + high) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** A peer beside the driver: each round is a pair, so that what disturbs a round disturbs both. */
export interface Judged {
  contestant: string;
  value: Spread;
  /** Driver / this one, of the pairs; null for the driver itself. */
  ratio: Spread | null;
  /** Each target that names this one, with what was measured and whether it is held. */
  targets: (Target & { measured: number; held: boolean })[];
}

/** All contestants of a comparison, the driver first. */
export function judge({ series, targets, atMost }: Comparison): Judged[] {
  const [driver, ...peers] = series as [Series, ...Series[]];
  const value = spreadOf(driver.values);
  const own: Judged = {
    contestant: driver.contestant,
    value,
    ratio: null,
    targets:
      atMost === null
        ? []
        : [
            {
              against: driver.contestant,
              by: 'difference',
              atMost,
              measured: value.median,
              held: value.median <= atMost,
            },
          ],
  };
  return [own, ...peers.map((peer) => beside(driver, peer, targets))];
}

function beside(driver: Series, { contestant, values }: Series, targets: readonly Target[]): Judged {
  const pairs = values.map((value, round) => [driver.values[round] as number, value] as const);
  const ratio = spreadOf(pairs.map(([own, other]) => own / other));
  const difference = spreadOf(pairs.map(([own, other]) => own - other));
  return {
    contestant,
    value: spreadOf(values),
    ratio,
    targets: targets
      .filter(({ against }) => against === contestant)
      .map((target) => {
        const measured = target.by === 'ratio' ? ratio.median : difference.median;
        return { ...target, measured, held: measured <= target.atMost };
      }),
  };
}
