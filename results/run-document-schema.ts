import { z } from 'zod';
import { deliveryAnatomy } from './anatomy/delivery-anatomy-schema.ts';
import { capacitySearchSchema } from './capacity/capacity-search-schema.ts';
import { completedCapacityCell } from './capacity-result-schema.ts';
import { completedCell, estimate, networkScope } from './delivery-result-schema.ts';
import { anyCell, plan, transport } from './plan-schema.ts';
import { type RunDocument, SCHEMA_VERSION } from './run-document.ts';
import { count, orNull, real } from './schema-numbers.ts';
import { thresholdOutcome } from './thresholds/threshold-outcome-schema.ts';

/*
 * The format of a run document as a schema, part by part as in run-document.ts, where every key is explained. The
 * compiler compares the two where a document is read. Keys it does not know are let through.
 */

const failedCell = z.object({
  outcome: z.literal('failed'),
  cell: anyCell,
  trial: count,
  reason: z.string(),
  stderrTail: z.string(),
});

const skippedCell = z.object({ outcome: z.literal('skipped'), cell: anyCell, reason: z.string() });

const head = z.object({
  outcome: z.enum(['completed', 'failed', 'skipped']),
  cell: z.object({ kind: z.enum(['delivery', 'capacity']) }),
});

// Chosen by outcome and kind beforehand, so that a problem is named where it is and not as "no member of a union fits".
const cellResult = z.unknown().transform((value, context) => {
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
  plan,
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
  anatomy: z.array(deliveryAnatomy).exactOptional(),
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
  capacitySearch: capacitySearchSchema.exactOptional(),
  thresholds: z.array(thresholdOutcome).exactOptional(),
  warnings: z.array(
    z.object({ code: z.string(), message: z.string(), advice: z.string(), cellIds: z.array(z.string()) }),
  ),
});
