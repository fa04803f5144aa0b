import { z } from 'zod';
import { count, orNull, real } from '../schema-numbers.ts';
import { thresholdOutcome } from '../thresholds/threshold-outcome-schema.ts';

/*
 * The format of a comparison in JSON, for other programs. Keys may be added within a version; a key that is renamed, removed
 * or changed in meaning makes a new one.
 */

/** The version of the format. */
export const COMPARISON_SCHEMA_VERSION = 1;

const side = z
  .object({
    id: z.string().describe('Id of the run; of several runs the first.'),
    scenario: z.string().describe('Name of the scenario.'),
    commit: z.string().nullable().describe('Commit of the code that was measured; null when it is unknown.'),
    isDirty: z.boolean().nullable().describe('Whether there were uncommitted changes; null when it is unknown.'),
    startedAt: z.string().describe('When the run began, ISO 8601.'),
    runs: count.describe('How many runs are pooled on this side.'),
  })
  .describe('One side of the comparison.');

const difference = z.object({
  kind: z
    .enum(['machine', 'load', 'code'])
    .describe('Of the machine, of what was asked of the servers, or of the code.'),
  effect: z
    .enum(['note', 'relative', 'incompatible'])
    .describe('What the comparison makes of it: nothing, ratios between transports, or no comparison.'),
  what: z.string().describe('What differs, in words.'),
  values: z.array(z.string()).length(2).describe('In the base and in the head.'),
});

const cellState = z.enum(['delivered', 'ceiling', 'failed', 'skipped', 'unmeasured', 'absent']);

const change = z.object({
  metric: z.string().describe('Path of the metric in a cell of the run document.'),
  kind: z
    .enum(['noisy', 'counted', 'fault'])
    .describe('Decided by intervals, compared exactly, or a fault of which any more is worse.'),
  unit: z.string().describe('Of base, head and delta: us, B, or empty for a pure number.'),
  base: orNull.describe('The value in the base.'),
  head: orNull.describe('The value in the head.'),
  delta: orNull.describe('Head - base.'),
  ratio: z
    .object({
      value: real.describe('Head / base; where the basis is relative, as against the other transports.'),
      low: orNull.describe('Lower end of its 95 % interval.'),
      high: orNull.describe('Upper end of its 95 % interval.'),
    })
    .nullable()
    .describe('Null when there is no ratio, as with a base of 0.'),
  p: orNull.describe('How likely so large a change is by chance.'),
  adjustedP: orNull.describe('The same after the correction by Holm for the whole comparison.'),
  noiseFloor: orNull.describe('The ratio that halves of one run differ by with nothing changed.'),
  verdict: z.enum(['better', 'worse', 'same', 'undecided']).nullable().describe('Null when nothing may be said.'),
  note: z.string().nullable().describe('Why there is no verdict, or why it is undecided.'),
  trials: z.array(count).length(2).describe('Trials of the base and of the head that the values come from.'),
});

const cell = z.object({
  id: z.string().describe('Made of the parameters of the cell, and the same in every run.'),
  base: cellState.describe('What the base has of it.'),
  head: cellState.describe('What the head has of it.'),
  changes: z.array(change).describe('Empty unless both sides delivered the feed.'),
});

const changeRef = z.object({
  cellId: z.string().describe('Id of the cell.'),
  metric: z.string().describe('Path of the metric.'),
});

/** A whole comparison. */
export const comparisonDocumentSchema = z.object({
  kind: z.literal('transport-bench-comparison').describe('What this file is.'),
  schemaVersion: z.literal(COMPARISON_SCHEMA_VERSION).describe('The version of this format.'),
  outcome: z
    .enum(['pass', 'regression', 'incomplete', 'incompatible'])
    .describe('Exit codes 0, 1, 3 and 4; regression: also a threshold that failed.'),
  reason: z.string().describe('One sentence that says why.'),
  base: side.describe('What the head is compared with.'),
  head: side.describe('What is judged.'),
  basis: z
    .enum(['absolute', 'relative'])
    .describe('relative: the machines differ, so timed metrics are compared as against the other transports.'),
  isPaired: z.boolean().describe('Whether the runs of both sides ran in turns.'),
  margin: real.describe('Timed metrics whose ratio is within 1 / (1 + margin) and 1 + margin count as the same.'),
  tolerance: real.describe('Counted metrics count as the same up to this part of the value of the base.'),
  differences: z.array(difference).describe('Everything besides the results in which the runs differ.'),
  incompatibilities: z.array(difference).describe('Those that keep the runs from being compared.'),
  forced: z.array(difference).describe('Those in spite of which they were compared (--force).'),
  thresholds: z.array(thresholdOutcome).describe('The thresholds of the scenario, held against the head.'),
  regressions: z.array(changeRef).describe('What became worse.'),
  improvements: z.array(changeRef).describe('What became better.'),
  undecided: z.array(changeRef).describe('What may have changed, or not.'),
  sameCount: count.describe('Changes that are none.'),
  missing: z
    .array(
      z.object({
        cellId: z.string().describe('Id of the cell.'),
        side: z.enum(['base', 'head']).describe('Which side lacks it.'),
        state: z.enum(['absent', 'unmeasured', 'failed', 'skipped', 'not valid']).describe('What it is there.'),
        reason: z.string().describe('Why.'),
      }),
    )
    .describe('Cells that cannot be compared, or not in full.'),
  cells: z.array(cell).describe('Every cell of either side.'),
});

/** A comparison as other programs read it. */
export type ComparisonDocument = z.infer<typeof comparisonDocumentSchema>;

/** The same as JSON Schema, which is published as comparison.schema.json. */
export function comparisonJsonSchema(): object {
  const schema = z.toJSONSchema(comparisonDocumentSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'transport-bench comparison' };
}
