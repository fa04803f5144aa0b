import type { CompletedCell } from '../../delivery-result.ts';
import { manySubscribers, SUBSCRIPTION_READING, subscriptionColumns } from '../subscription-columns.ts';
import { unknownNotes } from '../units.ts';
import { type Paint, paragraph } from './paint.ts';
import { keyColumns, measuredColumns } from './result-tables.ts';
import { layoutTable } from './table.ts';

/** What a subscriber takes, of the cells that have many; nothing where none has. */
export function subscriptionTable(all: CompletedCell[], width: number, paint: Paint): string[][] {
  const results = manySubscribers(all);
  if (results.length === 0) return [];
  const blocks = layoutTable(keyColumns(results), measuredColumns(results, subscriptionColumns), width);
  const tables = blocks.map((block) => [...block.heading.map((line) => paint('bold', line)), ...block.rows]);
  return [
    [paint('bold', 'What a subscriber takes'), ...paragraph(SUBSCRIPTION_READING, width)],
    ...tables,
    unknownNotes(results, subscriptionColumns).flatMap((note) => paragraph(note, width, 2)),
  ];
}
