import { z } from 'zod';
import { headerProfileNames } from '../servers/contract/header-profiles.ts';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import { capacitySearchSchema } from './capacity/capacity-search-schema.ts';
import { type RunDocument, SCHEMA_VERSION } from './run-document.ts';

/*
 * The format of a run document as a schema, part by part as in run-document.ts, where every key is explained. The
 * compiler compares the two where a document is read. Keys it does not know are let through.
 */

const count = z.int().min(0);
const real = z.number();
const orNull = z.number().nullable();
const transport = z.enum(transportIds as [TransportId, ...TransportId[]]);
const estimate = z.object({ value: real, low: orNull, high: orNull });
const phases = z.object({ warmupMs: real, measureMs: real, drainMs: real });

const capacityCell = z.object({
  kind: z.literal('capacity'),
  id: z.string(),
  server: z.string(),
  transport: z.literal('polling'),
  connections: count,
  durationMs: real,
});

const deliveryCell = z.object({
  kind: z.literal('delivery'),
  id: z.string(),
  server: z.string(),
  transport,
  subscribers: count,
  eventsPerSec: real,
  payloadBytes: count,
  schedule: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('constant') }),
    z.object({ kind: z.literal('poisson') }),
    z.object({ kind: z.literal('burst'), eventsPerBurst: count }),
  ]),
  transportOptions: z.union([
    z.object({ intervalMs: real, keepAlive: z.boolean() }),
    z.object({ keepAlive: z.boolean() }),
    z.object({}),
  ]),
  headers: z.union([z.enum(headerProfileNames), count]),
  serverOptions: z.record(z.string(), real),
});

const anyCell = z.discriminatedUnion('kind', [deliveryCell, capacityCell]);

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
  histogram: z.string(),
});

const lateness = z.object({ p50: real, p99: real, max: real }).nullable();

const validity = z.object({
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

const networkScope = z.enum(['private', 'host']);

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

const machineUsage = z.object({
  cores: count,
  idleCores: real,
  ownCores: real,
  otherCores: real,
  stolenCores: real,
  acceptQueueOverflows: count,
});

const quietEvents = z.object({ quietUs: real, count, firstUs: real, meanUs: real, lastUs: real });

const deliveryResult = z.object({
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
  windows: z.array(z.object({ events: count, histogram: z.string() })),
  quietEvents: quietEvents.nullable(),
  machine: machineUsage.nullable(),
  incidents: z.record(z.string(), count),
  startedAt: z.string(),
});

const completedCell = deliveryResult.extend({
  outcome: z.literal('completed'),
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

const completedCapacityCell = z.object({
  outcome: z.literal('completed'),
  cell: capacityCell,
  requestsPerSec: estimate,
  receivedBytesPerRequest: real,
  responseUs: z.object({ mean: real, p50: real, p99: real, max: real }).nullable(),
  serverCpuUsPerRequest: estimate.nullable(),
  driverCpuUsPerRequest: estimate.nullable(),
  driverUtilization: real,
  errors: count,
  validity,
  trials: z.array(
    z.object({
      trial: count,
      requests: count,
      requestsPerSec: real,
      receivedBytesPerRequest: real,
      errors: count,
      response: z.object({
        count,
        negativeCount: count,
        sumUs: real,
        minUs: orNull,
        maxUs: orNull,
        histogram: z.string(),
      }),
      serverCpuUsPerRequest: orNull,
      driverCpuUsPerRequest: orNull,
      driverUtilization: real,
    }),
  ),
});

const failedCell = z.object({
  outcome: z.literal('failed'),
  cell: anyCell,
  trial: count,
  reason: z.string(),
  stderrTail: z.string(),
});

const skippedCell = z.object({ outcome: z.literal('skipped'), cell: anyCell, reason: z.string() });

// Chosen by outcome and kind beforehand, so that a problem is named where it is and not as "no member of a union fits".
const cellResult = z.unknown().transform((value, context) => {
  const head = z.object({
    outcome: z.enum(['completed', 'failed', 'skipped']),
    cell: z.object({ kind: z.enum(['delivery', 'capacity']) }),
  });
  const read = head.safeParse(value);
  const schema = !read.success
    ? head
    : read.data.outcome === 'failed'
      ? failedCell
      : read.data.outcome === 'skipped'
        ? skippedCell
        : read.data.cell.kind === 'capacity'
          ? completedCapacityCell
          : completedCell;
  const result = schema.safeParse(value);
  for (const { path, message } of result.error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
  return result.success ? (result.data as RunDocument['cells'][number]) : z.NEVER;
});

const environment = z.object({
  cpuModel: z.string().nullable(),
  cpuCount: count,
  memoryBytes: count,
  os: z.string(),
  kernel: z.string(),
  nodeVersion: z.string(),
  packages: z.record(z.string(), z.string()),
  limits: z.object({
    openFiles: orNull,
    localPorts: z.object({ low: count, high: count }).nullable(),
    acceptBacklog: orNull,
  }),
  cpuGovernor: z.string().nullable(),
  loadAverage1Min: real,
  network: z.object({ scope: networkScope, reason: z.string() }),
  publisherPriority: z.object({ class: z.enum(['real-time', 'ordinary']), reason: z.string() }),
});

/** A whole document of this version. */
export const runDocumentSchema = z.object({
  kind: z.literal('transport-bench-run'),
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string(),
  status: z.enum(['running', 'completed', 'interrupted']),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  command: z.string(),
  tool: z.object({ version: z.string(), gitCommit: z.string().nullable(), gitDirty: z.boolean().nullable() }),
  environment,
  scenario: z.object({ name: z.string(), question: z.string(), yaml: z.string() }),
  plan: z.object({
    scenario: z.string(),
    question: z.string(),
    seed: real,
    trialsPerCell: count,
    phases,
    cells: z.array(anyCell),
    trials: z.array(z.object({ cellId: z.string(), trial: count, seed: real })),
    estimateMs: real,
  }),
  calibration: z.array(
    z.object({
      transport,
      subscribers: count,
      eventsPerSec: real,
      latencyUs: z.object({ count, p50: real, p99: real, max: real }),
      driverCpuUsPerUnit: real,
      eventLoopUtilization: real,
    }),
  ),
  precision: z
    .object({ target: real, budgetMs: real, reached: z.boolean(), wideCellIds: z.array(z.string()) })
    .exactOptional(),
  cells: z.array(cellResult),
  comparisons: z.array(
    z.object({
      quantity: z.enum(['latencyUs.p50', 'latencyUs.p99', 'serverUsage.cpuUsPerDelivery']),
      a: z.string(),
      b: z.string(),
      ratio: estimate,
      p: orNull,
      adjustedP: orNull,
      verdict: z.enum(['faster', 'slower', 'same', 'undecided']),
    }),
  ),
  capacitySearch: capacitySearchSchema({ deliveryCell, latency, ...deliveryResult.shape }).exactOptional(),
  warnings: z.array(
    z.object({ code: z.string(), message: z.string(), advice: z.string(), cellIds: z.array(z.string()) }),
  ),
});
