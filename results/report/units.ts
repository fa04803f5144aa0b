import type { CompletedCell } from '../delivery-result.ts';
import { UNKNOWN, type Unit, unitForAll } from '../numbers.ts';
import { type Column, columns, columnValue } from './columns.ts';

/** The unit of each of these columns over these cells, by the column's scale. */
export function columnUnits(results: readonly CompletedCell[], of: readonly Column[] = columns): Map<string, Unit> {
  const scales = Map.groupBy(of, (column) => column.scale);
  return new Map(
    [...scales].map(([scale, members]) => {
      const values = members.flatMap((column) => results.map((result) => columnValue(column, result)));
      const known = values.filter((value) => value !== null);
      return [scale, unitForAll((members[0] as Column).units, known)];
    }),
  );
}

/** Reasons for the unknown values of these cells, each with the names of the columns they are in. */
function unknownReasons(
  results: readonly CompletedCell[],
  of: readonly Column[] = columns,
): { names: string[]; why: string }[] {
  const reasons = of.flatMap((column) => {
    const missing = results.filter((result) => columnValue(column, result) === null);
    return missing.length === 0 ? [] : [{ name: column.title, why: column.whyUnknown(missing) }];
  });
  return [...Map.groupBy(reasons, ({ why }) => why)].map(([why, members]) => ({
    names: members.map(({ name }) => name),
    why,
  }));
}

/** The same as sentences. */
export function unknownNotes(results: readonly CompletedCell[], of: readonly Column[] = columns): string[] {
  return unknownReasons(results, of).map(({ names, why }) => `${UNKNOWN} in ${names.join('; ')}: ${why}.`);
}
