import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UsageError } from '../exit-codes.ts';
import { RunFolder } from '../run/run-folder.ts';
import { type RoundRun, runOrder } from './order.ts';
import { RoundProgress } from './round-progress.ts';
import { type DoneRun, runOnce } from './run-once.ts';
import { type Version, versionProblems } from './version.ts';
import { writeProblem } from './write-problem.ts';

export interface InterleaveInput {
  base: Version;
  head: Version;
  /** Runs of each version; over an even number a steady drift of the machine cancels out. */
  rounds: number;
  /** Keeps `base/round-N/` and `head/round-N/`, each with run.json and output.log. Made when it is not there. */
  folder: string;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  /** Progress, for people. */
  say: (text: string) => void;
  /** The width of the terminal that `say` writes to; without it progress is whole lines. */
  columns?: number | undefined;
}

/** Both versions once. */
interface Round {
  /** Paths of run.json; null when the run did not take place or left none that counts. */
  base: string | null;
  head: string | null;
  /** Why a run failed, with the last lines of its output; several lines, for people. Null when none did. */
  failure: string | null;
  /** Whether one failed because its document is of another schema. */
  isIncompatible: boolean;
}

export interface InterleavedRuns {
  /** Those that were begun; after a failure there are no more. */
  rounds: Round[];
  interrupted: boolean;
}

/** What is wrong with the folder of all rounds, as far as it can be known beforehand; makes the folder. */
function folderProblem(folder: string): string | null {
  const older = ['base', 'head'].filter((side) => existsSync(join(folder, side)));
  if (older.length > 0) {
    return `${folder} already holds interleaved runs (${older.join(', ')}); choose another folder with --out, or remove them`;
  }
  try {
    new RunFolder(folder);
  } catch (error) {
    return (error as Error).message;
  }
  const problem = writeProblem(folder);
  return problem === null ? null : `nothing can be written to ${folder} (${problem}); choose another folder with --out`;
}

/**
 * Runs two versions in turn, one at a time, base head, head base, base head ... (`runOrder`), so that both meet the same
 * machine. The first run that fails ends it, since the comparison would lack data; so does an interruption. Throws a
 * UsageError with all problems of the versions and the folder before anything is started.
 */
export async function runInterleaved(input: InterleaveInput): Promise<InterleavedRuns> {
  const problems = [...versionProblems(input.base, input.head), folderProblem(input.folder)];
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new UsageError(found.join('\n'));
  const { columns, say, signal } = input;
  const progress = new RoundProgress({ write: say, isTTY: columns !== undefined, columns: columns ?? 0 }, input.rounds);
  const rounds: Round[] = [];
  try {
    for (const run of runOrder(input.rounds)) {
      if (signal.aborted) break;
      const round = rounds[run.round - 1] ?? { base: null, head: null, failure: null, isIncompatible: false };
      rounds[run.round - 1] = round;
      progress.runStarted(run);
      const { documentPath, exitCode, failure, isIncompatible } = await attempt(input, run);
      if (failure !== null && signal.aborted) {
        progress.runBroken('interrupted');
        break;
      }
      round[run.side] = documentPath;
      if (failure !== null) {
        round.isIncompatible = isIncompatible;
        round.failure = `round ${run.round} of ${input.rounds}, ${run.side}: ${failure}`;
        progress.runBroken('FAILED');
        break;
      }
      progress.runEnded(exitCode === EXIT.ok ? '' : `exit code ${exitCode}`);
    }
  } finally {
    progress.stop();
  }
  return { rounds, interrupted: signal.aborted };
}

/** A folder or log that cannot be made, as on a full disk, is a failure of that run; the documents before it are kept. */
async function attempt({ folder, rounds, signal, ...versions }: InterleaveInput, run: RoundRun): Promise<DoneRun> {
  const name = `round-${String(run.round).padStart(String(rounds).length, '0')}`;
  try {
    return await runOnce(versions[run.side], join(folder, run.side, name), signal);
  } catch (error) {
    return { documentPath: null, exitCode: null, failure: (error as Error).message, isIncompatible: false };
  }
}
