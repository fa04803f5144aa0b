import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { RunDocumentError, readRunDocument } from '../../results/read-document.ts';
import { packedDocuments, unpackDocument } from '../../results/report/embedded-document.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { UsageError } from '../exit-codes.ts';

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

/** Problems as a list below a sentence, each of one line or more. */
export function bulletList(problems: readonly string[]): string {
  return problems.map((problem) => `\n- ${problem.replaceAll('\n', '\n  ')}`).join('');
}

/** All documents of these files. What is wrong with any of them is said at once. */
export async function readDocuments(paths: readonly string[]): Promise<RunDocument[]> {
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
  throw new UsageError(`${problems.length} of ${paths.length} documents cannot be used:${bulletList(problems)}`);
}
