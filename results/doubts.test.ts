import { expect, test } from 'vitest';
import { doubtsAbout } from './doubts.ts';
import { deliveryCells } from './labels.ts';
import type { CompletedCell } from './run-document.ts';
import { sweepDocument } from './samples/sweeps.ts';
import { quickDocument } from './samples/variants.ts';

const cells = () => deliveryCells(quickDocument());

/** The codes of the warnings when one cell of five is changed. */
function codes(transport: string, change: (cell: CompletedCell) => void): string[] {
  const results = cells();
  const changed = results.find((result) => result.cell.transport === transport) as CompletedCell;
  change(changed);
  const warnings = doubtsAbout(results);
  for (const warning of warnings) expect(warning.cellIds).toEqual([changed.cell.id]);
  return warnings.map((warning) => warning.code);
}

test('there is no doubt about a sound run', () => {
  expect(doubtsAbout(cells())).toEqual([]);
});

test.each([
  ['websocket', 1000, []],
  ['websocket', 1001, ['late-publisher']],
  // 5 % of a p50 of 40 ms.
  ['polling', 2000, []],
  ['polling', 2001, ['late-publisher']],
])('%s, publisher late by %d us at p99: %j', (transport, p99, expected) => {
  const late = (cell: CompletedCell) => {
    cell.publisher.latenessUs = { p50: 60, p99, max: 9000 };
    if (transport === 'polling') cell.latencyUs.p50 = { value: 40_000, low: null, high: null };
  };
  expect(codes(transport, late)).toEqual(expected);
});

test('a late publisher that waited for the server is the server’s backlog and not its own lateness', () => {
  const waiting = (cell: CompletedCell) => {
    cell.publisher.latenessUs = { p50: 60, p99: 500_000, max: 900_000 };
    cell.publisher.peakBacklogEvents = 1;
  };
  expect(codes('sse', waiting)).toEqual(['server-input-backlog']);
});

test.each([
  [0.7, []],
  [0.701, ['driver-bound']],
])('busiest worker at %d: %j', (eventLoopUtilization, expected) => {
  const busy = (cell: CompletedCell) => {
    cell.driverUsage.eventLoopUtilization = eventLoopUtilization;
  };
  expect(codes('sse', busy)).toEqual(expected);
});

test.each([
  [{ skippedPolls: 1 }, 'skipped-polls'],
  [{ failed: 1 }, 'requests-failed'],
])('requests %j: %s', (requests, expected) => {
  const change = (cell: CompletedCell) => {
    cell.requests = { ...cell.requests, ...requests };
  };
  expect(codes('polling', change)).toEqual([expected]);
});

test('lost connections are told with the reasons of all trials', () => {
  const results = cells();
  const [polling] = results as [CompletedCell];
  polling.connections = { ...polling.connections, reconnected: 7, failed: 2 };
  polling.trials.forEach((trial, at) => {
    trial.incidents = at < 2 ? { 'connection reset': 3 } : {};
  });
  expect(doubtsAbout(results).map(({ message }) => message)).toEqual([
    'Subscribers lost connections, or could not connect at first: polling 7 resumed, 2 connects failed (connection reset, 6 times).',
  ]);
  polling.connections = { ...polling.connections, reconnected: 0, failed: 1 };
  expect(doubtsAbout(results)).toHaveLength(1);
  polling.connections = { ...polling.connections, failed: 0 };
  expect(doubtsAbout(results)).toEqual([]);
});

test('in a sweep cells are told apart, those with most to say first, and not all are named', () => {
  const results = deliveryCells(sweepDocument());
  results.forEach((cell, at) => {
    cell.requests = { ...cell.requests, skippedPolls: at + 1 };
  });
  const [warning] = doubtsAbout(results);
  expect(warning?.message).toBe(
    'Polls were left out because an earlier one had not been answered when they were due: websocket (2,000 subscribers) 15; websocket (500 subscribers) 14; websocket (100 subscribers) 13; http-stream (2,000 subscribers) 12; http-stream (500 subscribers) 11; http-stream (100 subscribers) 10; and 9 more cells.',
  );
  expect(warning?.cellIds).toHaveLength(15);
});
