import { type ChildProcess, spawn } from 'node:child_process';
import { addAbortListener } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../../servers/contract/clock.ts';
import { Guard } from '../../servers/contract/guard.ts';
import type { ChildCommand } from './version.ts';

/** How a child ended. */
interface ChildEnd {
  /** Null when a signal ended it, and when it could not be started. */
  exitCode: number | null;
  /** In words: "ended with exit code 1", "ended with signal SIGKILL", "could not be started: ...". */
  how: string;
}

/** After SIGINT a run writes its document and report, which takes well under 5 s. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * The summary and the annotations are of the comparison, not of its runs. The log is no terminal, so no colour is forced on
 * it. With the last two a run would take the folder of the user for its own, as if npm had started it.
 */
const NOT_INHERITED = ['GITHUB_STEP_SUMMARY', 'GITHUB_ACTIONS', 'FORCE_COLOR', 'npm_lifecycle_event', 'INIT_CWD'];

function childEnvironment({ programs }: ChildCommand): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name));
  const path = programs === null ? {} : { PATH: [programs, process.env['PATH'] ?? ''].join(delimiter) };
  return { ...Object.fromEntries(inherited), ...path };
}

/** False when nobody is left in the group; signal 0 only asks. */
function signalGroup(leaderPid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leaderPid, signal);
    return true;
  } catch {
    return false;
  }
}

/** The leader may end before those it started: a shell does. So the whole group is waited for. */
async function endPolitely(leaderPid: number): Promise<void> {
  signalGroup(leaderPid, 'SIGINT');
  const untilUs = nowUs() + PATIENCE_MS * 1000;
  while (signalGroup(leaderPid, 0) && nowUs() < untilUs) await sleep(LOOK_EVERY_MS);
}

/**
 * Runs a command to its end, without a terminal, in a process group and session of its own; stdout and stderr go to the file
 * `logPath`. A run that takes its own place in a network namespace keeps its process id and so stays in the group. When
 * `signal` is aborted the group gets SIGINT, and SIGKILL if some of it is left after 10 s. Nothing of the group outlives
 * this call, nor this process. Throws when the log cannot be written.
 */
export async function runChild(command: ChildCommand, logPath: string, signal: AbortSignal): Promise<ChildEnd> {
  const log = openSync(logPath, 'w');
  let child: ChildProcess;
  try {
    child = spawn(command.program, command.args, {
      cwd: command.folder,
      env: childEnvironment(command),
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('error', ({ message }) => resolve({ exitCode: null, how: `could not be started: ${message}` }));
    child.once('exit', (exitCode, name) => {
      resolve({ exitCode, how: `ended with ${name === null ? `exit code ${exitCode}` : `signal ${name}`}` });
    });
  });
  const { pid } = child;
  if (pid === undefined) return ended;
  const guard = new Guard(pid);
  const aborted = Promise.withResolvers<void>();
  const listener = addAbortListener(signal, () => aborted.resolve());
  await Promise.race([ended, aborted.promise]);
  listener[Symbol.dispose]();
  if (signal.aborted) await endPolitely(pid);
  // Also what a command left in the background when it ended by itself: it would run beside the next one.
  signalGroup(pid, 'SIGKILL');
  const end = await ended;
  guard.standDown();
  return end;
}
