import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { harmless } from '../../results/report/terminal/paint.ts';

const MOST_BYTES = 16_384;
const MOST_LINES = 12;
const MOST_CHARACTERS = 200;

function endOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, MOST_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * The last lines of a log that are not blank, at most twelve, without control characters and cut where they are long; of a
 * file of any size. Empty when there are none or the file cannot be read.
 */
export function lastLines(path: string): string[] {
  let text: string;
  try {
    text = endOf(path);
  } catch {
    return [];
  }
  return text
    .split(/[\r\n]+/)
    .map((line) => harmless(line).trimEnd())
    .filter((line) => line !== '')
    .slice(-MOST_LINES)
    .map((line) => (line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)} …` : line));
}
