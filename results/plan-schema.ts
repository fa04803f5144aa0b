import { z } from 'zod';
import { gateMetricNames } from '../scenarios/gate-metrics.ts';
import { thresholdOperators } from '../scenarios/threshold.ts';
import { headerProfileNames } from '../servers/contract/header-profiles.ts';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import { count, real } from './schema-numbers.ts';

/*
 * The plan of a run document as a schema; scenarios/cell.ts explains every key.
 */

/** The id of a transport. */
export const transport = z.enum(transportIds as [TransportId, ...TransportId[]]);

/** The lengths of the phases that have one. */
export const phases = z.object({ warmupMs: real, measureMs: real, drainMs: real });

/** A cell that asks how many polls a server answers. */
export const capacityCell = z.object({
  kind: z.literal('capacity'),
  id: z.string(),
  server: z.string(),
  transport: z.literal('polling'),
  connections: count,
  durationMs: real,
});

/** A cell of the feed. */
export const deliveryCell = z.object({
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

/** Either kind of cell. */
export const anyCell = z.discriminatedUnion('kind', [deliveryCell, capacityCell]);

/** What becomes of a threshold's result. */
export const thresholdPolicy = {
  severity: z.enum(['fail', 'warn']).describe('What its failure does.'),
  undecided: z.enum(['pass', 'fail']).describe('Which way undecided goes.'),
};

const threshold = z.object({
  text: z.string(),
  metric: z.enum(gateMetricNames),
  operator: z.enum(thresholdOperators),
  limit: real,
  ...thresholdPolicy,
  cells: z.array(z.object({ cellId: z.string(), otherCellId: z.string().nullable() })),
  leftOutBecause: z.string().nullable(),
});

/** Everything that was planned. */
export const plan = z.object({
  scenario: z.string(),
  question: z.string(),
  seed: real,
  trialsPerCell: count,
  phases,
  cells: z.array(anyCell),
  trials: z.array(z.object({ cellId: z.string(), trial: count, seed: real })),
  estimateMs: real,
  thresholds: z.array(threshold).exactOptional(),
});
