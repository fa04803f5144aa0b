import { expect, test } from 'vitest';
import { RunDocumentError, readRunDocument } from './read-document.ts';
import type { RunDocument } from './run-document.ts';
import { quickDocument } from './samples/variants.ts';

function problems(text: string): readonly string[] {
  try {
    readRunDocument(text, 'run.json');
  } catch (error) {
    expect(error).toBeInstanceOf(RunDocumentError);
    expect((error as Error).message).toMatch(/^run\.json:/);
    return (error as RunDocumentError).problems;
  }
  return [];
}

const golden = JSON.stringify(quickDocument());

test('what was written is read again, unknown keys included', () => {
  const document = { ...quickDocument(), addedLater: { by: 'a newer tool' } };
  expect(readRunDocument(JSON.stringify(document), 'run.json')).toEqual(document);
});

test.each([
  ['', /^is empty/],
  ['hello', /^is not JSON \(.*\); expected the run\.json/],
  [golden.slice(0, 70_000), /^begins like JSON and is cut off after 70000 characters/],
  ['null', /no run document: expected kind "transport-bench-run", it has no kind/],
  ['[1]', /it has no kind/],
  ['{"kind":"other"}', /its kind is "other"/],
  ['{"kind":"transport-bench-run"}', /^has schemaVersion none, and this program reads 3/],
  [
    '{"kind":"transport-bench-run","schemaVersion":4}',
    /^has schemaVersion 4, and this program reads 3; use the version/,
  ],
])('%.40s', (text, message) => {
  const found = problems(text);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(message);
});

test('all missing and wrong keys at once, each with its place', () => {
  const document = JSON.parse(golden) as Record<string, unknown> & RunDocument;
  Reflect.deleteProperty(document, 'command');
  Reflect.deleteProperty(document.environment, 'kernel');
  const [polling, longPolling] = document.cells as unknown as Record<string, Record<string, unknown>>[];
  Reflect.deleteProperty(polling?.['latencyUs'] ?? {}, 'p50');
  (longPolling?.['deliveries'] as Record<string, unknown>)['missing'] = -1;
  const found = problems(JSON.stringify(document));
  expect(found.map((problem) => problem.split(':')[0])).toEqual([
    'command',
    'environment.kernel',
    'cells[0].latencyUs.p50',
    'cells[1].deliveries.missing',
  ]);
});

test('every key of the document is checked: without it the document is refused', () => {
  const keysOf = (value: unknown): string[] => (value !== null && typeof value === 'object' ? Object.keys(value) : []);
  // Free-form objects, whose keys are not fixed.
  const open = new Set(['packages', 'transportOptions', 'serverOptions', 'inputs']);
  // Parts that not every run has.
  const optional = new Set(['.anatomy', '.cells.0.trials.0.timeline']);
  const missed: string[] = [];
  const walk = (root: unknown, at: unknown, path: string): void => {
    for (const key of keysOf(at)) {
      const parent = at as Record<string, unknown>;
      const value = parent[key];
      const isIndex = Array.isArray(at);
      if (isIndex && key !== '0') continue;
      if (!isIndex) {
        Reflect.deleteProperty(parent, key);
        if (problems(JSON.stringify(root)).length === 0 && !optional.has(`${path}.${key}`))
          missed.push(`${path}.${key}`);
        parent[key] = value;
      }
      if (!open.has(key)) walk(root, value, `${path}.${key}`);
    }
  };
  // One cell of each kind with one trial keeps the walk short.
  const small = JSON.parse(golden) as RunDocument;
  for (const outcome of [0, 5, 6, 7]) {
    const document = structuredClone(small);
    document.cells = [document.cells[outcome] as RunDocument['cells'][number]];
    document.plan.cells = document.plan.cells.slice(0, 1);
    document.plan.trials = document.plan.trials.slice(0, 1);
    const [cell] = document.cells;
    if (cell?.outcome === 'completed') cell.trials.length = 1;
    walk(document, document, '');
  }
  expect(missed).toEqual([]);
});
