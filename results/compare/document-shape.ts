/*
 * Whether a value has everything that a comparison reads, checked by hand: the whole schema (run-document-schema.ts) with its
 * library is too large for a page. What is not read here is not checked.
 */

/** Adds to `problems` what is wrong with the value at this path. */
type Check = (value: unknown, path: string, problems: string[]) => void;

const is =
  (what: string, test: (value: unknown) => boolean): Check =>
  (value, path, problems) => {
    if (!test(value)) problems.push(`${path}: expected ${what}, got ${kindOf(value)}`);
  };

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

const text = is('a text', (value) => typeof value === 'string');
const number = is('a finite number', (value) => Number.isFinite(value));
const bool = is('true or false', (value) => typeof value === 'boolean');
const anyObject = is('an object', isObject);

const orNull =
  (check: Check): Check =>
  (value, path, problems) => {
    if (value !== null) check(value, path, problems);
  };

const oneOf = (...values: readonly string[]) =>
  is(values.map((value) => `"${value}"`).join(' or '), (value) => values.includes(value as string));

const list =
  (check: Check): Check =>
  (value, path, problems) => {
    if (!Array.isArray(value)) problems.push(`${path}: expected an array, got ${kindOf(value)}`);
    else for (const [at, item] of value.entries()) check(item, `${path}[${at}]`, problems);
  };

const object =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, path, problems) => {
    if (!isObject(value)) problems.push(`${path}: expected an object, got ${kindOf(value)}`);
    else
      for (const [key, check] of Object.entries(checks)) {
        check((value as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`, problems);
      }
  };

const record =
  (check: Check): Check =>
  (value, path, problems) => {
    if (!isObject(value)) problems.push(`${path}: expected an object, got ${kindOf(value)}`);
    else for (const [key, item] of Object.entries(value as object)) check(item, `${path}.${key}`, problems);
  };

const deliveryCell = object({
  kind: oneOf('delivery'),
  id: text,
  server: text,
  transport: text,
  subscribers: number,
  eventsPerSec: number,
  payloadBytes: number,
  schedule: object({ kind: text }),
  headers: is('a text or a number', (value) => typeof value === 'string' || typeof value === 'number'),
  transportOptions: anyObject,
  serverOptions: anyObject,
});

const cell: Check = (value, path, problems) =>
  (value as { kind?: unknown } | null)?.kind === 'capacity'
    ? object({ id: text })(value, path, problems)
    : deliveryCell(value, path, problems);

const compared = {
  bytes: object({ overheadPerDelivery: orNull(number), payload: number, breakdown: object({ framing: number }) }),
  requests: object({ perDelivery: orNull(number), empty: number, failed: number }),
  connections: object({ opened: number, failed: number, reconnected: number }),
  driverUsage: object({ cpuUsPerDelivery: orNull(number) }),
  serverUsage: object({ cpuUsPerDelivery: orNull(number), rssBytesPerSubscriber: orNull(number) }),
};

const estimate = orNull(object({ value: number, low: orNull(number), high: orNull(number) }));
const counts = ['expected', 'delivered', 'missing', 'duplicated', 'outOfOrder', 'corrupted'];

const delivered = object({
  ...compared,
  cell: deliveryCell,
  latencyUs: object({ p50: estimate, p90: estimate, p99: estimate }),
  deliveries: object(Object.fromEntries(counts.map((key) => [key, number]))),
  validity: object({ ok: bool, checks: list(object({ id: text, ok: bool, severity: text })) }),
  trials: list(
    object({
      ...compared,
      trial: number,
      seed: number,
      latencyUs: object({ count: number, p50: estimate, p90: estimate, p99: estimate }),
      publisher: object({ feedSha256: text }),
      windows: object({ events: list(number), histograms: text }),
    }),
  ),
});

const ceiling = object({ cell, validity: object({ ok: bool, checks: list(object({ ok: bool })) }) });
const withoutResult = object({ cell, reason: text });

const result: Check = (value, path, problems) => {
  const { outcome, cell: of } = (value ?? {}) as { outcome?: unknown; cell?: { kind?: unknown } };
  oneOf('completed', 'failed', 'skipped')(outcome, `${path}.outcome`, problems);
  const check = outcome !== 'completed' ? withoutResult : of?.kind === 'capacity' ? ceiling : delivered;
  check(value, path, problems);
};

const document = object({
  id: text,
  status: oneOf('running', 'completed', 'interrupted'),
  startedAt: text,
  scenario: object({ name: text }),
  tool: object({ version: text, gitCommit: orNull(text), gitDirty: orNull(bool) }),
  environment: object({
    cpuModel: orNull(text),
    cpuCount: number,
    cpuGovernor: orNull(text),
    memoryBytes: number,
    os: text,
    kernel: text,
    nodeVersion: text,
    packages: record(text),
    network: object({ scope: text }),
    publisherPriority: object({ class: text }),
  }),
  plan: object({
    seed: number,
    trialsPerCell: number,
    phases: object({ warmupMs: number, measureMs: number, drainMs: number }),
    cells: list(cell),
  }),
  cells: list(result),
  warnings: list(anyObject),
});

/** Everything that keeps a value of the right kind and version from being compared; none when it can be. */
export function shapeProblems(value: unknown): string[] {
  const problems: string[] = [];
  document(value, '', problems);
  return problems;
}
