import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readRunDocument } from '../../results/read-document.ts';
import { renderHtml } from '../../results/report/html.ts';
import { UsageError } from '../exit-codes.ts';

/** `report`: the HTML report of a document that was written before. */
export function report(path: string, { output }: { output?: string }): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  const html = renderHtml(readRunDocument(text, path));
  const target = resolve(output ?? join(dirname(path), 'report.html'));
  try {
    writeFileSync(target, html);
  } catch (error) {
    throw new UsageError(`${target} cannot be written: ${(error as Error).message}; choose another with -o`);
  }
  process.stdout.write(`${target}\n`);
}
