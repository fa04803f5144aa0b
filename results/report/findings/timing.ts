import type { CompletedCell, RunDocument } from '../../run-document.ts';
import { type ComparableGroup, cellLabels, deliveryCells } from '../labels.ts';
import { formatCount, formatNumberOf, formatUs, significant } from '../numbers.ts';
import { type Finding, inGroup } from './finding.ts';

/** From here on the two ways to measure p99 are told apart; smaller differences are the publisher's ordinary lateness. */
const OMISSION_DIFFERENCE = 0.05;
/** A publisher that is later than this at p99 no longer keeps the schedule. */
const LATENESS_LIMIT_US = 1000;
/** Polls with random phases wait half an interval within this. */
const POLLING_TOLERANCE = 0.03;

/**
 * Polls at a fixed rate with random phases: the wait for the next poll is uniform over [0, T], so its mean is T / 2,
 * and what is more than that is the way there and the server's time.
 */
export function pollingFindings(group: ComparableGroup): Finding[] {
  return group.cells.flatMap((result) => {
    const options = result.cell.transportOptions;
    const { mean } = result.latencyUs;
    if (!('intervalMs' in options) || mean === null) return [];
    const halfUs = (options.intervalMs * 1000) / 2;
    const difference = mean - halfUs;
    const label = group.labels.get(result.cell.id) ?? result.cell.id;
    const agrees = Math.abs(difference) <= POLLING_TOLERANCE * halfUs;
    const comparison = agrees
      ? `as its interval predicts: half of ${formatUs(options.intervalMs * 1000)} is ${formatUs(halfUs)}`
      : `which is ${formatUs(Math.abs(difference))} ${difference > 0 ? 'more' : 'less'} than the half interval of ${formatUs(halfUs)} that waiting for the next poll explains`;
    return [
      {
        topic: 'polling' as const,
        text: inGroup(group, `${label} delivered after ${formatUs(mean)} on average, ${comparison}.`),
        problem: false,
        cellIds: [result.cell.id],
      },
    ];
  });
}

/** Compares the headline with what a tool would say that starts its watch when the server gets the event. */
export function omissionFindings(document: RunDocument): Finding[] {
  const results = deliveryCells(document);
  const labels = cellLabels(results.map((result) => result.cell));
  return results.flatMap((result) => {
    const due = result.latencyUs.p99?.value ?? null;
    const published = result.latencyFromPublishedUs.p99?.value ?? null;
    if (due === null || published === null || Math.abs(due - published) <= OMISSION_DIFFERENCE * due) return [];
    const ratio = published > 0 ? `, ${significant(due / published)} times as long` : '';
    return [
      {
        topic: 'schedule' as const,
        text: `${labels.get(result.cell.id)}: p99 is ${formatUs(due)} from when events were due and ${formatUs(published)} from when they were published${ratio}. The second figure leaves out the time in which events waited to be published; the first is the headline.`,
        problem: false,
        cellIds: [result.cell.id],
      },
    ];
  });
}

function worst(
  results: CompletedCell[],
  read: (lateness: { p50: number; p99: number; max: number }) => number,
): number | null {
  const values = results.flatMap(({ publisher }) =>
    publisher.latenessUs === null ? [] : [read(publisher.latenessUs)],
  );
  return values.length === 0 ? null : Math.max(...values);
}

/** How the publisher kept the schedule, over all cells. */
export function publisherFindings(document: RunDocument): Finding[] {
  const results = deliveryCells(document);
  const findings: Finding[] = [];
  const p99 = worst(results, (lateness) => lateness.p99);
  const max = worst(results, (lateness) => lateness.max);
  if (p99 !== null && max !== null) {
    const kept = p99 <= LATENESS_LIMIT_US;
    const backlog = Math.max(...results.map((result) => result.publisher.peakBacklogEvents));
    const waiting =
      backlog > 0 ? ` Up to ${formatNumberOf(backlog, 'event')} waited because a server did not read them.` : '';
    findings.push({
      topic: 'schedule',
      text: `The publisher ${kept ? 'kept its schedule' : 'did not keep its schedule'}: in the cell where it was latest, p99 of its lateness was ${formatUs(p99)}; the latest event of all was published ${formatUs(max)} after it was due.${waiting}`,
      problem: !kept,
      cellIds: results.map((result) => result.cell.id),
    });
  }
  const labels = cellLabels(results.map((result) => result.cell));
  for (const { cell, publisher } of results) {
    if (publisher.published === publisher.events) continue;
    findings.push({
      topic: 'schedule',
      text: `${labels.get(cell.id)}: of ${formatNumberOf(publisher.events, 'event')} the publisher could hand over ${formatCount(publisher.published)}.`,
      problem: true,
      cellIds: [cell.id],
    });
  }
  return findings;
}
