import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../exit-codes.ts';

/** What a report can be: a page, or the same figures for other programs. */
export const reportFormats = ['html', 'md', 'csv', 'json', 'hlog'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Writes a report that was made from these files, none of which it may take the place of; `-` is standard output. */
export function writeReport(text: string, given: string, sources: readonly string[]): void {
  if (given === '-') {
    process.stdout.write(text);
    return;
  }
  const target = resolve(given);
  if (sources.some((path) => resolve(path) === target)) {
    throw new UsageError(`the report would take the place of ${target}, from which it is made; choose another with -o`);
  }
  try {
    writeFileSync(target, text);
  } catch (error) {
    throw new UsageError(`${target} cannot be written: ${(error as Error).message}; choose another with -o`);
  }
  process.stdout.write(`${target}\n`);
}
