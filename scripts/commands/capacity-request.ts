import type { CapacityAxis } from '../../results/capacity/capacity-search-section.ts';
import { parseObjective } from '../../results/capacity/objective.ts';
import type { CapacityRequest } from '../../results/capacity/plan-searches.ts';

/** The options of `run` that ask for a search, as typed. */
export interface CapacityOptions {
  /** `true`: given without an axis. */
  findCapacity?: true | string;
  objective?: string;
  upTo?: string;
}

const AXES: readonly CapacityAxis[] = ['rate', 'subscribers'];
const DEFAULT_OBJECTIVE = 'p99 < 50ms';

/** Reads the options of a search; null when none is asked for. Everything that is wrong with them goes into `problems`. */
export function readCapacityRequest(
  { findCapacity, objective: objectiveText, upTo }: CapacityOptions,
  trials: string | undefined,
  problems: string[],
): CapacityRequest | null {
  if (findCapacity === undefined) {
    if (objectiveText !== undefined) problems.push('--objective: is for --find-capacity, which was not given; add it');
    if (upTo !== undefined) problems.push('--up-to: is for --find-capacity, which was not given; add it');
    return null;
  }
  const axes = findCapacity === true ? AXES : AXES.filter((axis) => axis === findCapacity);
  if (axes.length === 0) {
    problems.push(
      `--find-capacity: found "${findCapacity}"; use rate, subscribers or nothing for both, and write a scenario before it`,
    );
  }
  if (trials !== undefined) {
    problems.push('--trials: has no meaning with --find-capacity, which makes as many as it needs; leave it out');
  }
  const { objective, problems: wrong } = parseObjective(objectiveText ?? DEFAULT_OBJECTIVE);
  problems.push(...wrong.map((problem) => `--objective: ${problem}`));
  if (upTo !== undefined && findCapacity === true) {
    problems.push(
      '--up-to: needs one axis, whose value it limits; write --find-capacity rate or --find-capacity subscribers',
    );
  }
  const highest = upTo === undefined ? null : Number(upTo);
  if (upTo !== undefined && !(/^\d{1,9}(\.\d{1,6})?$/.test(upTo) && Number(upTo) > 0)) {
    problems.push(`--up-to: found "${upTo}"; give a number above 0`);
  } else if (findCapacity === 'subscribers' && highest !== null && !Number.isInteger(highest)) {
    problems.push(`--up-to: found "${upTo}"; give a whole number of subscribers`);
  }
  return objective === null ? null : { axes, objective, upTo: highest };
}
