import type { Socket } from 'node:net';
import type { ServerOptions } from '../contract/transports.ts';
import type { Server } from './discover.ts';
import { type ProcessUsage, sumOfUsages } from './process-usage.ts';
import { ServerProcess } from './server-process.ts';

/**
 * Several processes of one server, each to be fed the same feed, seen as one. One process is the usual case, and in it
 * everything said here is that process's own.
 */
export class ServerGroup {
  /** Settles when the first process has ended, with which and how: "exit code 1", "process 2 of 3: exit code 1". Never rejects. */
  readonly ended: Promise<string>;
  readonly #processes: ServerProcess[];

  private constructor(processes: ServerProcess[]) {
    this.#processes = processes;
    this.ended = Promise.race(
      processes.map(async (process, index) => {
        const how = await process.ended;
        return processes.length === 1 ? how : `${this.#nameOf(index)}: ${how}`;
      }),
    );
  }

  /** Starts them all at once. Throws the ServerError of the first that does not start; nothing is left running then. */
  static async start(server: Server, options: Partial<ServerOptions>, count: number): Promise<ServerGroup> {
    const starts = await Promise.allSettled(Array.from({ length: count }, () => ServerProcess.start(server, options)));
    const processes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed === undefined) return new ServerGroup(processes);
    await Promise.all(processes.map((process) => process.kill()));
    throw failed.reason;
  }

  get size(): number {
    return this.#processes.length;
  }

  /** The port of each process. */
  get ports(): number[] {
    return this.#processes.map((process) => process.port);
  }

  get pids(): number[] {
    return this.#processes.map((process) => process.pid);
  }

  /** The pipes into the processes, to be handed to the publisher; these ends stay open until `stop`. */
  get stdins(): Socket[] {
    return this.#processes.map((process) => process.stdin);
  }

  /** The end of what each process wrote to stderr; of several, with its name above it. */
  get stderrTail(): string {
    if (this.#processes.length === 1) return this.#processes[0]?.stderrTail ?? '';
    return this.#processes
      .map(({ stderrTail }, index) => (stderrTail === '' ? '' : `${this.#nameOf(index)}:\n${stderrTail}`))
      .join('');
  }

  /** CPU, memory and write calls of all processes and their children now; null where the system does not tell. */
  usage(): ProcessUsage | null {
    return sumOfUsages(this.#processes.map((process) => process.usage()));
  }

  /** Ends the feed of all and waits; what does not end by itself gets SIGTERM, then SIGKILL. Returns how each ended. */
  async stop(): Promise<string[]> {
    return Promise.all(this.#processes.map((process) => process.stop()));
  }

  /** Ends all now, with all their children. */
  async kill(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
  }

  #nameOf(index: number): string {
    return `process ${index + 1} of ${this.#processes.length}`;
  }
}
