import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { Phases } from '../../scenarios/cell.ts';
import type { PublisherReport } from '../delivery-result.ts';
import { formatCount, formatUs } from '../numbers.ts';
import { eventsNeeded } from '../statistics/percentile-support.ts';
import { atMost, type JudgedResult, type Outcome, type Rule, warnAbove } from './rule.ts';

/** The achieved publish rate is within 1 % of the plan. */
const OFFERED_LOAD_PERCENT = 1;
/** A first or last event that is late by this much is lateness and not another load; it counts in a short phase. */
const EDGE_MS = 10;
/** A publisher may be late by 1 ms, or by 5 % of what is measured where that is more, at p99. */
const PUBLISHER_LATENESS_US = 1_000;
const PUBLISHER_LATENESS_SHARE = 0.05;
/** Two p99 of the same deliveries may differ by 5 %, or by half of the lateness that the publisher may have. */
const OMISSION_SHARE = 0.05;
const OMISSION_US = PUBLISHER_LATENESS_US / 2;

/** How far the achieved rate is from the planned one, in percent. */
function offeredLoad({ offeredLoadRatio }: PublisherReport, { measureMs }: Phases): Outcome | null {
  if (offeredLoadRatio === null) return null;
  const limit = Math.max(OFFERED_LOAD_PERCENT, (100 * EDGE_MS) / measureMs);
  return atMost(100 * Math.abs(offeredLoadRatio - 1), limit, '% above or below the planned rate');
}

function publisherLateness({ publisher, latencyUs }: JudgedResult): Outcome | null {
  // Behind a full pipe it is the server that does not read; that has a rule of its own.
  if (publisher.latenessUs === null || publisher.peakBacklogEvents > 0) return null;
  const limitUs = Math.max(PUBLISHER_LATENESS_US, PUBLISHER_LATENESS_SHARE * (latencyUs.p50?.value ?? 0));
  return warnAbove(publisher.latenessUs.p99, limitUs, 'us at p99');
}

/**
 * The p99 of the very deliveries that were recorded, however many independent events they are worth: both ways to count
 * start from the same deliveries. With fewer events it is hardly more than their largest value.
 */
function omission({ latencyUs, latencyFromPublishedUs }: JudgedResult): Outcome | null {
  if (latencyUs.events < eventsNeeded(0.99) || latencyUs.count === 0) return null;
  const [due, published] = [latencyUs, latencyFromPublishedUs].map(({ histogram }) =>
    decodeFromCompressedBase64(histogram, 32, false).getValueAtPercentile(99),
  ) as [number, number];
  return warnAbove(Math.abs(due - published), Math.max(OMISSION_US, OMISSION_SHARE * due), 'us between the two p99');
}

/** The feed, and what became of its events. */
export const feedRules: readonly Rule[] = [
  {
    id: 'conservation',
    name: 'every event arrived once, in order, unaltered',
    advice: 'The server or its transport loses or alters events: run the conformance suite against it.',
    ofTrial: ({ deliveries: { missing, duplicated, outOfOrder, corrupted } }) => ({
      ...atMost(missing + duplicated + outOfOrder + corrupted, 0, ''),
      limit: '0 missing, duplicated, out of order or corrupted',
    }),
  },
  {
    id: 'events-measured',
    name: 'events were measured',
    advice: 'Raise eventsPerSec or phases.measureMs.',
    ofTrial: ({ latencyUs: { count } }) => ({
      ok: count > 0,
      severity: 'invalid',
      value: count,
      limit: 'at least 1 delivery in the measure phase',
    }),
  },
  {
    id: 'feed-published',
    name: 'the whole feed was published',
    advice: 'The server stopped reading its standard input: lower eventsPerSec or payloadBytes.',
    ofTrial: ({ publisher }) => ({
      ...atMost(publisher.events - publisher.published, 0, ''),
      limit: '0 events that the server did not take',
    }),
  },
  {
    id: 'feed-as-planned',
    name: 'the feed is the planned one, byte for byte',
    advice: 'Run again; when it stays, the publisher has a bug.',
    ofTrial: ({ publisher }, { plannedFeedSha256 }) => ({
      ok: publisher.feedSha256 === plannedFeedSha256,
      severity: 'invalid',
      value: null,
      limit: 'equal SHA-256',
    }),
  },
  {
    id: 'offered-load',
    name: 'the feed was published at the planned rate',
    advice:
      'The server or the publisher does not keep up, so the rate is not the one that was asked for: lower eventsPerSec, payloadBytes or subscribers.',
    ofTrial: ({ publisher }, { phases }) => offeredLoad(publisher, phases),
  },
  {
    id: 'server-input-backlog',
    name: 'the server read its input in time',
    advice: 'Lower eventsPerSec or payloadBytes, or give the server more CPU.',
    ofTrial: ({ publisher }) => ({
      ...warnAbove(publisher.peakBacklogEvents, 0, ''),
      limit: '0 events that waited because the server did not read',
    }),
    warning: {
      what: 'A server did not read its input in time. Latencies from due contain that wait, those from published do not. Most events that waited at one moment',
      fact: (events) => formatCount(events),
    },
  },
  {
    id: 'publisher-lateness',
    name: 'the publisher kept the schedule',
    advice:
      'Let the publisher have real-time priority (`doctor` says how), close other programs, use a machine with more cores, or lower subscribers.',
    ofTrial: publisherLateness,
    ofCell: publisherLateness,
    warning: {
      what: 'The publisher was late, as it is when it has to wait for a core; latencies contain that. Its lateness at p99',
      fact: (us) => formatUs(us),
    },
  },
  {
    id: 'coordinated-omission',
    name: 'p99 from due and p99 from published agree',
    advice:
      'Rely on the latency from due, which is the one shown; see why events were published late, in the server (its input) or the publisher (the machine).',
    ofTrial: omission,
    ofCell: omission,
    warning: {
      what: 'Counted from when events were published, p99 would hide that they were published late (coordinated omission). Difference of the two p99',
      fact: (us) => formatUs(us),
    },
  },
];
