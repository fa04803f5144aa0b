import { durationInWords, estimateTrialMs } from '../../scenarios/estimate.ts';
import { scheduleName } from '../../scenarios/expand.ts';
import { formatCount, formatList } from '../numbers.ts';
import { axisText } from './answer-text.ts';
import { CONFIRMATIONS, PRECISION_RATIO } from './capacity-search.ts';
import { type PlannedSearch, probePhases, type SearchPlan } from './plan-searches.ts';

const LABEL_WIDTH = 13;
/** Five values that hold on the way to 16 times the first, one above that fails twice, three or four between, three to confirm. */
const USUAL_FACTOR = 16;
const USUAL_PROBES = 14;

/** A plan of searches as text for the terminal, ending in a line feed. */
export function formatSearchPlan(scenario: string, plan: SearchPlan): string {
  const { searches, request } = plan;
  const running = searches.filter(({ skippedBecause }) => skippedBecause === null);
  const skipped = Map.groupBy(searches, ({ skippedBecause }) => skippedBecause);
  skipped.delete(null);
  const rows = [['server', 'transport', 'search', 'from', 'at least', 'at most', 'fixed'], ...running.map(rowOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  const summary: [string, string][] = [
    ...[...skipped].map(([reason, those]): [string, string] => [
      'skipped',
      `${formatList([...new Set(those.map(({ cell }) => cell.transport))])}: ${reason}`,
    ]),
    [
      'objective',
      `${request.objective.text}; no event missing, duplicated, out of order or corrupted; no connection lost`,
    ],
    ['method', `double while it holds, halve while it does not, then bisect to a factor of ${PRECISION_RATIO}`],
    ['', `a failure counts when it repeats; the answer must hold in ${CONFIRMATIONS} further runs`],
    ...(running.length === 0 ? [] : timesOf(plan, running)),
  ];
  return [
    `${scenario}: the highest value at which each transport holds ${request.objective.text}`,
    '',
    ...(running.length === 0 ? [] : [...lines.map((line) => `  ${line.trimEnd()}`), '']),
    ...summary.map(([label, text]) => `  ${label.padEnd(LABEL_WIDTH)}${text}`),
    '',
  ].join('\n');
}

const seconds = (ms: number) => `${formatCount(Math.round(ms / 100) / 10)} s`;

function timesOf({ longestMs, phases, request }: SearchPlan, those: readonly PlannedSearch[]): [string, string][] {
  const phasesAt = (rate: number) => probePhases(phases, request.objective, rate);
  const measuresMs = those.flatMap(({ axis, cell, range }) =>
    (axis === 'rate' ? [range.lowest, range.highest] : [cell.eventsPerSec]).map((rate) => phasesAt(rate).measureMs),
  );
  const [shortest, longest] = [Math.min(...measuresMs), Math.max(...measuresMs)];
  const measure =
    shortest === longest
      ? seconds(shortest)
      : `${seconds(longest)} at the lowest rate, ${seconds(shortest)} at the highest`;
  const firstMs = Math.max(...those.map(({ cell }) => estimateTrialMs(cell, phasesAt(cell.eventsPerSec))));
  return [
    ['each probe', `a trial with fresh processes, ${durationInWords(firstMs)} where the search begins`],
    ['', `warm-up ${seconds(phases.warmupMs)}, measure ${measure}, drain at most ${seconds(phases.drainMs)}`],
    ['seed', 'each probe has a feed of its own, the same for all transports'],
    ['order', 'the searches take turns, a probe each'],
    [
      'time',
      `${durationInWords(those.length * USUAL_PROBES * firstMs)} where the answer is ${USUAL_FACTOR} times what a search begins with, ` +
        `some ${USUAL_PROBES} probes each`,
    ],
    [
      '',
      `at most ${durationInWords(longestMs).replace('about ', '')} where all hold up to the highest value; --up-to limits that`,
    ],
  ];
}

function rowOf({ axis, cell, range }: PlannedSearch): string[] {
  const options = Object.entries({ ...cell.transportOptions, ...cell.serverOptions });
  const fixed = [
    `${formatCount(cell.payloadBytes)} B`,
    scheduleName(cell.schedule),
    ...options.map(([key, value]) => `${key}=${String(value)}`),
  ];
  const bounds = [range.start, range.lowest, range.highest].map(formatCount);
  return [cell.server, cell.transport, axisText(axis, cell), ...bounds, fixed.join(', ')];
}
