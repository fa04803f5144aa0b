import type { z } from 'zod';
import { type RunDocument, SCHEMA_VERSION } from './run-document.ts';
import { runDocumentSchema } from './run-document-schema.ts';

/** A file that is not a run document this program can read. `problems` has everything that was found wrong with it. */
export class RunDocumentError extends Error {
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    const list = problems.length === 1 ? ` ${problems[0]}` : problems.map((problem) => `\n  - ${problem}`).join('');
    super(`${path}:${list}`);
    this.name = 'RunDocumentError';
    this.problems = problems;
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const begun = text.trimStart().startsWith('{');
    if (text.trim() === '') throw new RunDocumentError(path, ['is empty; expected the run.json of a run']);
    const cutOff = begun && !text.trimEnd().endsWith('}');
    const what = cutOff
      ? `begins like JSON and is cut off after ${text.length} characters; copy it again or repeat the run`
      : `is not JSON (${(error as Error).message}); expected the run.json of a run`;
    throw new RunDocumentError(path, [what]);
  }
}

function checkKind(value: unknown, path: string): void {
  const { kind, schemaVersion } = (value ?? {}) as Record<string, unknown>;
  if (kind !== 'transport-bench-run') {
    const got = kind === undefined ? 'it has no kind' : `its kind is ${JSON.stringify(kind)}`;
    throw new RunDocumentError(path, [`is JSON, but no run document: expected kind "transport-bench-run", ${got}`]);
  }
  if (schemaVersion !== SCHEMA_VERSION) {
    const got = schemaVersion === undefined ? 'none' : JSON.stringify(schemaVersion);
    throw new RunDocumentError(path, [
      `has schemaVersion ${got}, and this program reads ${SCHEMA_VERSION}; use the version of transport-bench that wrote it, or repeat the run`,
    ]);
  }
}

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
  const value = parseJson(text, path);
  checkKind(value, path);
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
