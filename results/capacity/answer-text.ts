import { formatCount, UNKNOWN } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import { PRECISION_RATIO } from './capacity-search.ts';
import type {
  CapacityAnswer,
  CapacityAxis,
  CapacityLimit,
  CapacityProbe,
  CapacitySearchResult,
} from './capacity-search-section.ts';

/** What is searched, in the words of a unit: "events/s at 100 subscribers". */
export function axisText(axis: CapacityAxis, { eventsPerSec, subscribers }: CapacitySearchResult['cell']): string {
  return axis === 'rate'
    ? `events/s at ${formatCount(subscribers)} subscribers`
    : `subscribers at ${formatCount(eventsPerSec)} events/s`;
}

/** The answer as a table shows it. A figure that is not the server's own never stands without "at least". */
export function answerText(answer: CapacityAnswer): string {
  switch (answer.kind) {
    case 'capacity':
      return formatCount(answer.value);
    case 'at-least':
      return `at least ${formatCount(answer.value)}`;
    case 'none':
      return 'none';
    case 'unfinished':
      return 'not finished';
    case 'skipped':
      return 'skipped';
  }
}

/** The lowest value that did not hold, as a table shows it. */
export function failedText(answer: CapacityAnswer): string {
  return answer.kind === 'skipped' || answer.failed === null ? UNKNOWN : formatCount(answer.failed);
}

/** The last probe that failed at the lowest value that did. */
function lastFailing({ answer, probes }: CapacitySearchResult): CapacityProbe | undefined {
  if (answer.kind === 'skipped') return undefined;
  return probes.findLast(({ value, held }) => value === answer.failed && !held);
}

/** Why the lowest value that failed did, in a few words; a dash where nothing failed. */
export function whyFailed(result: CapacitySearchResult): string {
  const probe = lastFailing(result);
  if (probe === undefined) return UNKNOWN;
  if (probe.measured === null) return 'the trial failed';
  const [first = '', ...others] = probe.reasons;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** The parts that were at their limit, the ones that decide first. */
export function limitedByText({ answer, limits }: CapacitySearchResult): string {
  if (answer.kind === 'skipped' || answer.kind === 'unfinished') return UNKNOWN;
  return limits.length === 0 ? 'not found' : limits.map(({ part }) => part).join(', ');
}

/** What follows where a part other than the server was at its limit; of several, the first. */
const ADVICE: [part: CapacityLimit['part'], advice: string][] = [
  ['other programs', 'Other programs took cores that the run needed: close them and search again.'],
  ['driver', 'While the driver is at its limit, the server may do more: a machine with more cores would show it.'],
  [
    'publisher',
    'While the publisher is at its limit, the server may do more: a machine with more cores would show it.',
  ],
  ['machine', 'Hardly a core was idle, and server, driver and publisher share them: more cores would raise this.'],
];

function adviceOn({ answer, limits }: CapacitySearchResult): string {
  if (answer.kind === 'capacity') return '';
  return ADVICE.find(([part]) => limits.some((limit) => limit.part === part))?.[1] ?? '';
}

/** What is to be said of one search below the table: reasons, evidence, and what follows from it. */
export function remarkOn(result: CapacitySearchResult): string {
  const { answer, limits } = result;
  if (answer.kind === 'skipped') return `${answer.reason}.`;
  if (answer.kind === 'unfinished') {
    const below = answer.failed === null ? '' : ` below ${formatCount(answer.failed)}`;
    const held =
      answer.held === null ? `no value${below} had held yet` : `${formatCount(answer.held)} held, not confirmed`;
    return `stopped before the search was done; ${held}.`;
  }
  const failing = lastFailing(result);
  const sentences = [
    failing === undefined ? '' : `${formatCount(failing.value)} failed: ${failing.reasons.join(', ')}.`,
    unsteadinessRemark(answer),
    // A reason that names its culprit is evidence already given.
    limits
      .filter(({ evidence }) => !failing?.reasons.includes(evidence))
      .map(({ part, evidence }) => `${part[0]?.toUpperCase()}${part.slice(1)}: ${evidence}.`)
      .join(' '),
    adviceOn(result),
    processesRemark(result),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function unsteadinessRemark(answer: CapacityAnswer): string {
  if (answer.kind === 'none') return answer.heldOnce ? 'Values held once, and not again when they were confirmed.' : '';
  if (!('value' in answer) || answer.failed === null) return '';
  const isWide = answer.failed / answer.value > PRECISION_RATIO && answer.failed - answer.value > 1;
  return isWide ? 'Values in between held in some runs and failed in others.' : '';
}

function processesRemark({ answer, probes }: CapacitySearchResult): string {
  const confirmed = probes.findLast(({ value, held }) => 'value' in answer && value === answer.value && held);
  const count = confirmed?.measured?.serverProcesses ?? 1;
  return count === 1 ? '' : `The server ran as ${count} processes.`;
}

/** Transport and, where there are several, server: enough to tell the searches of one axis apart. */
export function searchName({ cell }: CapacitySearchResult, all: readonly CapacitySearchResult[]): string {
  const parts = [
    new Set(all.map((search) => search.cell.server)).size > 1 ? cell.server : '',
    cell.transport,
    new Set(all.map((search) => search.cell.payloadBytes)).size > 1 ? `${formatCount(cell.payloadBytes)} B` : '',
    ...Object.entries(cell.transportOptions).flatMap(([key, value]) => {
      const values = all
        .filter((search) => search.cell.transport === cell.transport)
        .map((search) => (search.cell.transportOptions as Record<string, unknown>)[key]);
      return new Set(values).size > 1 ? [`${key}=${String(value)}`] : [];
    }),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** How the searches of a document ended, for its verdict and the exit code of the run. */
export function searchesWithoutAnswer(document: RunDocument): CapacitySearchResult[] {
  return (document.capacitySearch?.searches ?? []).filter(
    ({ answer }) => answer.kind !== 'capacity' && answer.kind !== 'at-least',
  );
}
