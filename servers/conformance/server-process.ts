import { type ChildProcess, spawn } from 'node:child_process';
import { nowUs } from '../contract/clock.ts';
import { Guard } from '../contract/guard.ts';
import { serverPath } from '../contract/manifest.ts';
import { CONTRACT_VERSION } from '../contract/ready.ts';
import type { ServerOptions } from '../contract/transports.ts';
import { Arrivals } from './arrivals.ts';

/** What a server is started with; each has the contract's default. */
export interface StartOptions {
  /** BENCH_PORT; 0 lets the server choose. */
  port?: number;
  /** BENCH_OPTIONS: an object, or the very text to put there. */
  options?: Partial<ServerOptions> | string;
}

/** Starts one process of the server under test. */
export type StartServer = (options?: StartOptions) => ServerProcess;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const READY_TIMEOUT_MS = 10_000;
const LF = 10;

const running = new Set<ServerProcess>();
process.once('exit', () => {
  for (const server of running) server.killNow();
});

/**
 * One process of the server under test, fed by the suite. It leads a process group of its own, so that `kill` also ends
 * what it started, and it is killed when this process exits, so that no way of leaving the suite leaves it behind.
 */
export class ServerProcess {
  readonly host = '127.0.0.1';
  /** The texts published so far; the text of event n is at n - 1. */
  readonly texts: Buffer[] = [];
  readonly stdoutLines = new Arrivals<string>();
  readonly stderrLines = new Arrivals<string>();
  readonly exited: Promise<Exit>;
  exit: Exit | null = null;
  port = 0;
  readonly #child: ChildProcess;

  /** Spawns argv in the folder. A program that cannot be started counts as an exit with code 127. */
  constructor(argv: string[], folder: string, { port = 0, options = {} }: StartOptions) {
    const [program, ...rest] = argv;
    this.#child = spawn(program as string, rest, {
      cwd: folder,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: serverPath(),
        BENCH_HOST: this.host,
        BENCH_PORT: String(port),
        BENCH_OPTIONS: typeof options === 'string' ? options : JSON.stringify(options),
      },
    });
    const child = this.#child;
    // A server that has died is noticed by its exit; what was still to be written to it does not matter then.
    child.stdin?.on('error', () => {});
    collectLines(child.stdout, this.stdoutLines);
    collectLines(child.stderr, this.stderrLines);
    running.add(this);
    const guard = child.pid === undefined ? null : new Guard(child.pid);
    this.exited = new Promise((resolve) => {
      const settle = (exit: Exit) => {
        this.exit = exit;
        running.delete(this);
        guard?.standDown();
        resolve(exit);
      };
      child.once('error', (error) => {
        this.stderrLines.push(error.message);
        settle({ code: 127, signal: null });
      });
      child.once('exit', (code, signal) => {
        // What the server itself started must not outlive it.
        signalGroup(child.pid as number, 'SIGKILL');
        settle({ code, signal });
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits for the ready line and takes the port from it. Throws with what came instead. */
  async ready(timeoutMs = READY_TIMEOUT_MS): Promise<this> {
    await Promise.race([this.stdoutLines.atLeast(1, timeoutMs), this.exited]);
    const line = this.stdoutLines.items[0];
    if (line === undefined) {
      const what = this.exit === null ? `nothing within ${timeoutMs} ms` : describeExit(this.exit);
      throw new Error(`expected a ready line on stdout, got ${what}; stderr: ${this.stderrTail()}`);
    }
    const port = readyPort(line);
    if (port === null) throw new Error(`expected a ready line first on stdout, got ${JSON.stringify(line)}`);
    this.port = port;
    return this;
  }

  /** Publishes texts as the next events, in one write. Resolves when the pipe has taken them. */
  publish(...texts: (string | Buffer)[]): Promise<void> {
    const parts: Buffer[] = [];
    for (const text of texts) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      this.texts.push(bytes);
      parts.push(Buffer.from(`${this.texts.length} `), bytes, Buffer.from([LF]));
    }
    return this.write(Buffer.concat(parts));
  }

  /** Writes bytes to the server's stdin as they are. */
  write(bytes: Buffer | string): Promise<void> {
    return new Promise((resolve) => this.#child.stdin?.write(bytes, () => resolve()));
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Waits for the process to end by itself; null when it did not in time. */
  async exitWithin(timeoutMs: number): Promise<(Exit & { afterMs: number }) | null> {
    const startedUs = nowUs();
    const { promise: timeUp, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), timeoutMs);
    const exit = await Promise.race([this.exited, timeUp]);
    clearTimeout(timer);
    return exit === null ? null : { ...exit, afterMs: Math.round((nowUs() - startedUs) / 1000) };
  }

  /** Ends the process and all it started, at once. */
  async kill(): Promise<void> {
    this.killNow();
    await this.exited;
  }

  /** The same without waiting for the end. */
  killNow(): void {
    if (this.pid !== undefined && this.exit === null) signalGroup(this.pid, 'SIGKILL');
  }

  stderrTail(): string {
    return this.stderrLines.items.slice(-3).join(' | ') || '(empty)';
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The port of a ready line, or null when the line is not one. */
function readyPort(line: string): number | null {
  try {
    const { ready, contractVersion, port } = JSON.parse(line);
    const valid = ready === true && contractVersion === CONTRACT_VERSION && Number.isInteger(port) && port > 0;
    return valid && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : `end by ${signal}`;
}

function collectLines(stream: NodeJS.ReadableStream | null, lines: Arrivals<string>): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() as string;
    for (const part of parts) lines.push(part);
  });
  stream?.on('end', () => {
    if (rest !== '') lines.push(rest);
    lines.finish('closed');
  });
}
