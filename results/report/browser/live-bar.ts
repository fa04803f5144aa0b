import { formatNumberOf } from '../../numbers.ts';
import type { LiveState } from '../live-state.ts';

/** `15:04:09`, the reader's local time. */
function clockTime(iso: string): string {
  const time = new Date(iso);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** How far the run is, in one line. */
function progressText({ step, doneSteps, plannedSteps, expectedEndAt }: LiveState): string {
  if (step === '') return 'the run is about to begin.';
  const steps =
    plannedSteps === null ? `${formatNumberOf(doneSteps, 'probe')} done` : `${doneSteps} of ${plannedSteps} steps done`;
  const end = expectedEndAt === null ? '' : `; over at about ${clockTime(expectedEndAt)}`;
  return `${steps}, now ${step.replace(/\[ +/, '[')}${end}.`;
}

function endText({ status, files, failures }: LiveState): string {
  if (status === 'lost') {
    return `The run ended without a word: its process was killed. This page shows what it had measured. The document as far as it was written: ${files.document}`;
  }
  const how = status === 'completed' ? 'The run is over.' : 'The run was interrupted; this is what there is.';
  if (failures.length > 0) return `${how} ${failures.join('; ')}.`;
  return `${how} This page is complete and stays as it is. Report: ${files.report}. Document: ${files.document}`;
}

/** The bar at the foot of a live page. Only what changes the state of affairs is announced, not every trial. */
export class LiveBar {
  readonly #bar: HTMLElement;
  readonly #now: HTMLElement;
  readonly #news: HTMLElement;
  readonly #progress: HTMLProgressElement;

  constructor(page: Document) {
    const add = <Name extends keyof HTMLElementTagNameMap>(parent: Element, name: Name) =>
      parent.appendChild(page.createElement(name));
    this.#bar = add(page.body, 'aside');
    this.#bar.className = 'live';
    this.#bar.ariaLabel = 'The run that goes on';
    this.#news = add(this.#bar, 'p');
    this.#news.role = 'status';
    this.#now = add(this.#bar, 'p');
    this.#progress = add(this.#bar, 'progress');
    this.#progress.ariaLabel = 'Steps done';
    this.#say('', 'Live: asking how far the run is.');
  }

  /** `shown`: the number of the report that the page shows, null when it is not known. */
  show(state: LiveState, shown: number | null): void {
    const { status, measuring, doneSteps, plannedSteps } = state;
    const isRunning = status === 'running';
    this.#bar.classList.toggle('lost', status === 'lost');
    this.#progress.hidden = !isRunning || plannedSteps === null;
    this.#progress.max = Math.max(1, plannedSteps ?? 1);
    this.#progress.value = doneSteps;
    if (!isRunning) {
      this.#say(endText(state), '');
      return;
    }
    // Nothing is rendered, sent or drawn while a step is measured, so that the page disturbs no figure.
    const later =
      measuring && shown === null && doneSteps > 0 ? ' The results so far come when this step is over.' : '';
    this.#say('', `Live: ${progressText(state)}${later}`);
  }

  /** The server does not answer. */
  unreachable(): void {
    this.#bar.classList.add('lost');
    this.#say('The run cannot be reached; trying again. This page shows what was known last.', '');
  }

  #say(news: string, now: string): void {
    if (this.#news.textContent !== news) this.#news.textContent = news;
    this.#now.textContent = now;
  }
}
