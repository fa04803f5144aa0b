import type { RunComparison } from '../../compare/compare-runs.ts';
import { formatChosen, formatList } from '../../numbers.ts';
import { labelsOfRuns } from '../../report/comparison/comparison-labels.ts';
import { SIGNIFICANCE } from '../../statistics/compare.ts';

const chosenShare = (share: number) => `${formatChosen(share * 100)} %`;

/** Which rounds were left out of which cells; empty when none was. */
function leftOutText({ leftOut, runs, head }: RunComparison): string {
  const labels = labelsOfRuns([head]);
  const cells = [...leftOut].map(([id, rounds]) => `${rounds} of ${runs[1]} of ${labels.get(id) ?? id}`);
  return cells.length === 0
    ? ''
    : ` Rounds in which the machine was too busy for a cell were left out of it: ${formatList(cells)}.`;
}

/** How the verdicts came about: of timed metrics, and of those that are counted. */
export function decisionTexts(comparison: RunComparison): [timed: string, counted: string] {
  const { basis, isPaired } = comparison;
  const margin = chosenShare(comparison.margin);
  const turns = isPaired
    ? ` Base and head ran in turns, so rounds are compared with rounds.${leftOutText(comparison)}`
    : ' They ran at different times: what the machine did in between is in no interval.';
  const against = basis === 'relative' ? ' as against the other transports' : '';
  return [
    `Timed metrics by head / base${against}: worse or better when the 95 % interval of the change leaves out 0, p (corrected by Holm for all of them) is below ${SIGNIFICANCE}, the ranks of the trials agree, and the change is larger than ${margin}, than what the driver’s own work changed by, and than halves of one run differ by; the same when the interval lies within ${margin}; otherwise undecided.${turns}`,
    `Bytes and requests exactly, up to ${chosenShare(comparison.tolerance)}; connections, empty answers and faults to the last one. Counts that depend on timing are decided as timed metrics are.`,
  ];
}

/** What a reader must know of the machines before any verdict on time; null when they are alike. */
export function basisText({ basis, differences }: RunComparison): string | null {
  if (basis === 'absolute') return null;
  const names = differences.filter(({ effect }) => effect === 'relative').map(({ what }) => what.toLowerCase());
  return `The machines differ (${formatList(names)}), so absolute times cannot be compared: latency and processor time are compared as against the other transports of the same run, but for the latency of polling, which is mostly waiting for the next poll.`;
}
