import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nowUs } from '../../servers/contract/clock.ts';
import { findProgram } from '../run/find-program.ts';

/**
 * Busy and idle for times up to these, each drawn anew: a third of one core, as a neighbour takes it. Much longer times make
 * short trials not valid, which the gate refuses to judge at all.
 */
const SHORTEST_MS = 10;
const BUSY_MOST_MS = 300;
const IDLE_MOST_MS = 600;

const isLoop = process.argv[1] === fileURLToPath(import.meta.url);
if (isLoop) {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const randomMs = (mostMs: number) => SHORTEST_MS + Math.random() * (mostMs - SHORTEST_MS);
  // Ends with the process that started it, which holds the other end.
  process.stdin.on('end', () => process.exit()).resume();
  const turn = () => {
    const endUs = nowUs() + randomMs(BUSY_MOST_MS) * 1000;
    while (nowUs() < endUs);
    Atomics.wait(sleeper, 0, 0, randomMs(IDLE_MOST_MS));
    setImmediate(turn);
  };
  turn();
}

/** Disturbs one core, the last, for random intervals, until it is disposed of. Throws an Error without `taskset`. */
export function disturbOneCore(core: number): Disposable {
  const taskset = findProgram('taskset');
  if (taskset === null) throw new Error('taskset is not on PATH; install util-linux');
  const child = spawn(taskset, ['-c', String(core), process.execPath, fileURLToPath(import.meta.url)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  return { [Symbol.dispose]: () => child.kill('SIGKILL') };
}
