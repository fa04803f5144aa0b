import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills a process group when this process disappears without a word (SIGKILL, out of memory). A shell holds the read
 * end of a pipe: end of file without a line means that nobody stood it down.
 */
const SCRIPT = 'trap "" INT TERM HUP; read -r _ || kill -s KILL -- "-$1"';

export class Guard {
  readonly #shell: ChildProcess;

  /** Watches over the group led by `pid`. */
  constructor(pid: number) {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'guard', String(pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#shell.on('error', () => {});
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
  }

  /** The group has ended by itself; must be called, or the guard kills whatever has that group id when this process ends. */
  standDown(): void {
    this.#shell.stdin?.end('done\n');
  }
}
