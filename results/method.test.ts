import { readFileSync } from 'node:fs';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import type { CompletedCell } from './delivery-result.ts';
import { deliveryCells } from './labels.ts';
import { decodeWindows } from './recording/latency-windows.ts';
import type { RunDocument } from './run-document.ts';

/*
 * The worked example of docs/METHOD.md, computed from the golden document with a pocket calculator's means: none of the
 * code that made the figures is used here.
 */

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const document = JSON.parse(read('./samples/quick.json')) as RunDocument;
const cellOf = (transport: string) => document.cells.find(({ cell }) => cell.transport === transport) as CompletedCell;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const n = (value: number) => Number(value.toPrecision(4)).toString();

/** Value of a percentile by counting: the first bucket with which enough of the deliveries are counted. */
function percentile(histogram: string, fraction: number): number {
  return decodeFromCompressedBase64(histogram, 32, false).getValueAtPercentile(fraction * 100);
}

const feedPhases = ['warmup', 'measure', 'drain'] as const;
const overFeed = (cell: CompletedCell, key: 'deliveries' | 'receivedBytes' | 'sentBytes' | 'reads' | 'requests') =>
  sum(cell.trials.flatMap(({ tallies }) => feedPhases.map((phase) => tallies[phase][key])));

/** t(0.975) with 5 degrees of freedom, from a table. */
const T5 = 2.571;

