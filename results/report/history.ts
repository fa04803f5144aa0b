import { type History, stepsOf } from '../history/history.ts';
import { runDay } from '../history/run-time.ts';
import { formatNumberOf } from '../numbers.ts';
import { figureIds, historyAnswer, type NumberedFound, trendSections } from './html/history.ts';
import { historyData, historyMethod, historyRuns, unreadFiles } from './html/history-runs.ts';
import { glossary } from './html/prose.ts';
import { html } from './markup.ts';
import { page } from './page.ts';

/** How a history is shown. */
interface HistoryPageOptions {
  /** Path from the page's folder to that of the history, to which the files of the runs are relative; null for no links. */
  folder: string | null;
}

/**
 * Runs over time as one HTML file: which metrics stepped out of what the runs before let expect, then each metric of each cell
 * with its bands, then the runs. The documents are linked and not within. Pure, and as safe as renderHtml.
 */
export function renderHistory(history: History, { folder }: HistoryPageOptions): string {
  const runs = history.scenarios.flatMap((scenario) => scenario.runs.map(({ about }) => about));
  const days = runs.map(runDay).sort();
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const names = history.scenarios.map(({ name }) => name);
  const of = names.length === 1 ? (names[0] as string) : formatNumberOf(names.length, 'scenario');
  const title = `${of}, from run to run`;
  const steps: NumberedFound[] = stepsOf(history).map((found, at) => ({ ...found, number: at + 1 }));
  const ids = figureIds(history);
  const count = formatNumberOf(runs.length, 'run');
  return page({
    title: `${count}: ${title}`,
    header: html`<p class="kicker">transport-bench, ${count}${first === last ? ` of ${first}` : ` from ${first} to ${last}`}</p>
<h1>${title}</h1>
${historyAnswer(history, steps, ids)}`,
    body: html`${[
      trendSections(history, steps, ids),
      historyRuns(history, folder),
      unreadFiles(history),
      historyMethod(),
      glossary(),
      historyData(history),
    ]}`,
    live: false,
  });
}
