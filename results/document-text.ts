import { SCHEMA_VERSION } from './run-document.ts';

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

/** A run document of another version of this program. */
export class SchemaVersionError extends RunDocumentError {}

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

/**
 * The value in the text of a run document, whose kind and version are the ones that this program reads and whose shape is
 * not checked yet. `path` is only named in messages. Throws a RunDocumentError, for another version a SchemaVersionError.
 */
export function parseRunDocument(text: string, path: string): unknown {
  const value = parseJson(text, path);
  const { kind, schemaVersion } = (value ?? {}) as Record<string, unknown>;
  if (kind !== 'transport-bench-run') {
    const got = kind === undefined ? 'it has no kind' : `its kind is ${JSON.stringify(kind)}`;
    throw new RunDocumentError(path, [`is JSON, but no run document: expected kind "transport-bench-run", ${got}`]);
  }
  if (schemaVersion !== SCHEMA_VERSION) {
    const got = schemaVersion === undefined ? 'none' : JSON.stringify(schemaVersion);
    throw new SchemaVersionError(path, [
      `has schemaVersion ${got}, and this program reads ${SCHEMA_VERSION}; use the version of transport-bench that wrote it, or repeat the run`,
    ]);
  }
  return value;
}