function example(): { lines: string[]; checks: [printed: number, byHand: number, within: number][] } {
  const websocket = cellOf('websocket');
  const sse = cellOf('sse');
  const polling = cellOf('polling');
  const { bytes, latencyUs, network, trials } = websocket;
  const measured = sum(trials.map(({ tallies }) => tallies.measure.deliveries));
  const overhead = bytes.received + bytes.sent - bytes.payload;
  const p50 = percentile(latencyUs.histogram, 0.5);

  const logs = trials.map((trial) => Math.log(trial.latencyUs.p50?.value ?? 0));
  const mean = sum(logs) / logs.length;
  const deviation = Math.sqrt(sum(logs.map((log) => (log - mean) ** 2)) / (logs.length - 1));
  const half = (T5 * deviation) / Math.sqrt(logs.length);

  const wire = overFeed(websocket, 'receivedBytes') + overFeed(websocket, 'sentBytes');
  const deliveries = overFeed(websocket, 'deliveries');
  const reads = overFeed(websocket, 'reads');
  const packets = (network?.serverWriteCalls ?? 0) + reads;
  const ip = wire + 52 * packets;

  const comparison = document.comparisons.find(
    ({ quantity, a, b }) => quantity === 'latencyUs.p50' && a === sse.cell.id && b === websocket.cell.id,
  );
  const ratio = percentile(sse.latencyUs.histogram, 0.5) / p50;
  // All six trials of one lie above all six of the other: 2 of the C(12, 6) = 924 orders are as extreme.
  const p = 2 / 924;

  const responseUs = sum(polling.trials.map((t) => (t.requests.responseUs?.mean ?? 0) * t.requests.count));
  const serviceUs = (0.75 * responseUs) / sum(polling.trials.map((t) => t.requests.count));
  const pollMean = 250_000 / 2 + serviceUs;
  const theory = (cell: CompletedCell, quantity: string) => cell.theory.find((row) => row.quantity === quantity);

  return {
    lines: [
      'websocket, bytes of the measure phase, per delivery',
      `  received + sent - payload = ${bytes.received} + ${bytes.sent} - ${bytes.payload} = ${overhead} B of overhead`,
      `  over ${measured} deliveries: ${n(overhead / measured)} B; by RFC 6455 the header of 128 bytes has 4`,
      'websocket, p50',
      `  half of the ${latencyUs.count} deliveries in latencyUs.histogram are at or below ${p50} us`,
      `  events: ${latencyUs.events}, and p50 needs 6, p90 36, p99 368, p99.9 3,688, so p99.9 is null`,
      'websocket, interval of p50',
      `  ln p50 of the six trials: ${logs.map((log) => log.toFixed(4)).join(', ')}`,
      `  their standard deviation is ${n(deviation)}, so h is near t(0.975, 5) s / sqrt(6) = ${T5} x ${n(deviation)} / 2.449 = ${n(half)}`,
      `  ${p50} / e^h to ${p50} x e^h = ${n(p50 / Math.exp(half))} to ${n(p50 * Math.exp(half))} us; by the bootstrap ${n(latencyUs.p50?.low ?? 0)} to ${n(latencyUs.p50?.high ?? 0)} us`,
      'sse against websocket, p50',
      `  ratio = ${percentile(sse.latencyUs.histogram, 0.5)} / ${p50} = ${n(ratio)}; every trial of sse is slower than every one of websocket: p = 2 / C(12, 6) = ${n(p)}`,
      `  the smallest of 10 pairs: Holm makes it 10 x ${n(p)} = ${n(10 * p)}, below 0.05; the interval ${n(comparison?.ratio.low ?? 0)} to ${n(comparison?.ratio.high ?? 0)} has no 1: ${comparison?.verdict}`,
      'websocket, packets and IP bytes of the feed',
      `  writes of the server + reads of the driver = ${network?.serverWriteCalls} + ${reads} = ${packets} packets, over ${deliveries} deliveries ${n(packets / deliveries)}; counted ${network?.packets}`,
      `  wire bytes + 52 x packets = ${wire} + 52 x ${packets} = ${ip} B, ${n(ip / deliveries)} per delivery; counted ${network?.ipBytes}`,
      'polling, mean latency',
      `  T / 2 + s = T / 2 + 3 R / 4 = 250000 / 2 + ${n(serviceUs)} = ${n(pollMean)} us; measured ${n(polling.latencyUs.mean ?? 0)} us, ${n(((polling.latencyUs.mean ?? 0) / pollMean - 1) * 100)} % more`,
    ],
    checks: [
      [bytes.overheadPerDelivery ?? 0, overhead / measured, 1e-9],
      [latencyUs.p50?.value ?? 0, p50, 0],
      [latencyUs.p50?.low ?? 0, p50 / Math.exp(half), 0.01],
      [latencyUs.p50?.high ?? 0, p50 * Math.exp(half), 0.01],
      [comparison?.ratio.value ?? 0, ratio, 1e-9],
      [comparison?.p ?? 0, p, 1e-9],
      [comparison?.adjustedP ?? 0, 10 * p, 1e-9],
      [theory(websocket, 'packets per delivery')?.expected ?? 0, packets / deliveries, 1e-9],
      [theory(websocket, 'IP bytes per delivery')?.expected ?? 0, ip / deliveries, 1e-9],
      [network?.ipBytes ?? 0, ip, 1e-9],
      [theory(polling, 'mean latency')?.expected ?? 0, pollMean, 1e-6],
    ],
  };
}

it('is what docs/METHOD.md says', () => {
  const { lines } = example();
  expect(read('../docs/METHOD.md')).toContain(lines.join('\n'));
});

it('gives the printed figures, the interval within 1 % of the one by hand', () => {
  for (const [printed, byHand, within] of example().checks) {
    expect(Math.abs(printed / byHand - 1)).toBeLessThanOrEqual(within);
  }
});

it('shows how to read the windows of a trial', async () => {
  const [, program = ''] = /```js\n(.*?)```/s.exec(read('../docs/METHOD.md')) ?? [];
  const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(program)}`);
  const trials = deliveryCells(document).flatMap((cell) => cell.trials);
  expect(trials.length).toBeGreaterThan(0);
  for (const { windows } of trials) {
    expect(module.readWindows(windows)).toEqual(
      decodeWindows(windows).map(({ lowUs, counts }) => lowUs.map((low, bucket) => [low, counts[bucket]])),
    );
  }
});
