import { statSync } from 'node:fs';
import type { RunDocument } from '../../results/run-document.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { readDocuments } from './run-documents.ts';
import { findRunFiles, RUN_FILE_NAMES } from './run-files.ts';

/** The files that are meant by a side of a comparison: files and folders of them, joined by commas. */
function filesOf(side: string): string[] {
  return side.split(',').flatMap((part) => {
    const path = part.trim();
    if (path === '') throw new UsageError(`"${side}" has an empty name in it; give a file or a folder`);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
    const files = findRunFiles(path);
    if (files.length === 0) throw new UsageError(`${path} has no run document in it (${RUN_FILE_NAMES})`);
    return files;
  });
}

/** The runs of a side. A folder of a run has it twice, as a document and within the report: a run counts once. */
async function documentsOf(side: string): Promise<RunDocument[]> {
  const documents = await readDocuments(filesOf(side));
  return [...new Map(documents.map((document) => [document.id, document])).values()];
}

async function attempt(read: () => Promise<RunDocument[]>): Promise<RunDocument[] | string> {
  try {
    return await read();
  } catch (error) {
    // What the system says of a folder, too: it is the user's.
    return (error as Error).message;
  }
}

/**
 * The runs of both sides. Throws a UsageError with what is wrong with both: of exit code 4 where the base is
 * missing or cannot be read, since then there is nothing to compare with, and 2 where only the head is.
 */
export async function readSides(base: string, head: string): Promise<readonly [RunDocument[], RunDocument[]]> {
  const before = await attempt(() => documentsOf(base));
  const after = await attempt(() => documentsOf(head));
  if (typeof before !== 'string' && typeof after !== 'string') return [before, after];
  const problems = [
    ...(typeof before === 'string' ? [`the base: ${before}`] : []),
    ...(typeof after === 'string' ? [`the head: ${after}`] : []),
  ];
  throw new UsageError(problems.join('\n'), typeof before === 'string' ? EXIT.incompatible : EXIT.usage);
}
