import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PhaseTimes } from '../../clients/driver/phase-tallies.ts';
import type { WorkerCommand, WorkerConfig, WorkerReport } from '../../clients/driver/worker-protocol.ts';
import { mergeWorkers, type TrialMeasurement } from '../../results/recording/measurement.ts';

const driverProgram = fileURLToPath(import.meta.resolve('../../clients/driver/worker.ts'));

/** What a worker is told about everything but its share of the subscribers. */
export type SharedConfig = Omit<WorkerConfig, 'subscribers' | 'firstSubscriber'>;

/** How far the workers are, all together. */
export interface DriverProgress {
  ready: number;
  deliveries: number;
  lastIncident: string | null;
}

interface Worker {
  child: ChildProcess;
  subscribers: number;
  firstSubscriber: number;
  progress: DriverProgress;
}

/** All driver workers of one trial, seen as one. */
export class DriverWorkers {
  /** Rejects when a worker ends before it has handed over its measurement. Never resolves. */
  readonly failed: Promise<never>;
  /** All subscribers of all workers are subscribed; the time it took the slowest worker. */
  readonly connected: Promise<number>;
  /** All subscribers have seen the last event. */
  readonly complete: Promise<void>;
  readonly #measured: Promise<TrialMeasurement>;
  readonly #workers: Worker[];

  /** Forks so many processes of this program, with equal shares; they do nothing until `connect`. */
  constructor(subscribers: number, count: number, program = driverProgram) {
    this.#workers = Array.from({ length: count }, (_, index) => {
      const first = Math.floor((subscribers * index) / count);
      return {
        child: fork(program, {
          execArgv: [],
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        }),
        subscribers: Math.floor((subscribers * (index + 1)) / count) - first,
        firstSubscriber: first,
        progress: { ready: 0, deliveries: 0, lastIncident: null },
      };
    });
    this.failed = Promise.race(this.#workers.map(({ child }) => unexpectedEnd(child)));
    this.failed.catch(() => {});
    for (const worker of this.#workers) {
      worker.child.on('message', (report: WorkerReport) => {
        if (report.type === 'progress') worker.progress = report;
      });
    }
    this.connected = this.#each('connected').then((reports) =>
      Math.max(...reports.map((report) => (report as { connectMs: number }).connectMs)),
    );
    this.complete = this.#each('complete').then(() => {});
    this.#measured = this.#each('measurement').then((reports) =>
      mergeWorkers(reports.map((report) => (report as { measurement: TrialMeasurement }).measurement)),
    );
  }

  get pids(): number[] {
    return this.#workers.map(({ child }) => child.pid ?? 0);
  }

  get count(): number {
    return this.#workers.length;
  }

  get progress(): DriverProgress {
    return this.#workers.reduce<DriverProgress>(
      (sum, { progress }) => ({
        ready: sum.ready + progress.ready,
        deliveries: sum.deliveries + progress.deliveries,
        lastIncident: progress.lastIncident ?? sum.lastIncident,
      }),
      { ready: 0, deliveries: 0, lastIncident: null },
    );
  }

  /** Subscribes everybody; see `connected`. */
  connect(config: SharedConfig): void {
    for (const { child, subscribers, firstSubscriber } of this.#workers) {
      send(child, { type: 'connect', config: { ...config, subscribers, firstSubscriber } });
    }
  }

  feed(times: PhaseTimes): void {
    for (const { child } of this.#workers) send(child, { type: 'feed', times });
  }

  /** Closes all subscribers and returns what was measured, merged; the processes end by themselves. */
  async stop(): Promise<TrialMeasurement> {
    for (const { child } of this.#workers) send(child, { type: 'stop' });
    return Promise.race([this.#measured, this.failed]);
  }

  /** Ends the processes now, if they still run, and waits until they are gone. */
  async kill(): Promise<void> {
    await Promise.all(
      this.#workers.map(({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
        const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
        child.kill('SIGKILL');
        return gone;
      }),
    );
  }

  #each(type: WorkerReport['type']): Promise<WorkerReport[]> {
    return Promise.all(
      this.#workers.map(
        ({ child }) =>
          new Promise<WorkerReport>((resolve) => {
            child.on('message', (report: WorkerReport) => {
              if (report.type === type) resolve(report);
            });
          }),
      ),
    );
  }
}

function send(child: ChildProcess, command: WorkerCommand): void {
  if (child.connected) child.send(command, () => {}); // an error here means it died: `failed` tells
}

function unexpectedEnd(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', (error) => reject(new Error(`a driver worker could not run: ${error.message}`)));
    child.once('exit', (code, signal) => {
      if (code !== 0) reject(new Error(`a driver worker ended unexpectedly: ${signal ?? `exit code ${code}`}`));
    });
  });
}
