/** With fewer a half has one trial, and says nothing of a trend. */
const FEWEST_TRIALS = 4;

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far the means of two halves of these values are apart, for each way of halving that a machine would show itself by. */
function gaps(logs: readonly number[]): number[] {
  const middle = Math.floor(logs.length / 2);
  const halves = [
    // A drift: the machine got warm, another program came or went.
    [logs.slice(0, middle), logs.slice(-middle)],
    // Turns: something that came back again and again.
    [logs.filter((_, at) => at % 2 === 0), logs.filter((_, at) => at % 2 === 1)],
  ] as const;
  return halves.map(([one, other]) => Math.abs(meanOf(one) - meanOf(other)));
}

/**
 * How much runs differ with nothing changed, as far as these runs can show it: the largest change between two halves of
 * the trials of one run, which is the same code on the same machine (an A/A comparison within each run). As ln of a ratio. Null with too few
 * trials. Each argument has the logarithms of a run's trials, in the order in which they ran.
 */
export function noiseFloor(...runs: readonly (readonly number[])[]): number | null {
  if (runs.some((logs) => logs.length < FEWEST_TRIALS)) return null;
  return Math.max(...runs.flatMap(gaps));
}
