import { z } from 'zod';
import { deliveryResult, latencyDistribution, machineUsage } from '../delivery-result-schema.ts';
import { deliveryCell } from '../plan-schema.ts';
import { count, orNull, real } from '../schema-numbers.ts';

/*
 * The section `capacitySearch` of a run document as a schema; capacity-search-section.ts explains every key.
 */

const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('capacity'), value: real, failed: real }),
  z.object({ kind: z.literal('at-least'), value: real, failed: orNull }),
  z.object({ kind: z.literal('none'), failed: real, heldOnce: z.boolean() }),
  z.object({ kind: z.literal('unfinished'), held: orNull, failed: orNull }),
  z.object({ kind: z.literal('skipped'), reason: z.string() }),
]);

const limit = z.object({
  part: z.enum(['server', 'accept queue', 'driver', 'publisher', 'other programs', 'machine', 'end of the search']),
  evidence: z.string(),
});

const measured = z.object({
  latencyUs: latencyDistribution,
  deliveries: deliveryResult.shape.deliveries,
  connections: deliveryResult.shape.connections,
  failedRequests: count,
  publisher: deliveryResult.shape.publisher,
  serverCores: orNull,
  serverProcesses: count,
  driverCores: real,
  driverWorkers: count,
  driverUtilization: real,
  machine: machineUsage.nullable(),
});

const probe = z.object({
  value: real,
  purpose: z.enum(['search', 'confirm']),
  seed: count,
  startedAt: z.string(),
  measureMs: real,
  held: z.boolean(),
  reasons: z.array(z.string()),
  measured: measured.nullable(),
});

/** The schema of the section. */
export const capacitySearchSchema = z.object({
  objective: z.object({
    text: z.string(),
    conditions: z.array(z.object({ percentile: z.enum(['p50', 'p90', 'p99', 'p999']), belowUs: real })),
  }),
  confirmations: count,
  precisionRatio: real,
  searches: z.array(
    z.object({
      axis: z.enum(['rate', 'subscribers']),
      cell: deliveryCell,
      range: z.object({ start: real, lowest: real, highest: real }),
      answer,
      limits: z.array(limit),
      probes: z.array(probe),
    }),
  ),
});
