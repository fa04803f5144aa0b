import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it, test } from 'vitest';
import {
  judged,
  ofManyCells,
  otherSystem,
  regress,
  thresholdThat,
  wholeDocument,
} from '../export/comparison/fixtures/judged.ts';
import { doubtfulDocument, emptyDocument, quickDocument } from '../samples/variants.ts';
import { comparisonDocument } from './comparison-document.ts';
import { comparisonDocumentSchema, comparisonJsonSchema } from './comparison-document-schema.ts';

const schemaFile = JSON.parse(readFileSync(join(import.meta.dirname, 'comparison.schema.json'), 'utf8'));
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schemaFile);
const problemsOf = (value: unknown) => (validate(value) ? [] : validate.errors);
const documentOf = (...runs: Parameters<typeof judged>) => {
  const { comparison, gate } = judged(...runs);
  // As another program reads it.
  return JSON.parse(JSON.stringify(comparisonDocument(comparison, gate)));
};

test('comparison.schema.json is up to date (npm run schemas writes it)', () => {
  expect(schemaFile).toEqual(comparisonJsonSchema());
});

test('a comparison as other programs read it', () => {
  const head = { ...wholeDocument(regress), id: 'head' };
  const thresholds = [thresholdThat('fail')];
  const { comparison } = judged(wholeDocument(), head, thresholds);
  const document = documentOf(wholeDocument(), head, thresholds);
  expect(document).toMatchObject({
    kind: 'transport-bench-comparison',
    schemaVersion: 1,
    outcome: 'regression',
    base: { id: quickDocument().id, scenario: 'quick', commit: quickDocument().tool.gitCommit, runs: 1 },
    head: { id: 'head' },
    basis: 'absolute',
    thresholds: [{ result: 'fail', cells: [{ value: 2_130, limit: 2_000 }] }],
    missing: [],
  });
  const metricsOf = (refs: { metric: string }[]) => refs.map(({ metric }) => metric);
  expect(metricsOf(document.regressions)).toEqual(['bytes.overheadPerDelivery', 'deliveries.missing']);
  expect(metricsOf(document.improvements)).toEqual(['serverUsage.cpuUsPerDelivery']);
  expect(document.cells.map(({ id }: { id: string }) => id)).toEqual(comparison.cells.map(({ id }) => id));
  const all = comparison.cells.flatMap(({ changes }) => changes);
  const written = document.cells.flatMap(({ changes }: { changes: unknown[] }) => changes);
  expect(written).toEqual(
    all.map(({ metric, ...change }) =>
      expect.objectContaining({ ...change, metric: metric.key, unit: metric.units[0]?.symbol }),
    ),
  );
});

describe('the published schema', () => {
  const documents: Record<string, () => unknown> = {
    'a pass': () => documentOf(wholeDocument(), wholeDocument()),
    'a regression': () => documentOf(wholeDocument(), wholeDocument(regress), [thresholdThat('missing')]),
    'cells that are missing or not valid': () => documentOf(quickDocument(), doubtfulDocument()),
    'nothing at all': () => documentOf(emptyDocument(), emptyDocument()),
    'incompatible runs': () => documentOf(wholeDocument(), otherSystem()),
    'forced ones': () => documentOf(wholeDocument(), otherSystem(), [], { force: true }),
    'many cells': () => {
      const { comparison, gate } = ofManyCells(500);
      return comparisonDocument(comparison, gate);
    },
  };

  it.each(Object.entries(documents))('describes %s', (_name, documentOfRuns) => {
    expect(problemsOf(documentOfRuns())).toEqual([]);
  });

  const wrong: Record<string, object> = {
    outcome: { outcome: 'fine' },
    schemaVersion: { schemaVersion: 2 },
    kind: { kind: 'transport-bench-run' },
    basis: { basis: 'unknown' },
    regressions: { regressions: ['websocket'] },
  };

  it.each(Object.entries(wrong))('refuses another %s', (key, value) => {
    const document = { ...documentOf(wholeDocument(), wholeDocument()), ...value };
    expect(problemsOf(document)?.map(({ instancePath }) => instancePath.split('/')[1])).toContain(key);
    expect(comparisonDocumentSchema.safeParse(document).success).toBe(false);
  });

  it('refuses a document without an outcome', () => {
    const { outcome: _, ...document } = documentOf(wholeDocument(), wholeDocument());
    expect(problemsOf(document)).not.toEqual([]);
  });

  it('explains every key', () => {
    const undescribed: string[] = [];
    const visit = (node: Record<string, unknown>, path: string) => {
      for (const [key, child] of Object.entries(
        (node['properties'] ?? {}) as Record<string, Record<string, unknown>>,
      )) {
        if (!('description' in child)) undescribed.push(`${path}.${key}`);
        visit(child, `${path}.${key}`);
      }
      if (node['items'] !== undefined) visit(node['items'] as Record<string, unknown>, `${path}[]`);
      for (const branch of (node['anyOf'] ?? []) as Record<string, unknown>[]) visit(branch, path);
    };
    visit(schemaFile, '');
    expect(undescribed).toEqual([]);
    expect(Object.keys(schemaFile.properties).length).toBeGreaterThan(15);
  });
});
