import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { PublisherConfig, PublisherResult } from '../../servers/contract/publisher.ts';
import { withPublisherPriority } from './publisher-priority.ts';

/** The publisher of one trial: started early, so that it is warm when it is told what to publish. */
export class PublisherProcess {
  /** The result; rejects when the process ends without one. */
  readonly result: Promise<PublisherResult>;
  readonly #child: ChildProcess;

  /** `serverStdins`: the pipes into the server's processes; the publisher gets descriptors of its own for them. */
  constructor(serverStdins: readonly Socket[]) {
    const script = fileURLToPath(import.meta.resolve('../../servers/feed/publisher.ts'));
    const [program, args] = withPublisherPriority(process.execPath, [script]);
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit', ...serverStdins] });
    this.#child.stdin?.on('error', () => {}); // it died: `result` tells
    let output = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    this.result = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => reject(new Error(`the publisher could not run: ${error.message}`)));
      this.#child.once('close', (code, signal) => {
        if (code === 0) resolve(JSON.parse(output) as PublisherResult);
        else reject(new Error(`the publisher ended unexpectedly: ${signal ?? `exit code ${code}`}`));
      });
    });
    this.result.catch(() => {});
  }

  /** Tells it what to publish, and when the feed starts. */
  publish(config: PublisherConfig): void {
    this.#child.stdin?.end(JSON.stringify(config));
  }

  /** Ends it now, if it still runs, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.result.catch(() => {});
  }
}
