/** What is compared with what: the base is the version before, the head the one to be judged. */
export type Side = 'base' | 'head';

/** One run among those of an interleaved comparison. */
export interface RoundRun {
  /** From 1. */
  round: number;
  side: Side;
}

/**
 * Every run in the order it takes: base head, head base, base head ... (ABBA). A machine that becomes slower at a steady
 * pace then delays both sides alike over each two rounds, where base head, base head would delay the head alone.
 */
export function runOrder(roundCount: number): RoundRun[] {
  const rounds = Array.from({ length: roundCount }, (_, index) => index + 1);
  return rounds.flatMap((round) => {
    const sides: Side[] = round % 2 === 1 ? ['base', 'head'] : ['head', 'base'];
    return sides.map((side) => ({ round, side }));
  });
}
