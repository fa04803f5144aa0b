import type { CellHistory, FoundStep, History, ScenarioHistory } from '../../history/history.ts';
import { FEWEST_RUNS } from '../../history/metric-trend.ts';
import { stepText } from '../../history/step-text.ts';
import { formatCount, formatIn, formatNumberOf, keepUnits } from '../../numbers.ts';
import { notesOf } from '../charts/drawn-groups.ts';
import { chartFigure } from '../charts/figure.ts';
import { slug } from '../charts/series-choice.ts';
import { trendChart } from '../charts/trend.ts';
import { type NumberedStep, validFigure } from '../charts/trend-row.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';

/** Steps above these are folded away. */
const MOST_STEPS = 8;
/** Cells x runs in one page: each is six points and a row of a table, about 700 B. */
const MOST_CELL_RUNS = 2_400;
const MOST_RUNS = 200;
/** Of more cells than leave so many runs each, some are not drawn. */
const FEWEST_RUNS_DRAWN = 20;

/** A step with its number in the page. */
export interface NumberedFound extends FoundStep {
  number: number;
}

/** The ids of the figures of all cells; the same cell has the same id in every page, unless two would share it. */
export function figureIds({ scenarios }: History): Map<CellHistory, string> {
  const seen = new Set<string>();
  return new Map(
    scenarios.flatMap(({ name, cells }) =>
      cells.map((cell) => {
        const wanted = `trend-${slug(name)}-${slug(cell.cell.id)}`;
        const id = seen.has(wanted) ? `${wanted}-${seen.size + 1}` : wanted;
        seen.add(id);
        return [cell, id] as const;
      }),
    ),
  );
}

function stepItems(steps: readonly NumberedFound[], ids: ReadonlyMap<CellHistory, string>): Markup {
  const items = steps.map((found) => {
    const { lead, rest } = stepText(found);
    const sign = found.step.direction === 'rose' ? '✕' : '✓';
    const kind = found.step.direction === 'rose' ? 'worse' : 'better';
    return html`<li value="${found.number}"><span class="verdict ${kind}">${sign} ${kind}</span> <a href="#${ids.get(found.cell) ?? ''}"><strong>${keepUnits(lead)}</strong></a>${keepUnits(rest)}</li>
`;
  });
  return html`<ol class="steps">
${items}</ol>`;
}

/** How many of the lines are judged at all. */
function coverage({ scenarios }: History): string {
  const trends = scenarios.flatMap(({ cells }) => cells.flatMap((cell) => cell.trends));
  const judged = trends.filter(({ points, next }) => next !== null || points.some(({ band }) => band !== null)).length;
  const rule = `A band needs ${FEWEST_RUNS.timed} runs of the same conditions, or ${FEWEST_RUNS.counted} that agree for what is counted.`;
  if (judged === 0) return `There is nothing to hold a run against yet. ${rule}`;
  const others = trends.length - judged;
  const rest = others === 0 ? '' : ` The other ${formatCount(others)} have none. ${rule}`;
  return `${formatCount(judged)} of ${formatNumberOf(trends.length, 'line')} have a band of what is to be expected.${rest}`;
}

/** Newest runs that may not be believed, or not in full: of these no step would be seen. */
function doubtfulRuns({ scenarios }: History): Markup | null {
  const items = scenarios.flatMap(({ name, runs }) => {
    const newest = runs.at(-1)?.verdict;
    if (newest === undefined || newest.level === 'sound') return [];
    const lead = html`${newest.level === 'unsound' ? '✕' : '!'} The newest run of ${name}:`;
    return [
      html`<li${newest.level === 'unsound' ? html` class="problem"` : null}><strong>${lead}</strong> ${newest.headline}. ${newest.reasons.join(' ')}</li>
`,
    ];
  });
  return items.length === 0
    ? null
    : html`<ul class="findings">
${items}</ul>`;
}

/** What came of it, first: every step, or that there is none, and whether the newest runs may be believed. */
export function historyAnswer(
  history: History,
  steps: readonly NumberedFound[],
  ids: ReadonlyMap<CellHistory, string>,
): Markup {
  const more = steps.slice(MOST_STEPS);
  const count =
    steps.length === 0
      ? 'No metric of any cell stepped out of its band.'
      : steps.length === 1
        ? 'One metric stepped out of its band.'
        : `${formatCount(steps.length)} times a metric stepped out of its band; the newest first.`;
  const folded =
    more.length === 0
      ? null
      : html`<details><summary>${formatCount(more.length)} earlier</summary>${stepItems(more, ids)}</details>`;
  return html`<div id="answer"><p>${count} ${coverage(history)}</p>
${steps.length === 0 ? null : stepItems(steps.slice(0, MOST_STEPS), ids)}${folded}${doubtfulRuns(history)}</div>`;
}

