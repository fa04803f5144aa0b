import { z } from 'zod';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import { type RunDocument, SCHEMA_VERSION } from './run-document.ts';

/** A file that is not a run document this program can read. `problems` has everything that was found wrong with it. */
export class RunDocumentError extends Error {
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    const list = problems.length === 1 ? ` ${problems[0]}` : problems.map((problem) => `\n  - ${problem}`).join('');
    super(`${path}:${list}`);
    this.name = 'RunDocumentError';
    this.problems = problems;
  }
}

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
  envelopes: count,
  reads: count,
  heartbeats: count,
});

const latency = z.object({
  count,
  negativeCount: count,
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
    z.object({ name: z.string(), ok: z.boolean(), value: orNull, limit: z.string(), advice: z.string() }),
  ),
});

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
    breakdown: z.object({ requestHeads: real, responseHeads: real, framing: real }),
  }),
  batching: z.object({ eventsPerEnvelope: orNull, eventsPerRead: orNull }),
  connections: z.object({ opened: count, peak: count, failed: count, reconnected: count }),
  requests: z.object({
    count,
    empty: count,
    failed: count,
    perDelivery: orNull,
    skippedPolls: count,
    latenessUs: lateness,
  }),
  serverUsage: z.object({ cpuUsPerDelivery: orNull, rssBytes: orNull, rssBytesPerSubscriber: orNull }),
  driverUsage: z.object({ cpuUsPerDelivery: orNull, eventLoopUtilization: real, rssBytes: real, workers: count }),
  publisher: z.object({
    events: count,
    published: count,
    latenessUs: lateness,
    peakBacklogEvents: count,
    feedSha256: z.string(),
  }),
  validity,
});

const trial = deliveryResult.extend({
  trial: count,
  seed: count,
  tallies: z.object({ connect: tally, warmup: tally, measure: tally, drain: tally, close: tally }),
  connectMs: real,
  startedAt: z.string(),
});

const completedCell = deliveryResult.extend({
  outcome: z.literal('completed'),
  cell: deliveryCell,
  phases,
  theory: z.array(
    z.object({
      quantity: z.string(),
      expected: real,
      measured: real,
      residual: real,
      tolerance: real,
      holds: z.boolean(),
    }),
  ),
  trials: z.array(trial),
});

const completedCapacityCell = z.object({
  outcome: z.literal('completed'),
  cell: capacityCell,
  requestsPerSec: estimate,
  receivedBytesPerRequest: real,
  serverCpuUsPerRequest: estimate.nullable(),
  errors: count,
  validity,
  trials: z.array(
    z.object({
      trial: count,
      requests: count,
      requestsPerSec: real,
      receivedBytesPerRequest: real,
      errors: count,
      serverCpuUsPerRequest: orNull,
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
});

const runDocument = z.object({
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
  cells: z.array(cellResult),
  warnings: z.array(
    z.object({ code: z.string(), message: z.string(), advice: z.string(), cellId: z.string().nullable() }),
  ),
});

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const begun = text.trimStart().startsWith('{');
    if (text.trim() === '') throw new RunDocumentError(path, ['is empty; expected the run.json of a run']);
    const cutOff = begun && !text.trimEnd().endsWith('}');
    const what = cutOff
      ? `begins like JSON and is cut off after ${text.length} characters; copy it again or repeat the run`
      : `is not JSON (${(error as Error).message}); expected the run.json of a run`;
    throw new RunDocumentError(path, [what]);
  }
}

function checkKind(value: unknown, path: string): void {
  const { kind, schemaVersion } = (value ?? {}) as Record<string, unknown>;
  if (kind !== 'transport-bench-run') {
    const got = kind === undefined ? 'it has no kind' : `its kind is ${JSON.stringify(kind)}`;
    throw new RunDocumentError(path, [`is JSON, but no run document: expected kind "transport-bench-run", ${got}`]);
  }
  if (schemaVersion !== SCHEMA_VERSION) {
    const got = schemaVersion === undefined ? 'none' : JSON.stringify(schemaVersion);
    throw new RunDocumentError(path, [
      `has schemaVersion ${got}, and this program reads ${SCHEMA_VERSION}; use the version of transport-bench that wrote it, or repeat the run`,
    ]);
  }
}

/** `cells[0].latencyUs.p50`, as it would be written in JavaScript. */
function keyPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/**
 * Reads a run document from the text of a file; `path` is only named in messages. Throws a RunDocumentError with all
 * problems at once. Keys this version does not know are kept and not judged.
 */
export function readRunDocument(text: string, path: string): RunDocument {
  const value = parseJson(text, path);
  checkKind(value, path);
  const result = runDocument.safeParse(value);
  if (!result.success) {
    throw new RunDocumentError(
      path,
      result.error.issues.map((issue) => `${keyPath(issue.path)}: ${issue.message}`),
    );
  }
  // The schema's type here makes the compiler compare it with RunDocument; the value itself keeps unknown keys.
  return value as z.infer<typeof runDocument>;
}
