import { z } from 'zod';
import { deliveryCell, phases } from './plan-schema.ts';
import { count, orNull, real } from './schema-numbers.ts';

/*
 * Delivery cells and their trials as a schema, part by part as in delivery-result.ts, traffic.ts and resource-usage.ts,
 * where every key is explained.
 */

/** A value with its interval. */
export const estimate = z.object({ value: real, low: orNull, high: orNull });

const tally = z.object({
  receivedBytes: count,
  sentBytes: count,
  payloadBytes: count,
  deliveries: count,
  requests: count,
  emptyResponses: count,
  failedRequests: count,
  requestHeadBytes: count,
  responseHeadBytes: count,
  emptyRequestBytes: count,
  emptyResponseBytes: count,
  handshakeRequestBytes: count,
  handshakeResponseBytes: count,
  heartbeatBytes: count,
  afterDigits: count,
  lengthDigits: count,
  envelopes: count,
  reads: count,
  heartbeats: count,
});

/** Percentiles with their intervals. */
const latency = z.object({
  count,
  negativeCount: count,
  events: count,
  effectiveEvents: real,
  min: orNull,
  mean: orNull,
  p50: estimate.nullable(),
  p90: estimate.nullable(),
  p99: estimate.nullable(),
  p999: estimate.nullable(),
  max: orNull,
});

/** The same with the histogram they come from. */
export const latencyDistribution = latency.extend({ histogram: z.string() });

const lateness = z.object({ p50: real, p99: real, max: real }).nullable();

/** What was asked of a result, and the answers. */
export const validity = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      ok: z.boolean(),
      severity: z.enum(['invalid', 'warning']),
      value: orNull,
      limit: z.string(),
      advice: z.string(),
    }),
  ),
});

const breakdown = z.object({
  requestHeads: real,
  responseHeads: real,
  framing: real,
  emptyPolls: real,
  handshakes: real,
  heartbeats: real,
});

/** Where connections were. */
export const networkScope = z.enum(['private', 'host']);

const network = z.object({
  scope: networkScope,
  packets: count,
  ipBytes: count,
  retransmissions: count,
  serverWriteCalls: orNull,
  backgroundPacketsPerSec: orNull,
  backgroundBytesPerSec: orNull,
  wireBytes: count,
  deliveries: count,
  breakdown: breakdown.extend({ payload: real, tcpIp: real }),
});

/** The cores of the machine over a measure phase. */
export const machineUsage = z.object({
  cores: count,
  idleCores: real,
  ownCores: real,
  otherCores: real,
  stolenCores: real,
  acceptQueueOverflows: count,
});

const quietEvents = z.object({ quietUs: real, count, firstUs: real, meanUs: real, lastUs: real });

/** What a trial and a cell have in common. */
export const deliveryResult = z.object({
  latencyUs: latency,
  latencyFromPublishedUs: latency,
  deliveries: z.object({
    expected: count,
    delivered: count,
    missing: count,
    duplicated: count,
    outOfOrder: count,
    corrupted: count,
  }),
  bytes: z.object({
    payload: count,
    received: count,
    sent: count,
    overheadPerDelivery: orNull,
    ipPerDelivery: orNull,
    breakdown,
  }),
  batching: z.object({ eventsPerEnvelope: orNull, eventsPerRead: orNull, eventsPerWrite: orNull }),
  connections: z.object({
    opened: count,
    openAtFeed: count,
    kernelOpen: orNull,
    peak: count,
    failed: count,
    reconnected: count,
  }),
  requests: z.object({
    count,
    empty: count,
    failed: count,
    perDelivery: orNull,
    skippedPolls: count,
    latenessUs: lateness,
    responseUs: z.object({ mean: real, p50: real, p99: real, max: real }).nullable(),
  }),
  serverUsage: z.object({ cpuUsPerDelivery: orNull, rssBytes: orNull, rssBytesPerSubscriber: orNull }),
  driverUsage: z.object({
    cpuUsPerDelivery: orNull,
    eventLoopUtilization: real,
    eventLoopDelayP99Us: real,
    rssBytes: real,
    workers: count,
  }),
  subscription: z.object({
    serverProcesses: count,
    connectsPerSec: real,
    firstDeliveryUs: orNull,
    serverCpuUsPerSubscriberSec: orNull,
    driverCpuUsPerSubscriberSec: real,
    driverRssBytesPerSubscriber: real,
  }),
  publisher: z.object({
    events: count,
    published: count,
    offeredLoadRatio: orNull,
    latenessUs: lateness,
    peakBacklogEvents: count,
    feedSha256: z.string(),
    stoppedBecause: z.string().nullable(),
  }),
  network: network.nullable(),
  validity,
});

const trial = deliveryResult.extend({
  trial: count,
  seed: count,
  tallies: z.object({ connect: tally, warmup: tally, measure: tally, drain: tally, close: tally }),
  connectMs: real,
  authority: z.string(),
  feedUs: real,
  windows: z.object({ events: z.array(count), histograms: z.string() }),
  timeline: z
    .object({
      atMs: z.array(real),
      openConnections: z.array(count),
      requests: z.array(count),
      wireBytes: z.array(count),
    })
    .exactOptional(),
  quietEvents: quietEvents.nullable(),
  machine: machineUsage.nullable(),
  incidents: z.record(z.string(), count),
  startedAt: z.string(),
});

/** A delivery cell with its trials. */
export const completedCell = deliveryResult.extend({
  outcome: z.literal('completed'),
  latencyUs: latencyDistribution,
  cell: deliveryCell,
  phases,
  theory: z.array(
    z.object({
      quantity: z.string(),
      unit: z.string(),
      expected: real,
      measured: real,
      residual: real,
      tolerance: real,
      holds: z.boolean(),
      inputs: z.record(z.string(), real),
      causes: z.array(z.string()),
    }),
  ),
  trials: z.array(trial),
});
