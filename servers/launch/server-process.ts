import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Guard } from '../contract/guard.ts';
import { serverPath } from '../contract/manifest.ts';
import { CONTRACT_VERSION, type ReadyLine } from '../contract/ready.ts';
import type { ServerOptions } from '../contract/transports.ts';
import type { Server } from './discover.ts';
import { type ProcessUsage, processUsage } from './process-usage.ts';
import { TextTail } from './text-tail.ts';

const READY_TIMEOUT_MS = 20_000;
/** The contract gives a server 5 s to stop. */
const STOP_TIMEOUT_MS = 5_000;
const TERM_TIMEOUT_MS = 2_000;
const STDERR_TAIL_CHARACTERS = 4_000;

/** Why a server did not start, or ended when it should not have. The message is for people. */
export class ServerError extends Error {
  override name = 'ServerError';
  readonly stderrTail: string;

  constructor(message: string, stderrTail: string) {
    super(message);
    this.stderrTail = stderrTail;
  }
}

/** Runs the manifest's build steps. Throws a ServerError with the output of the first that fails. */
export function buildServer(server: Server): void {
  for (const [program = '', ...args] of server.manifest.build) {
    const built = spawnSync(program, args, {
      cwd: server.folder,
      env: { ...process.env, PATH: serverPath() },
      encoding: 'utf8',
    });
    if (built.status === 0) continue;
    const how = built.error?.message ?? `exit code ${built.status}`;
    throw new ServerError(
      `building server ${server.manifest.name} failed: ${[program, ...args].join(' ')}: ${how}`,
      `${built.stdout}${built.stderr}`,
    );
  }
}

/** One running server. It leads a process group of its own, which is gone when `stop` or `kill` is done. */
export class ServerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #stderr = new TextTail(STDERR_TAIL_CHARACTERS);
  #port = 0;
  /** Settles when the process has ended, with how: "exit code 1", "signal SIGKILL". Never rejects. */
  readonly ended: Promise<string>;

  private constructor(server: Server, options: Partial<ServerOptions>, host: string) {
    this.name = server.manifest.name;
    const [program = '', ...args] = server.manifest.start;
    this.#child = spawn(program, args, {
      cwd: server.folder,
      env: {
        ...process.env,
        PATH: serverPath(),
        BENCH_HOST: host,
        BENCH_PORT: '0',
        BENCH_OPTIONS: JSON.stringify(options),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal must not reach it, and a start script's children die with it.
      detached: true,
    });
    this.#child.stdin?.on('error', () => {}); // EPIPE when the server ends first; `ended` tells
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#stderr.append(text));
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      // `close`, not `exit`: only then has all of stderr been read.
      this.#child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    if (this.#child.pid !== undefined) {
      const guard = new Guard(this.#child.pid);
      void this.ended.then(() => guard.standDown());
    }
  }

  /**
   * Starts a server and waits for its ready line. Throws a ServerError when it ends, says something else or says
   * nothing for 20 s; nothing is left running then.
   */
  static async start(server: Server, options: Partial<ServerOptions>, host = '127.0.0.1'): Promise<ServerProcess> {
    const process = new ServerProcess(server, options, host);
    try {
      process.#port = await process.#ready();
      return process;
    } catch (error) {
      await process.kill();
      throw error;
    }
  }

  #ready(): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string) => reject(new ServerError(`server ${this.name} ${reason}`, this.stderrTail));
      const timer = setTimeout(() => fail(`wrote no ready line for ${READY_TIMEOUT_MS / 1000} s`), READY_TIMEOUT_MS);
      void this.ended.then((how) => fail(`did not start: ${how}`)).finally(() => clearTimeout(timer));
      const { stdout } = this.#child;
      if (stdout === null) return;
      // Later lines are read and dropped, so that a talkative server cannot block on a full pipe.
      createInterface(stdout).once('line', (line) => {
        clearTimeout(timer);
        const ready = parseReady(line);
        if (ready === null) fail(`wrote ${JSON.stringify(line.slice(0, 200))} where its ready line was expected`);
        else if (ready.contractVersion !== CONTRACT_VERSION)
          fail(`speaks contract version ${ready.contractVersion}, this is version ${CONTRACT_VERSION}`);
        else resolve(ready.port);
      });
    });
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The end of what the server wrote to stderr. */
  get stderrTail(): string {
    return this.#stderr.text;
  }

  /** The pipe into the server, to be handed to the publisher; this end stays open until `stop`. */
  get stdin(): Socket {
    return this.#child.stdin as Socket;
  }

  /** CPU, memory and write calls of the server and its children now; null where the system does not tell. */
  usage(): ProcessUsage | null {
    return processUsage(this.pid);
  }

  /** Ends the feed and waits; a server that does not end by itself gets SIGTERM, then SIGKILL. Returns how it ended. */
  async stop(): Promise<string> {
    this.stdin.destroy();
    if (await this.#endsWithin(STOP_TIMEOUT_MS)) return this.ended;
    this.#signal('SIGTERM');
    if (!(await this.#endsWithin(TERM_TIMEOUT_MS))) await this.kill();
    return this.ended;
  }

  /** Ends it now, with all its children. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.ended;
  }

  async #endsWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const ended = await Promise.race([this.ended.then(() => true), late]);
    clearTimeout(timer);
    return ended;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // the group is gone already
    }
  }
}

function parseReady(line: string): ReadyLine | null {
  try {
    const value = JSON.parse(line) as Partial<ReadyLine>;
    const port = value.port ?? 0;
    return value.ready === true && Number.isInteger(port) && port > 0 && port < 65536 ? (value as ReadyLine) : null;
  } catch {
    return null;
  }
}
