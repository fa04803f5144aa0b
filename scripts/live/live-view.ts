import { spawn } from 'node:child_process';
import { addAbortListener, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunDocument } from '../../results/run-document.ts';
import { UsageError } from '../exit-codes.ts';
import type { LiveFiles, LiveMessage, LiveReady, RunPosition } from './messages.ts';

/** Carries the LiveReady of a live process from the process that started it to the one that took its place. */
const MARKER = 'TRANSPORT_BENCH_LIVE';
/** Longer than the largest report takes: a live process that is not at rest by then would disturb what is measured. */
const PATIENCE_MS = 15_000;
const END_PATIENCE_MS = 4_000;

/** The port of `--live [port]`: 0, a free one, when none is given. Null when the text is no port. */
export function livePort(option: string | true): number | null {
  if (option === true) return 0;
  const port = /^\d{1,5}$/.test(option) ? Number(option) : Number.NaN;
  return port <= 65_535 ? port : null;
}

/**
 * Starts the live process, in the network where browsers are; to be called before that is left. Once only, by the first
 * of the processes that take each other's place. Throws a UsageError when the port cannot be had.
 */
export async function startLiveProcess(port: number): Promise<void> {
  if (process.env[MARKER] !== undefined) return;
  const program = fileURLToPath(import.meta.resolve('./process.ts'));
  const child = spawn(process.execPath, [program, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C in the terminal is for the run, whose end it waits for.
    detached: true,
  });
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text;
    if (output.includes('\n')) break;
  }
  if (!output.includes('\n')) throw new Error('the live view ended before it was ready');
  const ready = JSON.parse(output) as LiveReady;
  if (!ready.ready) throw new UsageError(`--live ${port}: ${ready.problem}`);
  // It ends with the run, and the run must not wait for it anywhere else.
  child.unref();
  process.env[MARKER] = output.trim();
}

/**
 * The coordinator's end of the live view. Each call returns when the live process, and every page that follows the run,
 * is at rest again; with no page open that takes about a millisecond. When the live process fails the run goes on.
 */
export class LiveView {
  /** For a browser on this machine. */
  readonly url: string;
  readonly #socket: Socket;
  /** Of the live process. */
  readonly pid: number;
  readonly #signal: AbortSignal;
  readonly #warn: (text: string) => void;
  /** One for each message that is not answered yet, in their order. */
  readonly #unanswered: (() => void)[] = [];
  #gone = false;
  #ending = false;

  private constructor(ready: LiveReady & { ready: true }, signal: AbortSignal, warn: (text: string) => void) {
    this.url = `http://127.0.0.1:${ready.port}/`;
    this.pid = ready.pid;
    this.#signal = signal;
    this.#warn = warn;
    this.#socket = connect(ready.socketPath);
    this.#socket.on('error', () => {}); // 'close' follows
    this.#socket.once('close', () => this.#lost());
    createInterface(this.#socket).on('line', () => this.#unanswered.shift()?.());
  }

  /**
   * Connects to the live process that `startLiveProcess` started, here or in the process this one replaced. `signal` is
   * that of the run: when it is aborted nothing is waited for but the end.
   */
  static async connect(signal: AbortSignal, warn: (text: string) => void): Promise<LiveView> {
    const ready = JSON.parse(process.env[MARKER] ?? '{"ready":false}') as LiveReady;
    delete process.env[MARKER];
    if (!ready.ready) throw new Error('no live process was started');
    const view = new LiveView(ready, signal, warn);
    await once(view.#socket, 'connect');
    return view;
  }

  /** Before the first step: there is a plan to look at from now on. */
  begin(document: RunDocument, files: LiveFiles): Promise<void> {
    return this.#tell({ kind: 'begin', document, files }, PATIENCE_MS);
  }

  /** Before each step. The document's file has what was measured until now. */
  beforeStep(position: RunPosition): Promise<void> {
    return this.#tell({ kind: 'step', position }, PATIENCE_MS);
  }

  /** The run is over and its files are written. The live process is gone when this returns. */
  async end(status: 'completed' | 'interrupted', failures: string[]): Promise<void> {
    this.#ending = true;
    await this.#tell({ kind: 'end', status, failures }, END_PATIENCE_MS);
    this.#socket.end();
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  /** One that does not come to rest is ended, since it would take from what is measured next. */
  async #tell(message: LiveMessage, patienceMs: number): Promise<void> {
    const isLast = message.kind === 'end';
    if (this.#gone || (this.#signal.aborted && !isLast)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unanswered.push(resolve);
    this.#socket.write(`${JSON.stringify(message)}\n`);
    const timer = setTimeout(() => this.#endProcess(patienceMs), patienceMs);
    using _interruption = isLast ? null : addAbortListener(this.#signal, () => resolve());
    await promise;
    clearTimeout(timer);
  }

  #endProcess(patienceMs: number): void {
    if (!this.#ending) {
      this.#warn(
        `the live view did not come to rest within ${patienceMs / 1000} s and was ended, so that it disturbs nothing; the run goes on\n`,
      );
    }
    this.#ending = true;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // ended meanwhile
    }
  }

  #lost(): void {
    this.#gone = true;
    if (!this.#ending) this.#warn('the live view ended unexpectedly; the run goes on\n');
    for (const resolve of this.#unanswered.splice(0)) resolve();
  }
}
