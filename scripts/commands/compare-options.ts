import { COUNT_TOLERANCE } from '../../results/compare/compare-runs.ts';
import { EQUIVALENCE_MARGIN } from '../../results/statistics/compare.ts';
import type { Version } from '../interleave/version.ts';

/** The options of `compare`, as typed. */
export interface CompareCommandOptions {
  interleave?: string[];
  baseDir?: string;
  headDir?: string;
  scenario?: string;
  rounds?: string;
  trials?: string;
  out?: string;
  margin?: string;
  tolerance?: string;
  undecided: 'pass' | 'fail';
  force?: boolean;
  json?: boolean;
  summary?: string;
  comment?: string;
  junit?: string;
  csv?: string;
  benchmarkAction?: string;
  badge?: string;
  html?: string;
}

/** What is compared: documents there are, or two versions that are run in turns first. */
export type CompareRequest = (
  | { kind: 'documents'; base: string; head: string }
  | { kind: 'interleaved'; base: Version; head: Version; rounds: number; out: string | null }
) & { margin: number; tolerance: number };

const USUAL_ROUNDS = 6;
/** With fewer no order of the runs is rarer than 1 in 20, and nothing could be claimed. */
const FEWEST_ROUNDS = 4;
const MOST_ROUNDS = 100;

function shareOf(name: string, text: string | undefined, usual: number, problems: string[]): number {
  if (text === undefined) return usual;
  const percent = Number(/^(\d{1,3}(?:\.\d{1,4})?) ?%$/.exec(text)?.[1] ?? Number.NaN);
  if (percent >= 0 && percent <= 100) return percent / 100;
  problems.push(`--${name}: found "${text}"; give a percentage from 0% to 100%, such as ${usual * 100}%`);
  return usual;
}

function roundsOf(text: string | undefined, problems: string[]): number {
  const rounds = Number(text ?? USUAL_ROUNDS);
  // With an odd number one of the two would be first more often, and a drift of the machine would favour it.
  if (rounds % 2 === 0 && rounds >= FEWEST_ROUNDS && rounds <= MOST_ROUNDS) return rounds;
  problems.push(`--rounds: found "${text}"; give an even number from ${FEWEST_ROUNDS} to ${MOST_ROUNDS}`);
  return USUAL_ROUNDS;
}

const WAYS =
  'give two documents (compare BASE HEAD), two commands (--interleave CMD_A CMD_B), or two checkouts (--base-dir DIR --head-dir DIR)';

/** Both versions that are to be run in turns; null when that is not asked for, or not well. */
function versionsOf(options: CompareCommandOptions, problems: string[]): readonly [Version, Version] | null {
  const { interleave, baseDir, headDir, scenario = 'quick', trials = '1' } = options;
  if (interleave !== undefined) {
    const [base, head, ...others] = interleave;
    if (base === undefined || head === undefined || others.length > 0) {
      problems.push(`--interleave: found ${interleave.length} commands; give two, each in quotes`);
      return null;
    }
    for (const name of ['scenario', 'trials'] as const) {
      if (options[name] !== undefined)
        problems.push(`--${name}: is for checkouts; say it in the commands of --interleave`);
    }
    return [
      { kind: 'command', command: base },
      { kind: 'command', command: head },
    ];
  }
  if (baseDir === undefined && headDir === undefined) return null;
  if (baseDir === undefined || headDir === undefined) {
    problems.push(`${baseDir === undefined ? '--base-dir' : '--head-dir'}: is missing; give both checkouts`);
    return null;
  }
  if (!/^[1-9]\d{0,3}$/.test(trials)) problems.push(`--trials: found "${trials}"; give a whole number from 1`);
  const version = (folder: string): Version => ({ kind: 'checkout', folder, scenario, options: ['--trials', trials] });
  return [version(baseDir), version(headDir)];
}

/** Reads what is asked for; null when it cannot be. Everything that is wrong with it goes into `problems`. */
export function readCompareRequest(
  documents: readonly (string | undefined)[],
  options: CompareCommandOptions,
  problems: string[],
): CompareRequest | null {
  const margin = shareOf('margin', options.margin, EQUIVALENCE_MARGIN, problems);
  const tolerance = shareOf('tolerance', options.tolerance, COUNT_TOLERANCE, problems);
  const given = documents.filter((path) => path !== undefined);
  const ways = [given.length > 0, options.interleave !== undefined, (options.baseDir ?? options.headDir) !== undefined];
  if (ways.filter(Boolean).length > 1) problems.push(`too much to compare: ${WAYS}, and only one of these`);
  const versions = versionsOf(options, problems);
  if (versions !== null) {
    const rounds = roundsOf(options.rounds, problems);
    return {
      kind: 'interleaved',
      base: versions[0],
      head: versions[1],
      rounds,
      out: options.out ?? null,
      margin,
      tolerance,
    };
  }
  for (const name of ['scenario', 'rounds', 'trials', 'out'] as const) {
    if (options[name] !== undefined && problems.length === 0) {
      problems.push(`--${name}: is for versions that are run in turns, with --interleave or --base-dir and --head-dir`);
    }
  }
  const [base, head] = given;
  if (base === undefined || head === undefined) {
    if (problems.length === 0)
      problems.push(`there is ${given.length === 0 ? 'nothing' : 'only one document'} to compare: ${WAYS}`);
    return null;
  }
  return { kind: 'documents', base, head, margin, tolerance };
}
