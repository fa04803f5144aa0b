/** What a subscriber finds that polls at phase, phase + T, phase + 2T ..., over all phases from 0 to T alike. */
export interface PollLattice {
  /** Polls in [0, endUs): mean over the phases. */
  polls: number;
  /** Those that find an event which the one before did not: mean and variance over the phases. */
  nonEmpty: number;
  nonEmptyVariance: number;
  /** Variance of the number of the others. */
  emptyVariance: number;
}

/**
 * Exact for the given schedule. A poll finds something when an event became available since the poll before, so an event
 * makes the first poll within min(gap to the next event, T) after it non-empty:
 *
 *     non-empty polls = sum over events of min(1, gap to the next / T)
 *
 * which for Poisson events tends to (1 - exp(-lambda T)) of all polls. The variance is that of the number a subscriber
 * with a random phase finds: the sum above is the measure of phases, and here it is swept.
 */
export function pollLattice(availableUs: ArrayLike<number>, endUs: number, intervalUs: number): PollLattice {
  const steps: { phaseUs: number; nonEmpty: number; polls: number }[] = [];
  let nonEmptyAlways = 0;
  for (let event = 0; event < availableUs.length; event += 1) {
    const atUs = availableUs[event] as number;
    const gapUs = (event + 1 < availableUs.length ? (availableUs[event + 1] as number) : Math.max(atUs, endUs)) - atUs;
    if (gapUs >= intervalUs) {
      nonEmptyAlways += 1;
      continue;
    }
    const from = atUs % intervalUs;
    const to = (atUs + gapUs) % intervalUs;
    steps.push({ phaseUs: from, nonEmpty: 1, polls: 0 }, { phaseUs: to, nonEmpty: -1, polls: 0 });
    if (to < from) nonEmptyAlways += 1;
  }
  const whole = Math.floor(endUs / intervalUs);
  steps.push({ phaseUs: endUs % intervalUs, nonEmpty: 0, polls: -1 });
  steps.sort((a, b) => a.phaseUs - b.phaseUs);

  let nonEmpty = nonEmptyAlways;
  let polls = whole + 1;
  let fromUs = 0;
  const sums = { polls: 0, nonEmpty: 0, nonEmptySquared: 0, empty: 0, emptySquared: 0 };
  for (const step of [...steps, { phaseUs: intervalUs, nonEmpty: 0, polls: 0 }]) {
    const share = (step.phaseUs - fromUs) / intervalUs;
    const empty = polls - nonEmpty;
    sums.polls += share * polls;
    sums.nonEmpty += share * nonEmpty;
    sums.nonEmptySquared += share * nonEmpty ** 2;
    sums.empty += share * empty;
    sums.emptySquared += share * empty ** 2;
    fromUs = step.phaseUs;
    nonEmpty += step.nonEmpty;
    polls += step.polls;
  }
  return {
    polls: sums.polls,
    nonEmpty: sums.nonEmpty,
    nonEmptyVariance: Math.max(0, sums.nonEmptySquared - sums.nonEmpty ** 2),
    emptyVariance: Math.max(0, sums.emptySquared - sums.empty ** 2),
  };
}
