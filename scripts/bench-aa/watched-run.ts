import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserServer, chromium } from 'playwright-core';
import { readRunDocument } from '../../results/read-document.ts';
import { browserArguments, chromiumPath } from '../../results/report/fixtures/browser.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { processUsage } from '../../servers/launch/process-usage.ts';
import { LiveView, startLiveProcess } from '../live/live-view.ts';

const SAMPLE = new URL('../../results/samples/quick.json', import.meta.url);
/** As long as a run takes for five transports. */
const STEPS = 30;

/** CPU time of what watches a run, in microseconds. */
export interface WatchersCpu {
  liveProcessUs: number;
  browserUs: number;
}

/**
 * A live view as `run --live` has it, and a browser on this machine with its page open. The document is that of a whole run,
 * written anew before each trial.
 */
export class WatchedRun {
  readonly #view: LiveView;
  readonly #browser: BrowserServer;
  readonly #path: string;
  readonly #document: RunDocument;
  #doneSteps = 0;

  private constructor(view: LiveView, browser: BrowserServer, path: string, document: RunDocument) {
    this.#view = view;
    this.#browser = browser;
    this.#path = path;
    this.#document = document;
  }

  /** `folder`: where the document may be written. Throws when there is no Chromium. */
  static async open(folder: string): Promise<WatchedRun> {
    const path = join(folder, 'run.json');
    const document: RunDocument = {
      ...readRunDocument(readFileSync(SAMPLE, 'utf8'), SAMPLE.pathname),
      status: 'running',
    };
    await startLiveProcess(0);
    const view = await LiveView.connect(new AbortController().signal, (text) => process.stderr.write(text));
    await view.begin({ ...document, cells: [] }, { document: path, report: join(folder, 'report.html') });
    const browser = await chromium.launchServer({ executablePath: chromiumPath, args: browserArguments });
    const page = await (await chromium.connect(browser.wsEndpoint())).newPage();
    const [stream] = await Promise.all([page.waitForResponse(/\/sse\?/), page.goto(view.url)]);
    if (!stream.ok()) throw new Error(`the live page has no stream: ${stream.status()}`);
    return new WatchedRun(view, browser, path, document);
  }

  /** What the coordinator does before a trial. */
  async beforeTrial(): Promise<void> {
    writeFileSync(this.#path, JSON.stringify(this.#document));
    const doneSteps = this.#doneSteps;
    this.#doneSteps += 1;
    const leftMs = Math.max(0, STEPS - doneSteps) * 1_000;
    await this.#view.beforeStep({ step: `trial ${doneSteps + 1}`, doneSteps, plannedSteps: STEPS, leftMs });
  }

  /** CPU time until now of the live process and of all processes of the browser; null where the system does not tell. */
  cpu(): WatchersCpu | null {
    const [live, browser] = [this.#view.pid, this.#browser.process().pid ?? 0].map((pid) => processUsage(pid)?.cpuUs);
    return live === undefined || browser === undefined ? null : { liveProcessUs: live, browserUs: browser };
  }

  async close(): Promise<void> {
    await this.#view.end('completed', []);
    await this.#browser.close();
  }
}
