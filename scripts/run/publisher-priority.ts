import { spawnSync } from 'node:child_process';
import type { Environment } from '../../results/run-document.ts';
import { findProgram } from './find-program.ts';

/** The priority that the publisher runs with, and why. */
export type PublisherPriority = Environment['publisherPriority'];

/** What to do where the publisher has no real-time priority. */
export const REAL_TIME_NEEDS =
  'real-time priority takes Linux, chrt (util-linux) and being root or a limit on real-time priority (ulimit -r 1); ' +
  'a container needs --cap-add SYS_NICE';

const PROBE_TIMEOUT_MS = 5_000;
/** The first of the real-time queue is served first; of the least priority, since nothing else of a run is in it. */
const REAL_TIME = ['-f', '1'];

let tried: { chrt: string | null; priority: PublisherPriority } | undefined;

function tryRealTime(): NonNullable<typeof tried> {
  const ordinary = (reason: string) => ({ chrt: null, priority: { class: 'ordinary', reason } as const });
  if (process.platform !== 'linux') return ordinary('only tried on Linux');
  const chrt = findProgram('chrt');
  if (chrt === null) return ordinary('chrt (util-linux) was not found');
  const { status, stderr } = spawnSync(chrt, [...REAL_TIME, '/bin/true'], {
    encoding: 'utf8',
    timeout: PROBE_TIMEOUT_MS,
  });
  if (status !== 0) return ordinary(`this user may not have it (${stderr?.trim() || `chrt: exit code ${status}`})`);
  return { chrt, priority: { class: 'real-time', reason: `given with chrt ${REAL_TIME.join(' ')}` } };
}

/**
 * The priority of every publisher of this process: real-time (SCHED_FIFO) where the user may give it. Server and driver
 * answer an event by filling the cores for milliseconds, and an event due in that time is late by a time slice for a
 * publisher that has to queue with them: with 100 subscribers of long-polling on two cores p99 of the lateness was 1.6 to
 * 2.8 ms, and 0.05 to 0.2 ms with real-time priority.
 */
export function publisherPriority(): PublisherPriority {
  tried ??= tryRealTime();
  return tried.priority;
}

/** The command that starts a program with that priority. */
export function withPublisherPriority(program: string, args: readonly string[]): [string, string[]] {
  publisherPriority();
  const chrt = tried?.chrt ?? null;
  return chrt === null ? [program, [...args]] : [chrt, [...REAL_TIME, program, ...args]];
}
