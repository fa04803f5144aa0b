import { shapeProblems } from '../../../compare/document-shape.ts';
import { parseRunDocument, RunDocumentError } from '../../../document-text.ts';
import { formatBytes, formatCount, formatNumberOf } from '../../../numbers.ts';
import { bytesOfBase64, inflate } from '../../../recording/deflate.ts';
import type { RunDocument } from '../../../run-document.ts';
import { packedDocuments } from '../../embedded-document.ts';

/** A document of a sweep of hundreds of cells is some 100 MB as JSON; more is no run document, or kills the page. */
const MOST_BYTES = 256e6;
const MOST_PROBLEMS = 5;

const tooLarge = (bytes: number) =>
  `is larger than ${formatBytes(MOST_BYTES)}${bytes > MOST_BYTES ? ` (${formatBytes(bytes)})` : ' when unpacked'}; expected the run.json of a run`;

async function unpacked(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array> {
  try {
    const inflated = await inflate(bytes, 'gzip', MOST_BYTES);
    if (inflated !== null) return inflated;
  } catch {
    throw new RunDocumentError(name, ['cannot be unpacked: it is damaged or cut off; copy it again']);
  }
  throw new RunDocumentError(name, [tooLarge(0)]);
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The JSON within a file: as it is, unpacked, or out of a report. */
async function jsonOf(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<string> {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) return textOf(await unpacked(bytes, name));
  if (first === 0x50 && second === 0x4b) {
    throw new RunDocumentError(name, ['is a ZIP archive; unpack it and choose the run.json within']);
  }
  const text = textOf(bytes);
  if (!text.trimStart().startsWith('<')) return text;
  const [packed, ...others] = packedDocuments(text);
  if (packed === undefined) {
    throw new RunDocumentError(name, ['is a page without a run document; expected a report of transport-bench']);
  }
  if (others.length > 0) {
    throw new RunDocumentError(name, [
      `is a report of ${formatNumberOf(others.length + 1, 'run')}; choose the run.json of one of them`,
    ]);
  }
  return textOf(await unpacked(bytesOfBase64(packed), name));
}

/**
 * The run document in a file: JSON, JSON packed with gzip, or an HTML report. Rejects with a RunDocumentError that says
 * what is wrong with it and what to do.
 */
export async function readRunFile(file: File): Promise<RunDocument> {
  const { name } = file;
  if (file.size > MOST_BYTES) throw new RunDocumentError(name, [tooLarge(file.size)]);
  const value = parseRunDocument(await jsonOf(new Uint8Array(await file.arrayBuffer()), name), name);
  const problems = shapeProblems(value);
  if (problems.length > 0) {
    const more = problems.length - MOST_PROBLEMS;
    throw new RunDocumentError(name, [
      ...problems.slice(0, MOST_PROBLEMS),
      ...(more > 0 ? [`and ${formatCount(more)} more such problems`] : []),
    ]);
  }
  const document = value as RunDocument;
  if (document.capacitySearch !== undefined) {
    throw new RunDocumentError(name, ['is a search for capacities, which has no cells to compare']);
  }
  return document;
}
