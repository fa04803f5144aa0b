import { expect, test } from 'vitest';
import type { CapacityCell, DeliveryCell } from './cell.ts';
import { durationInWords, estimateConnections, estimateTrialMs } from './estimate.ts';

const phases = { warmupMs: 500, measureMs: 2000, drainMs: 3000 };

const pushed: DeliveryCell = {
  kind: 'delivery',
  id: 'pushed',
  server: 'fastify',
  transport: 'sse',
  subscribers: 100,
  eventsPerSec: 50,
  payloadBytes: 128,
  schedule: { kind: 'poisson' },
  transportOptions: {},
  headers: 'bare',
  serverOptions: {},
};
const polled = (intervalMs: number, keepAlive: boolean): DeliveryCell => ({
  ...pushed,
  transport: 'polling',
  transportOptions: { intervalMs, keepAlive },
});
const capacity: CapacityCell = {
  kind: 'capacity',
  id: 'capacity',
  server: 'fastify',
  transport: 'polling',
  connections: 32,
  durationMs: 2000,
};

test('a trial takes its phases, 900 ms, the connects, and the drain until everything has arrived', () => {
  expect(estimateTrialMs(pushed, phases)).toBe(900 + 50 + 2500 + 300);
  expect(estimateTrialMs({ ...pushed, subscribers: 2000 }, phases)).toBe(900 + 1000 + 2500 + 300);
  expect(estimateTrialMs(polled(1500, true), phases)).toBe(900 + 50 + 2500 + 1500);
  expect(estimateTrialMs(polled(250, true), phases)).toBe(900 + 50 + 2500 + 300);
  const coalesced = { ...polled(250, true), serverOptions: { coalesceMs: 400 } };
  expect(estimateTrialMs(coalesced, phases)).toBe(900 + 50 + 2500 + 650);
  expect(estimateTrialMs(capacity, phases)).toBe(900 + 16 + 2000);
});

test('connections: one a subscriber, or one a poll without keep-alive', () => {
  expect(estimateConnections(pushed, phases)).toBe(100);
  expect(estimateConnections(polled(250, true), phases)).toBe(100);
  expect(estimateConnections(polled(250, false), phases)).toBe(100 * 11);
  const held: DeliveryCell = { ...pushed, transport: 'long-polling', transportOptions: { keepAlive: false } };
  expect(estimateConnections(held, phases)).toBe(100 * 126);
  expect(estimateConnections(capacity, phases)).toBe(32);
});

test.each([
  [0, 'about 1 s'],
  [13_900, 'about 14 s'],
  [45_900, 'about 45 s'],
  [59_900, 'about 1 min'],
  [102_500, 'about 1 min 45 s'],
  [119_999, 'about 2 min'],
  [599_900, 'about 10 min'],
  [700_000, 'about 12 min'],
  [3_599_999, 'about 1 h'],
  [7_800_000, 'about 2 h 10 min'],
])('%d ms are %s', (durationMs, words) => {
  expect(durationInWords(durationMs)).toBe(words);
});
