import { cellLabels } from './labels.ts';
import { formatCount, formatNumberOf, formatShare, formatUs } from './numbers.ts';
import type { CompletedCell, Warning } from './run-document.ts';

/** A publisher may be late by 1 ms, or by 5 % of what is measured where that is more, at p99. */
const PUBLISHER_LATENESS_US = 1_000;
const PUBLISHER_LATENESS_SHARE = 0.05;
/** Above this a driver's own queueing begins to show in the latencies. */
const EVENT_LOOP_UTILIZATION_MAX = 0.7;
/** A warning names this many cells, those with most to say; all are among its cellIds. */
const MOST_NAMES = 6;

/** What there is to say about one cell, and how much of it: the cells with most are named. */
interface Fact {
  amount: number;
  text: string;
}

/** Something to know before a cell's numbers are believed. `fact` is null where there is nothing to say. */
interface Doubt {
  code: string;
  /** What it is, before the facts. */
  what: string;
  advice: string;
  fact(result: CompletedCell): Fact | null;
}

function incidentsOf(result: CompletedCell): string {
  const counts = new Map<string, number>();
  for (const { incidents } of result.trials) {
    for (const [reason, count] of Object.entries(incidents)) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].map(([reason, count]) => `${reason}, ${formatNumberOf(count, 'time')}`).join('; ');
}

const doubts: Doubt[] = [
  {
    code: 'server-input-backlog',
    what: 'A server did not read its input in time. Latencies from due contain that wait, those from published do not. Most events that waited at one moment',
    advice: 'Lower eventsPerSec or payloadBytes, or give the server more CPU.',
    fact: ({ publisher: { peakBacklogEvents } }) =>
      peakBacklogEvents > 0 ? { amount: peakBacklogEvents, text: formatCount(peakBacklogEvents) } : null,
  },
  {
    code: 'late-publisher',
    what: 'The publisher was late, as it is when it has to wait for a core; latencies contain that. Its lateness at p99',
    advice: 'Close other programs, use a machine with more cores, or lower subscribers.',
    fact: ({ publisher, latencyUs }) => {
      const lateUs = publisher.latenessUs?.p99 ?? 0;
      const limitUs = Math.max(PUBLISHER_LATENESS_US, PUBLISHER_LATENESS_SHARE * (latencyUs.p50?.value ?? 0));
      return publisher.peakBacklogEvents === 0 && lateUs > limitUs ? { amount: lateUs, text: formatUs(lateUs) } : null;
    },
  },
  {
    code: 'driver-bound',
    what: 'The driver was the bottleneck, so latencies are upper bounds. Share of the time in which its busiest worker was busy',
    advice: 'Fewer subscribers or events per second, or a machine with more cores.',
    fact: ({ driverUsage: { eventLoopUtilization } }) =>
      eventLoopUtilization > EVENT_LOOP_UTILIZATION_MAX
        ? { amount: eventLoopUtilization, text: formatShare(eventLoopUtilization) }
        : null,
  },
  {
    code: 'skipped-polls',
    what: 'Polls were left out because an earlier one had not been answered when they were due',
    advice: 'Raise transportOptions.polling.intervalMs, or lower subscribers.',
    fact: ({ requests: { skippedPolls } }) =>
      skippedPolls > 0 ? { amount: skippedPolls, text: formatCount(skippedPolls) } : null,
  },
  {
    code: 'requests-failed',
    what: 'Requests got no answer or an unexpected one while events were measured',
    advice: 'See what the server writes to stderr, and run the conformance suite against it.',
    fact: ({ requests: { failed } }) => (failed > 0 ? { amount: failed, text: formatCount(failed) } : null),
  },
  {
    code: 'connections-lost',
    what: 'Subscribers lost connections, or could not connect at first',
    advice:
      'A slow subscriber is disconnected above serverOptions.maxBufferedBytes; otherwise see what the server writes to stderr.',
    fact: (result) => {
      const { reconnected, failed } = result.connections;
      if (reconnected === 0 && failed === 0) return null;
      const why = incidentsOf(result);
      const text = `${formatCount(reconnected)} resumed, ${formatNumberOf(failed, 'connect')} failed`;
      return { amount: reconnected + failed, text: why === '' ? text : `${text} (${why})` };
    },
  },
];

/**
 * What does not make a cell invalid and should still be known: one warning for each kind, with the facts of the cells,
 * which have the names that the report gives them.
 */
export function doubtsAbout(results: readonly CompletedCell[]): Warning[] {
  const labels = cellLabels(results.map((result) => result.cell));
  return doubts.flatMap(({ code, what, advice, fact }) => {
    const facts = results.flatMap((result) => {
      const found = fact(result);
      return found === null ? [] : [{ id: result.cell.id, ...found }];
    });
    if (facts.length === 0) return [];
    const most = facts.toSorted((a, b) => b.amount - a.amount).slice(0, MOST_NAMES);
    const named = most.map(({ id, text }) => `${labels.get(id) ?? id} ${text}`).join('; ');
    const others = facts.length - most.length;
    const more = others > 0 ? `; and ${formatNumberOf(others, 'more cell')}` : '';
    return [{ code, message: `${what}: ${named}${more}.`, advice, cellIds: facts.map(({ id }) => id) }];
  });
}
