import { formatList } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { failingGroups, likeliestCauses, type TheoryGroup, theoryValue } from '../theory-groups.ts';
import { capitalized, type Finding, few, warn } from './finding.ts';

// More quantities or names than this are told by the table alone.
const MOST_QUANTITIES = 3;
const MOST_NAMES = 3;

function sentence(group: TheoryGroup): Finding {
  const { quantity, rows } = group;
  const values = rows.map(({ label, row: { measured, expected, tolerance, unit } }) => {
    const value = (of: number) => theoryValue(of, unit);
    return `${label} ${value(measured)} instead of ${value(expected)} ± ${value(tolerance)}`;
  });
  const causes = likeliestCauses(group);
  const why = causes.length === 0 ? '' : ` The likeliest cause: ${few(causes, 1).join('; or ')}.`;
  return warn(
    'model',
    rows.map(({ result }) => result),
    `${capitalized(quantity)} was not as predicted: ${formatList(few(values, MOST_NAMES))}.${why}`,
  );
}

/** Predictions that do not hold: one sentence for all cells in which the same one fails. */
export function modelFindings(document: RunDocument): Finding[] {
  const failing = failingGroups(document);
  const told = failing.length > MOST_QUANTITIES + 1 ? failing.slice(0, MOST_QUANTITIES) : failing;
  const rest = failing.slice(told.length);
  if (rest.length === 0) return told.map(sentence);
  const cells = rest.flatMap(({ rows }) => rows.map(({ result }) => result));
  const names = formatList(rest.map(({ quantity }) => quantity));
  return [...told.map(sentence), warn('model', [...new Set(cells)], `Nor were these as predicted: ${names}.`)];
}
