import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { toCsv } from '../../results/export/csv.ts';
import { toHlog } from '../../results/export/hlog.ts';
import { toMarkdown } from '../../results/export/markdown.ts';
import { RunDocumentError, readRunDocument } from '../../results/read-document.ts';
import { compact } from '../../results/report/compact.ts';
import { packedDocuments, unpackDocument } from '../../results/report/embedded-document.ts';
import { renderHtml } from '../../results/report/html.ts';
import { renderRuns } from '../../results/report/runs.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { UsageError } from '../exit-codes.ts';

/** What a report can be: a page, or the same figures for other programs. */
export const reportFormats = ['html', 'md', 'csv', 'json', 'hlog'] as const;
type ReportFormat = (typeof reportFormats)[number];

export interface ReportOptions {
  format: ReportFormat;
  output?: string;
}

/** No document is anywhere near it; it keeps a small file from unpacking to all of the memory. */
const UNPACKED_BYTES_MAX = 1_000_000_000;
const GZIP_MAGIC = [0x1f, 0x8b];

/** The texts of the documents in a file: a run.json, one packed with gzip, or a report, which has its documents in it. */
async function documentTexts(path: string): Promise<string[]> {
  const bytes = readFileSync(path);
  const isPacked = GZIP_MAGIC.every((byte, at) => bytes[at] === byte);
  const text = (isPacked ? gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }) : bytes).toString();
  if (!/^\s*<!doctype html/i.test(text)) return [text];
  const packed = packedDocuments(text);
  if (packed.length === 0) throw new Error('it is a page without a run document in it');
  return Promise.all(packed.map(unpackDocument));
}

/** All documents of these files. What is wrong with any of them is said at once. */
async function readDocuments(paths: readonly string[]): Promise<RunDocument[]> {
  const documents: RunDocument[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    try {
      const texts = await documentTexts(path);
      documents.push(...texts.map((text) => readRunDocument(text, path)));
    } catch (error) {
      const { message } = error as Error;
      problems.push(error instanceof RunDocumentError ? message : `${path} cannot be read: ${message}`);
    }
  }
  const [only] = problems;
  if (only === undefined) return documents;
  if (problems.length === 1) throw new UsageError(only);
  const list = problems.map((problem) => `\n- ${problem.replaceAll('\n', '\n  ')}`).join('');
  throw new UsageError(`${problems.length} of ${paths.length} documents cannot be used:${list}`);
}

/** The one document of a format that holds no more. */
function onlyOne(documents: readonly RunDocument[], format: ReportFormat): RunDocument {
  const [first, ...others] = documents as [RunDocument, ...RunDocument[]];
  if (others.length === 0) return first;
  throw new UsageError(
    `--format ${format} takes one document, and there are ${documents.length}; html, md and csv take several`,
  );
}

async function render(documents: readonly RunDocument[], format: ReportFormat): Promise<string> {
  switch (format) {
    case 'html':
      return compact(documents.length === 1 ? renderHtml(documents[0] as RunDocument) : renderRuns(documents));
    case 'md':
      return toMarkdown(documents);
    case 'csv':
      return toCsv(documents);
    case 'json':
      return `${JSON.stringify(onlyOne(documents, format), null, 1)}\n`;
    case 'hlog':
      return toHlog(onlyOne(documents, format));
  }
}

/** Where it goes when nothing is said: a page beside its document, that of several into this folder, a text to standard output. */
function defaultOutput(paths: readonly string[], format: ReportFormat): string {
  if (format !== 'html') return '-';
  return paths.length === 1 ? join(dirname(paths[0] as string), 'report.html') : 'runs.html';
}

/** `report`: makes a page, or another format, of documents that were written before. */
export async function report(paths: readonly string[], { format, output }: ReportOptions): Promise<void> {
  const text = await render(await readDocuments(paths), format);
  const given = output ?? defaultOutput(paths, format);
  if (given === '-') {
    process.stdout.write(text);
    return;
  }
  const target = resolve(given);
  if (paths.some((path) => resolve(path) === target)) {
    throw new UsageError(`the report would take the place of ${target}, from which it is made; choose another with -o`);
  }
  try {
    writeFileSync(target, text);
  } catch (error) {
    throw new UsageError(`${target} cannot be written: ${(error as Error).message}; choose another with -o`);
  }
  process.stdout.write(`${target}\n`);
}
