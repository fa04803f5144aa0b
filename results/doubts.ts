import type { CompletedCell, Warning } from './run-document.ts';

/** SCIENCE: a publisher may be late by 1 ms, or by 5 % of what is measured where that is more. */
const PUBLISHER_LATENESS_US = 1_000;
const PUBLISHER_LATENESS_SHARE = 0.05;
/** Above this a driver's own queueing begins to show in the latencies. */
const EVENT_LOOP_UTILIZATION_MAX = 0.7;

/** What does not make a cell invalid and should still be known before its numbers are believed. */
export function doubtsAbout(result: CompletedCell): Warning[] {
  const { publisher, latencyUs, driverUsage, requests, connections } = result;
  const doubts: Warning[] = [];
  const doubt = (code: string, message: string, advice: string) =>
    doubts.push({ code, message, advice, cellId: result.cell.id });

  const lateUs = publisher.latenessUs?.p99 ?? 0;
  const limitUs = Math.max(PUBLISHER_LATENESS_US, PUBLISHER_LATENESS_SHARE * (latencyUs.p50?.value ?? 0));
  if (publisher.peakBacklogEvents > 0) {
    doubt(
      'server-input-backlog',
      `The server did not read its input in time: up to ${publisher.peakBacklogEvents} events that were due waited for it. ` +
        'The latencies from due contain that wait; those from published do not.',
      'Lower eventsPerSec or payloadBytes, or give the server more CPU.',
    );
  } else if (lateUs > limitUs) {
    doubt(
      'late-publisher',
      `In its worst trial 1 % of the events were published more than ${(lateUs / 1000).toPrecision(3)} ms late; the latencies contain that.`,
      'Close other programs, or run with fewer subscribers: the publisher got no CPU in time.',
    );
  }
  if (driverUsage.eventLoopUtilization > EVENT_LOOP_UTILIZATION_MAX) {
    doubt(
      'driver-bound',
      `The busiest driver worker was busy ${Math.round(driverUsage.eventLoopUtilization * 100)} % of the time: latencies are upper bounds.`,
      'Fewer subscribers or events per second, or a machine with more cores.',
    );
  }
  if (requests.skippedPolls > 0) {
    doubt(
      'skipped-polls',
      `${requests.skippedPolls} polls were left out because an earlier one had not been answered when they were due.`,
      'Raise transportOptions.polling.intervalMs, or lower subscribers.',
    );
  }
  if (connections.reconnected > 0 || connections.failed > 0) {
    doubt(
      'connections-lost',
      `${connections.reconnected} times a subscriber lost its connection and resumed; ${connections.failed} connects failed.`,
      'See what the server writes to stderr; a slow subscriber is disconnected above serverOptions.maxBufferedBytes.',
    );
  }
  return doubts;
}
