import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nowUs } from '../../servers/contract/clock.ts';
import { findProgram } from '../run/find-program.ts';

/** Busy and idle for times between these, each drawn anew. */
const SHORTEST_MS = 100;
const LONGEST_MS = 3000;

const isLoop = process.argv[1] === fileURLToPath(import.meta.url);
if (isLoop) {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const randomMs = () => SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS);
  // Ends with the process that started it, which holds the other end.
  process.stdin.on('end', () => process.exit()).resume();
  const turn = () => {
    const endUs = nowUs() + randomMs() * 1000;
    while (nowUs() < endUs);
    Atomics.wait(sleeper, 0, 0, randomMs());
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
