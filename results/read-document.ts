import type { z } from 'zod';
import { parseRunDocument, RunDocumentError, SchemaVersionError } from './document-text.ts';
import type { RunDocument } from './run-document.ts';
import { runDocumentSchema } from './run-document-schema.ts';

export { RunDocumentError, SchemaVersionError };

/** `cells[0].latencyUs.p50`, as it would be written in JavaScript. */
function keyPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/**
 * Reads a run document from the text of a file; `path` is only named in messages. Throws a RunDocumentError with all
 * problems at once. Keys this version does not know are kept and not judged.
 */
export function readRunDocument(text: string, path: string): RunDocument {
  const value = parseRunDocument(text, path);
  const result = runDocumentSchema.safeParse(value);
  if (!result.success) {
    throw new RunDocumentError(
      path,
      result.error.issues.map((issue) => `${keyPath(issue.path)}: ${issue.message}`),
    );
  }
  // The schema's type here makes the compiler compare it with RunDocument; the value itself keeps unknown keys.
  return value as z.infer<typeof runDocumentSchema>;
}
