/** One thing wrong with an input, and what to do about it. */
export interface Problem {
  /** The place by name: `phases.measureMs`, `subscribers[1]`, `--transports`; empty for the input as a whole. */
  path: string;
  /** The place in the file, from 1; null when the input is not a file or the file could not be read. */
  line: number | null;
  column: number | null;
  found: string;
  advice: string;
}

/** A scenario, or what the command line says about it, cannot be used. Carries all problems of the input at once. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  /** The file, the name or the part of the command line that the problems are about. */
  readonly subject: string;
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    const title = `${subject}: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
    super([title, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n'));
    this.subject = subject;
    this.problems = problems;
  }
}

/** `LINE:COLUMN PATH: FOUND; ADVICE`, without the parts that are unknown. */
export function formatProblem({ path, line, column, found, advice }: Problem): string {
  const position = line === null ? '' : `${line}:${column} `;
  const place = path === '' ? '' : `${path}: `;
  return `${position}${place}${found}; ${advice}`;
}

const LONGEST_EXCERPT = 40;

/** A value as the `found` of a problem: short and on one line whatever it is. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'found no value';
  if (Array.isArray(value)) return value.length === 0 ? 'found an empty list' : 'found a list';
  if (typeof value === 'object') return 'found a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return `found ${text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}...` : text}`;
}

/** `['a', 0, 'b']` as `a[0].b`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
