import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileText } from '../../servers/launch/file-text.ts';
import { shellWord } from '../shell-word.ts';
import type { Side } from './order.ts';

/** One of the two versions that are compared, and how it is run. */
export type Version =
  /**
   * A command of the shell, run in the folder the user is in. It is told where its document goes: `{out}` in it becomes that
   * folder, quoted for the shell; without one ` --out FOLDER` is added to its end.
   */
  | { kind: 'command'; command: string }
  /** Another checkout of this project, with a scenario and options of `run`; paths among them are meant from its folder. */
  | { kind: 'checkout'; folder: string; scenario: string; options: readonly string[] };

/** A process to start. */
export interface ChildCommand {
  program: string;
  args: string[];
  /** Where it runs. */
  folder: string;
  /** First on its PATH: the programs of the checkout, the Node of its servers among them; null for the PATH as it is. */
  programs: string | null;
  /** As a person would type it, for messages. */
  text: string;
}

const PACKAGE_NAME = 'transport-bench';

const PLACEHOLDER = '{out}';
/** With quotes that somebody put around it, which would undo those of the folder. */
const PLACEHOLDERS = /(["']?)\{out\}\1/g;

/** Whether the folder is added to the end of the command, for want of a place in it. */
export function outIsAppended(version: Version): boolean {
  return version.kind === 'command' && !version.command.includes(PLACEHOLDER);
}

/** The process that runs this version once and writes run.json to `outFolder`, an absolute path. */
export function commandOf(version: Version, outFolder: string): ChildCommand {
  if (version.kind === 'command') {
    const out = shellWord(outFolder);
    const command = version.command.trim();
    const text = outIsAppended(version) ? `${command} --out ${out}` : command.replace(PLACEHOLDERS, () => out);
    return { program: '/bin/sh', args: ['-c', text], folder: process.cwd(), programs: null, text };
  }
  const folder = resolve(version.folder);
  const programs = join(folder, 'node_modules', '.bin');
  const pinned = join(programs, 'node');
  // Without the pinned Node (npm ci --omit=optional) that of this process, which is known to be new enough.
  const program = existsSync(pinned) ? pinned : process.execPath;
  const args = ['scripts/bench.ts', 'run', version.scenario, '--out', outFolder, ...version.options];
  const text = `cd ${shellWord(folder)} && ${[program, ...args].map(shellWord).join(' ')}`;
  return { program, args, folder, programs, text };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function packageName(folder: string): unknown {
  try {
    return (JSON.parse(fileText(join(folder, 'package.json')) ?? '{}') as { name?: unknown } | null)?.name;
  } catch {
    return undefined; // no JSON
  }
}

function checkoutProblem(folder: string): string | null {
  if (!existsSync(folder)) return 'there is no such folder; give a checkout of transport-bench';
  if (!isFolder(folder)) return 'is not a folder; give a checkout of transport-bench';
  if (packageName(folder) !== PACKAGE_NAME || !existsSync(join(folder, 'scripts', 'bench.ts'))) {
    return `holds no checkout of transport-bench (expected a package.json with the name "${PACKAGE_NAME}" and scripts/bench.ts)`;
  }
  if (!isFolder(join(folder, 'node_modules'))) return 'its dependencies are not installed; run `npm ci` in it';
  return null;
}

function problemOf(side: Side, version: Version): string | null {
  if (version.kind === 'command') {
    return version.command.trim() === '' ? `--interleave: the command of the ${side} is empty; give one` : null;
  }
  const problem = checkoutProblem(version.folder);
  return problem === null ? null : `--${side}-dir ${version.folder}: ${problem}`;
}

/** Everything that keeps these two from being run, a line each; empty when nothing does. */
export function versionProblems(base: Version, head: Version): string[] {
  const problems = [problemOf('base', base), problemOf('head', head)].filter((problem) => problem !== null);
  if (base.kind !== 'checkout' || head.kind !== 'checkout' || !isFolder(base.folder) || !isFolder(head.folder)) {
    return problems;
  }
  const [baseFolder, headFolder] = [realpathSync(base.folder), realpathSync(head.folder)];
  if (baseFolder === headFolder) {
    problems.push(
      `--base-dir and --head-dir are the same folder, ${baseFolder}; give two checkouts ` +
        '(`git worktree add ../base main` makes another one of main)',
    );
  }
  return problems;
}
