import { readFileSync, statSync } from 'node:fs';
import { readRunDocument } from '../../results/read-document.ts';
import { compact } from '../../results/report/compact.ts';
import { renderHtml } from '../../results/report/html.ts';
import type { LiveState } from '../../results/report/live-state.ts';
import { calendarTime, nowUs } from '../../servers/contract/clock.ts';
import type { LivePages } from './live-pages.ts';
import type { LiveMessage, RunPosition } from './messages.ts';

/** Renders no sooner than this many times what the last report took, so that pauses are a tenth of the run at most. */
const REST_PER_REPORT = 9;

type Begin = Extract<LiveMessage, { kind: 'begin' }>;

/**
 * What the live process does with each message: between two steps, and only for pages that are there, it renders the
 * document as it stands and has them show it.
 */
export class LiveRun {
  readonly #pages: LivePages;
  #state: LiveState | null = null;
  /** Of the document that was rendered last. */
  #modifiedMs = 0;
  #nextReportUs = 0;

  constructor(pages: LivePages) {
    this.#pages = pages;
  }

  /** Resolves when all that the message causes is over. */
  async take(message: LiveMessage): Promise<void> {
    if (message.kind === 'begin') this.#begin(message);
    else if (message.kind === 'step') await this.#beforeStep(message.position);
    else await this.#end(message.status, message.failures);
  }

  /** The coordinator went away without an `end`. */
  async lost(): Promise<void> {
    await this.#end('lost', []);
  }

  #begin({ document, files }: Begin): void {
    this.#state = {
      runId: document.id,
      status: 'running',
      step: '',
      doneSteps: 0,
      plannedSteps: null,
      expectedEndAt: null,
      report: 0,
      measuring: false,
      files,
      failures: [],
    };
    this.#pages.open(this.#state, compact(renderHtml(document, { live: true })));
  }

  async #beforeStep({ step, doneSteps, plannedSteps, leftMs }: RunPosition): Promise<void> {
    if (this.#state === null) throw new Error('a step before the beginning of the run');
    const startedUs = nowUs();
    const page = startedUs >= this.#nextReportUs ? this.#reportIfNeeded(true) : null;
    const expectedEndAt = leftMs === null ? null : new Date(calendarTime().getTime() + leftMs).toISOString();
    Object.assign(this.#state, { step, doneSteps, plannedSteps, expectedEndAt });
    await this.#pages.publish(this.#state, page);
    if (page !== null) {
      const endedUs = nowUs();
      this.#nextReportUs = endedUs + REST_PER_REPORT * (endedUs - startedUs);
    }
    this.#pages.measure();
  }

  async #end(status: LiveState['status'], failures: readonly string[]): Promise<void> {
    // Nothing was begun, so no page is there that could be told.
    if (this.#state === null) return;
    const page = this.#reportIfNeeded(false);
    Object.assign(this.#state, { status, step: '', expectedEndAt: null, failures });
    await this.#pages.publish(this.#state, page);
  }

  /**
   * The report of the document as it stands, of a run that goes on (`live`) or of one that is over; null when nobody would
   * see it, or it is no other than the last.
   */
  #reportIfNeeded(live: boolean): string | null {
    if (this.#state === null || this.#pages.connectedCount === 0) return null;
    const path = this.#state.files.document;
    const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (modifiedMs <= this.#modifiedMs) return null;
    const page = compact(renderHtml(readRunDocument(readFileSync(path, 'utf8'), path), { live }));
    this.#modifiedMs = modifiedMs;
    this.#state.report += 1;
    return page;
  }
}
