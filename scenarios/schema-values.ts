import { z } from 'zod';

/*
 * The kinds of values of a scenario file, each with an `error` that says what to write instead.
 */

/** More values of one axis than a person can compare in a table. */
export const MOST_VALUES = 100;

/** A number as it stands in a message. */
export const count = (value: number) => value.toLocaleString('en-US');

/** A whole number within these limits, both included. */
export function whole(low: number, high: number) {
  const error = `use a whole number from ${count(low)} to ${count(high)}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
}

/** Any number within these limits, both included. */
export function between(low: number, high: number) {
  const error = `use a number from ${count(low)} to ${count(high)}`;
  return z.number({ error }).min(low, { error }).max(high, { error });
}

export const bool = z.boolean({ error: 'use true or false' });

/** A list without repetitions: a value that stands twice would make two cells with one id. */
export function listOf<T extends z.ZodType>(item: T, error: string) {
  return z
    .array(item, { error })
    .min(1, { error })
    .max(MOST_VALUES, { error: `use at most ${MOST_VALUES} values` })
    .meta({ uniqueItems: true })
    .superRefine((values, context) => {
      values.forEach((value, index) => {
        if (values.indexOf(value) !== index) {
          context.addIssue({ code: 'custom', path: [index], message: 'it stands twice in this list, keep one' });
        }
      });
    });
}

/** A value, or a list of values that are swept. */
export function axis<T extends z.ZodType>(value: T, example: string) {
  return z.union([value, listOf(value, example)], { error: `${example}, or a list of such values` });
}

/** A swept value or a single one as a list. */
export const toList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** A map with these keys and no others. For unknown keys the `error` is the list of the known ones. */
export function map<T extends z.ZodRawShape>(shape: T) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return keys;
      return keys === '' ? 'use {}, there are no options' : `use a map with the keys ${keys}`;
    },
  });
}

/** A whole number within these limits, or a list of such. */
export const wholeAxis = (low: number, high: number) =>
  axis(whole(low, high), `use a whole number from ${count(low)} to ${count(high)}`);
