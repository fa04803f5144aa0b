import { z } from 'zod';

/*
 * The section `capacitySearch` of a run document as a schema; run-document.ts explains every key. What it has in common
 * with cells is handed in by the document's own schema.
 */

const count = z.int().min(0);
const real = z.number();
const orNull = z.number().nullable();

interface SharedParts {
  deliveryCell: z.ZodType;
  latency: z.ZodType;
  deliveries: z.ZodType;
  connections: z.ZodType;
  publisher: z.ZodType;
}

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

const machine = z.object({
  cores: count,
  idleCores: real,
  ownCores: real,
  otherCores: real,
  stolenCores: real,
  acceptQueueOverflows: count,
});

/** The schema of the section. */
export function capacitySearchSchema<Parts extends SharedParts>(parts: Parts) {
  const measured = z.object({
    latencyUs: parts.latency as Parts['latency'],
    deliveries: parts.deliveries as Parts['deliveries'],
    connections: parts.connections as Parts['connections'],
    failedRequests: count,
    publisher: parts.publisher as Parts['publisher'],
    serverCores: orNull,
    serverProcesses: count,
    driverCores: real,
    driverWorkers: count,
    driverUtilization: real,
    machine: machine.nullable(),
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
  return z.object({
    objective: z.object({
      text: z.string(),
      conditions: z.array(z.object({ percentile: z.enum(['p50', 'p90', 'p99', 'p999']), belowUs: real })),
    }),
    confirmations: count,
    precisionRatio: real,
    searches: z.array(
      z.object({
        axis: z.enum(['rate', 'subscribers']),
        cell: parts.deliveryCell as Parts['deliveryCell'],
        range: z.object({ start: real, lowest: real, highest: real }),
        answer,
        limits: z.array(limit),
        probes: z.array(probe),
      }),
    ),
  });
}