/** The last value and what is to be expected next, as an example of how the chart is to be read. */
function reading({ trends }: CellHistory): string {
  const [trend] = trends;
  const last = trend?.points.map(validFigure).findLast((figure) => figure !== null);
  if (trend === undefined || last == null) return 'No result of this cell may be believed.';
  const text = (value: number) => formatIn(trend.metric.units, value);
  const expected =
    trend.next === null
      ? 'there are too few runs to say where the next one should lie'
      : `the next run should lie between ${text(trend.next.low)} and ${text(trend.next.high)}`;
  return keepUnits(`${trend.metric.title}: ${text(last.value)} in the newest run with a result; ${expected}.`);
}

/** Metrics whose changes are not judged, with the reason. */
function doubts({ trends }: CellHistory): string | null {
  const known = trends.flatMap(({ metric, points }) => {
    const doubt = points.findLast(({ figure }) => figure !== null)?.figure?.doubt ?? null;
    return doubt === null ? [] : [`${metric.title} has no band: ${doubt}.`];
  });
  return known.length === 0 ? null : known.join(' ');
}

const READING =
  'The runs lie side by side, the oldest on the left; below are day and commit, with a star where there were uncommitted changes. A line is drawn from run to run, and its pale band is the 95 % interval of each value; what is counted has none. The grey band with dotted edges is where a run lies when nothing has changed, as far as the runs before it tell. A red ✕ is a figure that is not valid: it is part of no line and no band. An upright dashed line says what else changed there, and lines end where figures cannot be compared. A number in a circle is a step of the list above. All scales but those with a 0 are logarithmic, so equal steps are equal ratios.';

/** How many of the newest runs, and how many cells, a scenario is drawn with. */
function drawnSize(history: History, { runs, cells }: ScenarioHistory): { runs: number; cells: number } {
  const budget = MOST_CELL_RUNS / history.scenarios.length;
  const most = Math.max(FEWEST_RUNS_DRAWN, Math.min(MOST_RUNS, Math.floor(budget / Math.max(1, cells.length))));
  const shown = Math.min(runs.length, most);
  return { runs: shown, cells: Math.max(1, Math.floor(budget / Math.max(1, shown))) };
}

function leftOut(scenario: ScenarioHistory, drawn: { runs: number; cells: number }): Markup | null {
  const cells = scenario.cells.length - drawn.cells;
  const texts = [
    ...(drawn.runs < scenario.runs.length
      ? [`Drawn are the newest ${formatCount(drawn.runs)} of ${formatNumberOf(scenario.runs.length, 'run')}.`]
      : []),
    ...(cells > 0 ? [`${formatNumberOf(cells, 'further cell')} not drawn.`] : []),
  ];
  return texts.length === 0 ? null : html`<p class="note">${texts.join(' ')} The data below has all.</p>`;
}

/** The trends of each scenario, a chart for every cell. */
export function trendSections(
  history: History,
  steps: readonly NumberedFound[],
  ids: ReadonlyMap<CellHistory, string>,
): Markup {
  const sections = history.scenarios.map((scenario, at) => {
    const drawn = drawnSize(history, scenario);
    const figures = scenario.cells.slice(0, drawn.cells).flatMap((cell) => {
      const own: NumberedStep[] = steps
        .filter((found) => found.cell === cell)
        .map(({ number, trend, step }) => ({ number, trend, run: step.run }));
      const parts = trendChart(scenario, cell, own, scenario.runs.length - drawn.runs);
      if (parts === null) return [];
      const note = notesOf([doubts(cell), parts.note]);
      return [
        chartFigure({
          ...parts,
          id: ids.get(cell) ?? '',
          title: cell.label,
          reading: html`${reading(cell)}<br><code>${cell.cell.id}</code>`,
          note,
        }),
      ];
    });
    const nothing =
      figures.length === 0 ? html`<p>No run has the result of a cell in which a feed was delivered.</p>` : null;
    const id = `scenario-${at + 1}`;
    return html`<section aria-labelledby="${id}">${sectionHeading(id, `The scenario ${scenario.name}`)}
<p>${scenario.question}</p>
${at === 0 ? html`<p>${keepUnits(READING)}</p>` : null}${leftOut(scenario, drawn)}${figures}${nothing}</section>
`;
  });
  return html`${sections}`;
}
