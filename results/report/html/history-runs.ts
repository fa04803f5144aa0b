import { gzipSync } from 'node:zlib';
import { COUNT_TOLERANCE } from '../../compare/compare-runs.ts';
import { commitText } from '../../compare/run-differences.ts';
import type { History, RunChange, ScenarioHistory } from '../../history/history.ts';
import { historyToCsv } from '../../history/history-export.ts';
import { FEWEST_RUNS } from '../../history/metric-trend.ts';
import { BAND_RUNS } from '../../history/noise-band.ts';
import { runTime } from '../../history/run-time.ts';
import { formatBytes, formatNumberOf, formatShare } from '../../numbers.ts';
import { EQUIVALENCE_MARGIN } from '../../statistics/compare.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

/** More rows than these are a matter for a program; the newest are listed. */
const MOST_LISTED = 1_000;

/** Where the page finds the files of the runs: a path from its own folder to that of the history; null when it may not link. */
type FolderOfRuns = string | null;

/** A path as an address, whatever characters the names have. */
function addressOf(folder: string, source: string): string {
  return ['.', ...folder.split('/'), ...source.split('/')]
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('/');
}

const changeText = ({ what, from, to }: RunChange) => `${what}: ${from} → ${to}`;

function runRow({ runs, changes, name }: ScenarioHistory, at: number, folder: FolderOfRuns): Markup {
  const { about, source, verdict } = runs[at] as ScenarioHistory['runs'][number];
  const run =
    folder === null
      ? html`<code>${about.id}</code>`
      : html`<a href="${addressOf(folder, source)}"><code>${about.id}</code></a>`;
  const { cpuModel, cpuCount, nodeVersion } = about.environment;
  const sign = { sound: '✓', caution: '!', unsound: '✕' }[verdict.level];
  return html`<tr${verdict.level === 'unsound' ? html` class="invalid"` : null}><th scope="row">${runTime(about)}</th><td class="words">${run}</td><td class="words">${name}</td><td class="words">${commitText(about.tool) ?? 'unknown'}</td><td class="words">${sign} ${verdict.headline}</td><td class="text">${(changes[at] ?? []).map(changeText).join('; ')}</td><td class="words">${cpuModel ?? 'unknown'}, ${cpuCount} logical, Node.js ${nodeVersion}</td></tr>
`;
}

/** Every run, the newest first: which it is, of what code, where, whether it may be believed, and what changed with it. */
export function historyRuns({ scenarios }: History, folder: FolderOfRuns): Markup {
  const all = scenarios
    .flatMap((scenario) => scenario.runs.map((run, at) => ({ scenario, at, startedAt: run.about.startedAt })))
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt, 'en'));
  const rows = all.slice(0, MOST_LISTED).map(({ scenario, at }) => runRow(scenario, at, folder));
  const heads = ['Started', 'Run', 'Scenario', 'Commit', 'Validity', 'Otherwise than the run before', 'Machine'];
  const table = html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`;
  const left = all.length - rows.length;
  return html`<section aria-labelledby="runs">${sectionHeading('runs', 'The runs')}
${scrollable('The runs', table)}${left > 0 ? html`<p class="note">${formatNumberOf(left, 'older run')} not listed.</p>` : null}</section>
`;
}

/** Files that could not be used, each with the reason; null when there is none. */
export function unreadFiles({ unread }: History): Markup | null {
  if (unread.length === 0) return null;
  return html`<section aria-labelledby="unread">${sectionHeading('unread', 'Not read')}
<p>${formatNumberOf(unread.length, 'file')} that by ${unread.length === 1 ? 'its name' : 'their names'} should hold a run, and of which nothing is in this page:</p>
<ul>
${unread.map(
  ({ source, reason }) => html`<li><code>${source}</code>: ${reason}</li>
`,
)}</ul></section>
`;
}

/** How the bands and steps come about. */
export function historyMethod(): Markup {
  return html`<section aria-labelledby="method">${sectionHeading('method', 'What is to be expected')}
<p>The grey band at a run is made of the runs before it, at most the last ${BAND_RUNS}: their median, and around it how much neighbouring ones differed. It is the chart of individual values of Shewhart (NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.2), computed in logarithms: the mean distance of neighbours / 1.128 is taken for the standard deviation, and the band is that times Student’s t for 99.73 % and for so many runs, times √(1 + 1/n). With many runs that is the usual three standard deviations; with few it is wide. It is never narrower than ${formatShare(EQUIVALENCE_MARGIN)} of the median for what is timed and ${formatShare(COUNT_TOLERANCE)} for what is counted, below which no change is claimed. What is counted of transports that are asked depends on timing, and is judged as what is timed.</p>
<p>Only runs of the same conditions count: of timed figures the same processor, number of cores, system, major version of Node.js, network, priority of the publisher and phases; of counted ones the same phases. Other conditions have another band, which needs ${FEWEST_RUNS.timed} valid runs, or ${FEWEST_RUNS.counted} that agree for what is counted.</p>
<p>A run is beyond its band when its value is and its own 95 % interval excludes the median. Two in a row on the same side are a step, and what was expected before counts no more. One alone is taken for chance when the next is within; it then is part of what runs differ by. A band says nothing of changes that are smaller than itself.</p></section>
`;
}

/** The points themselves. The documents are not in the page, which may be of hundreds of runs. */
export function historyData(history: History): Markup {
  const packed = gzipSync(historyToCsv(history), { level: 9 });
  // Not application/gzip, by which a report's run documents are known (embedded-document.ts).
  return html`<section aria-labelledby="raw">${sectionHeading('raw', 'The data')}
<p>Every point of this page, with its interval and band: <a id="history-csv" download="history.csv.gz" href="data:application/x-gzip;base64,${packed.toString('base64')}">CSV, gzip</a> <span class="unit">${formatBytes(packed.length)}</span>. <code>npm run bench -- report --history</code> writes it with <code>--format csv</code> or <code>json</code> too. The run documents are not in this page; keep their folder.</p></section>
`;
}
