import { z } from 'zod';
import { thresholdPolicy } from '../plan-schema.ts';
import { count, orNull, real } from '../schema-numbers.ts';

/*
 * How thresholds came out, as a schema; threshold-outcome.ts explains every key. The descriptions are for the schema of
 * comparisons, which is published.
 */

const result = z.enum(['pass', 'fail', 'undecided', 'missing']);

/** A threshold of the plan, held against the run. */
export const thresholdOutcome = z.object({
  text: z.string().describe('As it stands in the scenario.'),
  metric: z.string().describe('Path of the metric in a cell of the run document.'),
  ...thresholdPolicy,
  result: result.describe('The worst of its cells.'),
  cells: z
    .array(
      z.object({
        cellId: z.string().describe('Id of the cell.'),
        otherCellId: z.string().nullable().describe('Id of the cell on the other side of a relation.'),
        value: orNull.describe('What was held against the limit; of a relation the ratio of both cells.'),
        low: orNull.describe('Lower end of its 95 % interval.'),
        high: orNull.describe('Upper end of its 95 % interval.'),
        limit: real.describe('In the same unit; of a relation the factor.'),
        trials: count.describe('Trials of the cell; 0 when it is missing.'),
        result: result.describe('The result in this cell.'),
        note: z.string().nullable().describe('Why it is missing or undecided, where the figures do not say it.'),
      }),
    )
    .describe('The cells it is about.'),
});
