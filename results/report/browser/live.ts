import { type LiveAnswer, type LiveState, REPORT_HEADER } from '../live-state.ts';
import { LiveBar } from './live-bar.ts';
import { PageParts } from './page-parts.ts';

/** Between two attempts to reach the run again. */
const RETRY_MS = 1_000;
/** When a page is hidden between two frames, the second does not come. */
const FRAMES_MS = 500;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Until what was changed is on the screen: the callback of a second frame comes after the first was drawn. */
async function drawn(): Promise<void> {
  if (document.hidden) return;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await Promise.race([frame().then(frame), wait(FRAMES_MS)]);
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** The page of a run that goes on. */
class LivePage {
  readonly #parts = new PageParts(document);
  readonly #bar = new LiveBar(document);
  readonly #enhance: (part: Element) => void;
  #runId: string | null = null;
  /** The number of the report that is shown; null before the first was asked for. */
  #shown: number | null = null;

  constructor(enhance: (part: Element) => void) {
    this.#enhance = enhance;
  }

  /** Keeps the page up to date until the run is over, however often the connection is lost. */
  async follow(): Promise<void> {
    for (;;) {
      try {
        const answer = (await (await ask('/state')).json()) as LiveAnswer;
        // Within a step nothing is fetched and nothing drawn: what there is comes with the next event.
        if (await this.#show(answer.state, !answer.state.measuring)) return;
        if (await this.#stream(answer.seq)) return;
      } catch {
        // The server cannot be reached, or is another one by now.
      }
      this.#bar.unreachable();
      await wait(RETRY_MS);
    }
  }

  /** Takes events until the connection is lost; true when the run is over. */
  #stream(after: number): Promise<boolean> {
    const source = new EventSource(`/sse?after=${after}`);
    return new Promise<boolean>((resolve) => {
      let shown = Promise.resolve(false);
      source.onmessage = ({ data, lastEventId }) => {
        shown = shown
          .then(() => this.#show(JSON.parse(data) as LiveState, true))
          .then(async (isOver) => {
            await drawn();
            await ask(`/seen/${lastEventId}`, { method: 'POST' });
            if (isOver) resolve(true);
            return isOver;
          });
        shown.catch(() => resolve(false));
      };
      // Also when it would try again by itself: the state is asked for first, which shows whether it is the same run.
      source.onerror = () => shown.then(resolve, () => resolve(false));
    }).finally(() => source.close());
  }

  /** True when the run is over. */
  async #show(state: LiveState, mayFetch: boolean): Promise<boolean> {
    this.#runId ??= state.runId;
    if (state.runId !== this.#runId) {
      location.reload();
      return true;
    }
    if (mayFetch && state.report !== this.#shown) await this.#fetchReport();
    this.#bar.show(state, this.#shown);
    return state.status !== 'running';
  }

  async #fetchReport(): Promise<void> {
    const answer = await ask('/');
    const report = Number(answer.headers.get(REPORT_HEADER));
    const text = await answer.text();
    // The one without a result is given out while a step is measured.
    if (report === 0 && this.#shown !== null) return;
    this.#shown = report;
    this.#parts.update(new DOMParser().parseFromString(text, 'text/html'), this.#enhance);
  }
}

/**
 * Keeps a page that its run serves (`run --live`) up to date, part by part; does nothing on any other. To be called before
 * anything else changes the page, since it compares what the server sends with what it sent before. `enhance` is called
 * with each part that came anew.
 */
export function startLive(enhance: (part: Element) => void): void {
  if (document.documentElement.dataset['live'] === undefined || location.protocol === 'file:') return;
  void new LivePage(enhance).follow();
}
