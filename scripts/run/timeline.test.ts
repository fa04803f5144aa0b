import { expect, it } from 'vitest';
import type { Timeline } from '../../results/recording/timeline.ts';
import type { MachineLimits } from '../../scenarios/process-layout.ts';
import { fastify, runTestTrial, testCell } from './fixtures/test-trial.ts';

const SUBSCRIBERS = 60;

/** A machine on which so many subscribers take two workers. */
const small: MachineLimits = {
  cores: 2,
  openFiles: 290,
  localPorts: { low: 32_768, high: 60_999 },
  availableMemoryBytes: null,
  hasLoopbackNetwork: process.platform === 'linux',
};

it('the timeline of a trial is the sum of its workers, on whole steps, and agrees with the tallies', async () => {
  const cell = testCell('polling', {
    subscribers: SUBSCRIBERS,
    transportOptions: { intervalMs: 100, keepAlive: true },
  });
  const phases = { warmupMs: 400, measureMs: 1_000, drainMs: 3_000 };
  const { record, cell: completed } = await runTestTrial(fastify, cell, phases, () => {}, { limits: small });
  const { tallies, usage, feedUs } = record.measurement;
  expect(usage.workers).toBeGreaterThan(1);
  const timeline = completed.trials[0]?.timeline as Timeline;
  const { atMs, openConnections, requests, wireBytes } = timeline;

  const begin = atMs.indexOf(0);
  expect(atMs).toEqual(atMs.map((_, at) => (at - begin) * 200));
  expect(atMs.at(-1)).toBeLessThanOrEqual(feedUs / 1000);
  expect(atMs.at(-1)).toBeGreaterThanOrEqual(1_400);
  expect(openConnections.slice(begin)).toEqual(openConnections.slice(begin).fill(SUBSCRIBERS));

  const [connect, ...later] = [tallies.connect, tallies.warmup, tallies.measure, tallies.drain];
  // One poll outside of the plan makes a subscriber of polling ready.
  expect(requests[begin]).toBeGreaterThanOrEqual(connect.requests);
  expect(requests[begin]).toBeLessThan(connect.requests + SUBSCRIBERS / 2);
  const answered = later.reduce((sum, tally) => sum + tally.requests, connect.requests);
  expect(requests.at(-1)).toBeLessThanOrEqual(answered);
  expect(requests.at(-1)).toBeGreaterThan(answered / 2);
  const bytes = [connect, ...later].reduce((sum, tally) => sum + tally.receivedBytes + tally.sentBytes, 0);
  expect(wireBytes.at(-1)).toBeLessThanOrEqual(bytes);
  for (const counts of [requests, wireBytes]) expect(counts).toEqual(counts.toSorted((a, b) => a - b));
});
