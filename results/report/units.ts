import { type Unit, unitForAll } from '../numbers.ts';
import type { CompletedCell } from '../run-document.ts';
import { type Column, columns, columnValue } from './columns.ts';

/** The unit of each column over these cells, by the column's scale. */
export function columnUnits(results: readonly CompletedCell[]): Map<string, Unit> {
  const scales = Map.groupBy(columns, (column) => column.scale);
  return new Map(
    [...scales].map(([scale, members]) => {
      const values = members.flatMap((column) => results.map((result) => columnValue(column, result)));
      const known = values.filter((value) => value !== null);
      return [scale, unitForAll((members[0] as Column).units, known)];
    }),
  );
}

/** Reasons for the unknown values of these cells, each with the names of the columns they are in. */
export function unknownReasons(results: readonly CompletedCell[]): { names: string[]; why: string }[] {
  const missing = columns.filter((column) => results.some((result) => columnValue(column, result) === null));
  return [...Map.groupBy(missing, (column) => column.whyUnknown)].map(([why, members]) => ({
    names: members.map((column) => column.title),
    why,
  }));
}
