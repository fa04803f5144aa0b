import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import { comparisonsOf } from '../comparisons.ts';
import type { CompletedCell, LatencyDistribution, LatencySummary } from '../delivery-result.ts';
import { deliveryCells } from '../labels.ts';
import { HdrCounts } from '../recording/hdr-counts.ts';
import { decodeWindows, encodeWindows } from '../recording/latency-windows.ts';
import type { LatencyWindows } from '../recording/packed-windows.ts';
import type { RunDocument } from '../run-document.ts';
import { quickDocument } from './variants.ts';

/** Documents of scenarios that sweep a parameter, made from the golden one: its figures multiplied. */

/** By how much the figures of a cell are multiplied. */
interface Factors {
  latency: number;
  cpu: number;
  overhead: number;
  eventsPerEnvelope: number;
}

const SAMPLES = 5000;

function scaledHistogram(histogram: string, factor: number): string {
  const given = decodeFromCompressedBase64(histogram, 32, false);
  const scaled = build({ bitBucketSize: 32, autoResize: true, numberOfSignificantValueDigits: 3 });
  for (let at = 0; at < SAMPLES; at++) {
    scaled.recordValue(Math.round(given.getValueAtPercentile(((at + 0.5) / SAMPLES) * 100) * factor));
  }
  return encodeIntoCompressedBase64(scaled);
}

function scaledWindows(windows: LatencyWindows, factor: number): LatencyWindows {
  const scaled = decodeWindows(windows).map(({ lowUs, counts }) => {
    const window = new HdrCounts(2);
    lowUs.forEach((low, bucket) => {
      window.record(Math.round(low * factor), counts[bucket] as number);
    });
    return window.buckets();
  });
  return encodeWindows(windows.events, scaled);
}

function scaleLatency(latency: LatencySummary | LatencyDistribution, factor: number): void {
  for (const key of ['min', 'mean', 'max'] as const) {
    const value = latency[key];
    if (value !== null) latency[key] = value * factor;
  }
  for (const key of ['p50', 'p90', 'p99', 'p999'] as const) {
    const each = latency[key];
    if (each === null) continue;
    const times = (value: number | null) => (value === null ? null : value * factor);
    latency[key] = { value: each.value * factor, low: times(each.low), high: times(each.high) };
  }
  if ('histogram' in latency) latency.histogram = scaledHistogram(latency.histogram, factor);
}

function scale(result: CompletedCell, factors: Factors): void {
  if (factors.latency !== 1) {
    for (const trial of result.trials) trial.windows = scaledWindows(trial.windows, factors.latency);
  }
  for (const part of [result, ...result.trials]) {
    scaleLatency(part.latencyUs, factors.latency);
    scaleLatency(part.latencyFromPublishedUs, factors.latency);
    if (part.serverUsage.cpuUsPerDelivery !== null) part.serverUsage.cpuUsPerDelivery *= factors.cpu;
    if (part.bytes.overheadPerDelivery !== null) part.bytes.overheadPerDelivery *= factors.overhead;
    for (const key of ['eventsPerEnvelope', 'eventsPerRead', 'eventsPerWrite'] as const) {
      const events = part.batching[key];
      if (events !== null) part.batching[key] = events * factors.eventsPerEnvelope;
    }
    if (part.requests.perDelivery !== null) part.requests.perDelivery /= factors.eventsPerEnvelope;
  }
}

const unchanged: Factors = { latency: 1, cpu: 1, overhead: 1, eventsPerEnvelope: 1 };

/** The golden cells once for each point of a sweep. */
function swept<T>(
  scenario: string,
  points: readonly T[],
  change: (result: CompletedCell, point: T) => Partial<Factors>,
): RunDocument {
  const document = quickDocument();
  const cells = points.flatMap((point) => {
    const results = deliveryCells(quickDocument());
    for (const result of results) {
      scale(result, { ...unchanged, ...change(result, point) });
      result.cell.id = `${result.cell.id}/point=${String(point)}`;
    }
    return results;
  });
  // As a plan has them: all points of a transport, then the next transport.
  document.cells = transportIds.flatMap((id) => cells.filter(({ cell }) => cell.transport === id));
  document.scenario.name = scenario;
  document.plan.cells = document.cells.map((result) => result.cell);
  document.plan.scenario = scenario;
  document.comparisons = comparisonsOf(document);
  return document;
}

const isPolling = (result: CompletedCell) => result.cell.transport === 'polling';

/** A copy of what is built once, to be changed at will. */
function copyOf(build: () => RunDocument): () => RunDocument {
  let built: RunDocument | null = null;
  return () => {
    built ??= build();
    return structuredClone(built);
  };
}

/** Three numbers of subscribers, as the scenario `fanout`: the more, the later the push transports. */
export const sweepDocument = copyOf(() =>
  swept('fanout', [100, 500, 2000], (result, subscribers) => {
    result.cell.subscribers = subscribers;
    result.connections = { ...result.connections, peak: subscribers, opened: subscribers * result.trials.length };
    const times = subscribers / 100;
    return { latency: isPolling(result) ? 1 : times, cpu: 1 - Math.log10(times) / 5 };
  }),
);

/** Two servers, as `--servers` with two names would have: groups that differ by no number. */
export const serverDocument = copyOf(() =>
  swept('quick', ['fastify', 'minimal'], (result, server) => {
    result.cell.server = server;
    return server === 'fastify' ? {} : { cpu: 0.5 };
  }),
);

/** One feed, polling at six intervals beside two other transports, as the scenario `poll-interval`. */
export const pollIntervalDocument = copyOf(() => {
  const document = swept('poll-interval', [100, 250, 500, 1000, 2500, 5000], (result, intervalMs) => {
    if (!isPolling(result)) return {};
    result.cell.transportOptions = { intervalMs, keepAlive: true };
    const times = intervalMs / 250;
    return { latency: times, overhead: 1 / times, eventsPerEnvelope: times };
  });
  const others: readonly TransportId[] = ['long-polling', 'websocket'];
  const seen = new Set<TransportId>();
  document.cells = deliveryCells(document).filter((result) => {
    const { transport } = result.cell;
    if (isPolling(result)) return true;
    if (!others.includes(transport) || seen.has(transport)) return false;
    seen.add(transport);
    return true;
  });
  document.plan.cells = document.cells.map((result) => result.cell);
  document.comparisons = comparisonsOf(document);
  return document;
});
