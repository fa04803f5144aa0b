import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nowUs } from '../../contract/clock.ts';
import type { ReadyLine } from '../../contract/ready.ts';
import type { TransportId } from '../../contract/transports.ts';
import type { Counts } from './subscribers.ts';

const PATIENCE_US = 20_000_000;

/** A server under the benchmark, the subscribers of one transport connected to it, and a feed to it. */
export class Subject implements Disposable {
  readonly subscriberCount: number;
  readonly #server: ChildProcess;
  #subscribers: ChildProcess | null = null;
  #newestSeq = 0;

  private constructor(server: ChildProcess, subscriberCount: number) {
    this.#server = server;
    this.subscriberCount = subscriberCount;
  }

  /** Starts the server in this file (a URL) and connects the subscribers. */
  static async start(file: string, transport: TransportId, subscriberCount: number): Promise<Subject> {
    const server = spawn(process.execPath, [fileURLToPath(file)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const subject = new Subject(server, subscriberCount);
    try {
      const { port } = JSON.parse(await firstLine(server)) as ReadyLine;
      const argumentsOf = [transport, String(port), String(subscriberCount)];
      subject.#subscribers = fork(fileURLToPath(import.meta.resolve('./subscribers.ts')), argumentsOf);
      await subject.until(`${subscriberCount} subscribers`, ({ readyCount }) => readyCount === subscriberCount);
      return subject;
    } catch (error) {
      subject[Symbol.dispose]();
      throw error;
    }
  }

  /** Publishes events in one write. The last byte of each text is a `#`, by which subscribers count them. */
  publish(eventCount: number, payloadBytes: number): void {
    let lines = '';
    for (let index = 0; index < eventCount; index += 1) {
      this.#newestSeq += 1;
      lines += `${this.#newestSeq} ${'e'.repeat(payloadBytes - 1)}#\n`;
    }
    this.#server.stdin?.write(lines);
  }

  /** Has every polling subscriber ask once. */
  poll(): void {
    this.#subscribers?.send('poll');
  }

  async counts(): Promise<Counts> {
    const subscribers = this.#subscribers as ChildProcess;
    const answer = once(subscribers, 'message');
    subscribers.send('count');
    const [counts] = await answer;
    return counts as Counts;
  }

  /** Asks the subscribers again until this holds; fails when the server ends before, or time is up. */
  async until(what: string, condition: (counts: Counts) => boolean): Promise<void> {
    const giveUpUs = nowUs() + PATIENCE_US;
    for (let counts = await this.counts(); !condition(counts); counts = await this.counts()) {
      if (this.#server.exitCode !== null) throw new Error(`the server ended before ${what}`);
      if (nowUs() > giveUpUs) throw new Error(`waited in vain for ${what}; there is ${JSON.stringify(counts)}`);
      await delay(5);
    }
  }

  /** CPU time of the server so far, all threads, from /proc. */
  cpuUs(): number {
    const tasks = `/proc/${this.#server.pid}/task`;
    const times = readdirSync(tasks).map((task) => readFileSync(`${tasks}/${task}/schedstat`, 'latin1').split(' ')[0]);
    return times.reduce((sum, ns) => sum + Number(ns) / 1000, 0);
  }

  [Symbol.dispose](): void {
    this.#subscribers?.kill('SIGKILL');
    this.#server.kill('SIGKILL');
  }
}

async function firstLine(server: ChildProcess): Promise<string> {
  const lines = createInterface({ input: server.stdout as NodeJS.ReadableStream });
  const ended = once(server, 'exit').then(() => {
    throw new Error('the server ended before its ready line');
  });
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  return line;
}
