import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunDocument, SchemaVersionError } from '../../results/read-document.ts';
import { EXIT } from '../exit-codes.ts';
import { RunFolder } from '../run/run-folder.ts';
import { runChild } from './child-run.ts';
import { lastLines } from './last-lines.ts';
import { commandOf, outIsAppended, type Version } from './version.ts';
import { writeProblem } from './write-problem.ts';

/** One run of one version that has ended. */
export interface DoneRun {
  /** Null when there is none that counts. One that cannot be read is named: what that means is for its reader to say. */
  documentPath: string | null;
  exitCode: number | null;
  /** Why it cannot be compared, with the last lines of its output; several lines, for people. Null when it can. */
  failure: string | null;
  /** Whether that is because its document is of another schema: no run of it could be compared. */
  isIncompatible: boolean;
}

/** With these a run has left a document; with 1 a threshold failed, with 3 not all is valid, which the comparison judges. */
const CODES_WITH_DOCUMENT: readonly (number | null)[] = [EXIT.ok, EXIT.failed, EXIT.invalid];

/** What is wrong with the document of a run whose exit code promises one; null when it can be compared. */
function documentProblem(path: string): { reason: string; isIncompatible: boolean } | null {
  if (!existsSync(path)) return { reason: `wrote no ${path}`, isIncompatible: false };
  try {
    const { status } = readRunDocument(readFileSync(path, 'utf8'), path);
    if (status === 'completed') return null;
    return { reason: `left the document of an unfinished run (status "${status}"): ${path}`, isIncompatible: false };
  } catch (error) {
    const reason = `left a document that cannot be read: ${(error as Error).message}`;
    return { reason, isIncompatible: error instanceof SchemaVersionError };
  }
}

/** What to know about a failure beside its reason and output. */
function remarksOn(version: Version, folder: RunFolder, endedWell: boolean): string[] {
  const disk = writeProblem(folder.path);
  if (disk !== null) return [`nothing can be written to its folder: ${disk}`];
  if (!endedWell || existsSync(folder.documentPath) || !outIsAppended(version)) return [];
  return ['--out and the folder were added to the end of its command; if they belong elsewhere, write {out} there'];
}

function outputEnd(logPath: string): string[] {
  const lines = lastLines(logPath);
  if (lines.length === 0) return ['it wrote nothing to stdout and stderr'];
  // The bar keeps a line from being taken for a workflow command of the machine that builds.
  return [`its last lines (all: ${logPath}):`, ...lines.map((line) => `| ${line}`)];
}

/**
 * Runs a version once; run.json and output.log go to a new folder at `path`. See `runChild` for `signal`. Throws an Error
 * for people when the folder or the log cannot be made.
 */
export async function runOnce(version: Version, path: string, signal: AbortSignal): Promise<DoneRun> {
  const folder = new RunFolder(path);
  const logPath = join(folder.path, 'output.log');
  const command = commandOf(version, folder.path);
  const { exitCode, how } = await runChild(command, logPath, signal);
  const endedWell = CODES_WITH_DOCUMENT.includes(exitCode);
  const documentPath = endedWell && existsSync(folder.documentPath) ? folder.documentPath : null;
  const problem = endedWell ? documentProblem(folder.documentPath) : null;
  if (endedWell && problem === null) return { documentPath, exitCode, failure: null, isIncompatible: false };
  const failure = [
    problem === null ? how : `${how} and ${problem.reason}`,
    ...remarksOn(version, folder, endedWell),
    `its command: ${command.text}`,
    ...outputEnd(logPath),
  ];
  return { documentPath, exitCode, failure: failure.join('\n  '), isIncompatible: problem?.isIncompatible ?? false };
}
