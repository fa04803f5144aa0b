import type { Check, Deliveries, LatencySummary, PublisherReport, Validity } from './run-document.ts';

/** What a delivery trial or cell is judged by. */
export interface Evidence {
  deliveries: Deliveries;
  latencyUs: LatencySummary;
  latencyFromPublishedUs: LatencySummary;
  publisher: PublisherReport;
  /** SHA-256 of the feed as planned. */
  plannedFeedSha256: string;
}

/** Checks whose failure means that the numbers do not say what they claim. */
export function judge(evidence: Evidence): Validity {
  const { deliveries, publisher } = evidence;
  const faults = deliveries.missing + deliveries.duplicated + deliveries.outOfOrder + deliveries.corrupted;
  const negative = evidence.latencyUs.negativeCount + evidence.latencyFromPublishedUs.negativeCount;
  const checks: Check[] = [
    {
      name: 'every event arrived once, in order, unaltered',
      ok: faults === 0,
      value: faults,
      limit: '0 missing, duplicated, out of order or corrupted',
      advice: 'The server or its transport loses or alters events: run the conformance suite against it.',
    },
    {
      name: 'events were measured',
      ok: evidence.latencyUs.count > 0,
      value: evidence.latencyUs.count,
      limit: 'at least 1 delivery in the measure phase',
      advice: 'Raise eventsPerSec or phases.measureMs.',
    },
    {
      name: 'the whole feed was published',
      ok: publisher.published === publisher.events,
      value: publisher.events - publisher.published,
      limit: '0 events that the server did not take',
      advice: 'The server stopped reading its standard input: lower eventsPerSec or payloadBytes.',
    },
    {
      name: 'the feed is the planned one, byte for byte',
      ok: publisher.feedSha256 === evidence.plannedFeedSha256,
      value: null,
      limit: 'equal SHA-256',
      advice: 'Run again; when it stays, the publisher has a bug.',
    },
    {
      name: 'no delivery before it was due or published',
      ok: negative === 0,
      value: negative,
      limit: '0 negative latencies',
      advice: 'The clocks of publisher and driver disagree: run both on one host.',
    },
  ];
  return { ok: checks.every((check) => check.ok), checks };
}

/** The verdict on a cell: every check holds when it holds in every trial. */
export function judgeTogether(trials: readonly Validity[]): Validity {
  const checks = (trials[0]?.checks ?? []).map((first, index) => {
    const all = trials.map((trial) => trial.checks[index] ?? first);
    const worst = all.find((check) => !check.ok) ?? first;
    const values = all.map((check) => check.value).filter((value) => value !== null);
    return { ...worst, value: values.length === 0 ? null : Math.max(...values) };
  });
  return { ok: trials.every((trial) => trial.ok), checks };
}
