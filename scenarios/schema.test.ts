import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultServerOptions, transportIds } from '../servers/contract/transports.ts';
import { listScenarios, loadScenario } from './load.ts';
import { scenarioJsonSchema, scenarioSchema } from './schema.ts';

const schemaFile = JSON.parse(readFileSync(join(import.meta.dirname, 'scenario.schema.json'), 'utf8'));
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schemaFile);

const minimal = {
  question: 'Which?',
  subscribers: 1,
  eventsPerSec: 50,
  payloadBytes: 128,
  phases: { warmupMs: 0, measureMs: 1000, drainMs: 1000 },
  trials: 1,
};

test('scenario.schema.json is up to date (npm run schemas writes it)', () => {
  expect(schemaFile).toEqual(scenarioJsonSchema());
});

test('every key explains itself in the editor', () => {
  const undescribed: string[] = [];
  const visit = (
    node: { properties?: Record<string, object>; anyOf?: object[]; description?: string },
    path: string,
  ) => {
    for (const [key, child] of Object.entries(node.properties ?? {})) {
      if (!('description' in child)) undescribed.push(`${path}.${key}`);
      visit(child, `${path}.${key}`);
    }
    for (const branch of node.anyOf ?? []) visit(branch, path);
  };
  visit(schemaFile, '');
  expect(undescribed).toEqual([]);
  expect(Object.keys(schemaFile.properties)).toHaveLength(16);
});

test('the defaults are filled in', () => {
  const scenario = scenarioSchema.parse(minimal);
  expect(scenario).toEqual({
    ...minimal,
    servers: ['fastify'],
    transports: transportIds,
    subscribers: [1],
    eventsPerSec: [50],
    payloadBytes: [128],
    schedule: { kind: 'poisson' },
    seed: 1,
    subscribersMax: {},
    transportOptions: {
      polling: { intervalMs: [250], keepAlive: [true] },
      'long-polling': { keepAlive: [true] },
      sse: {},
      'http-stream': {},
      websocket: {},
    },
    headers: ['bare'],
    serverOptions: {},
    thresholds: [],
  });
});

test('every option of a server can be set', () => {
  expect(scenarioSchema.parse({ ...minimal, serverOptions: defaultServerOptions }).serverOptions).toEqual(
    Object.fromEntries(Object.entries(defaultServerOptions).map(([key, value]) => [key, [value]])),
  );
});

describe('the JSON Schema and the parser agree', () => {
  test.each(listScenarios())('on %s', (name) => {
    validate(parse(loadScenario(name).yaml));
    expect(validate.errors).toBeNull();
  });

  test('on values around every bound', () => {
    const near = fc.oneof(
      fc.integer({ min: -2, max: 40 }),
      fc.constantFrom(0.0009, 0.001, 99, 100, 999, 1000, 20_000, 20_001, 100_000, 100_001, 1_000_000, 1_000_001, 1.5),
      fc.constantFrom(1_048_576, 1_048_577, 4_294_967_295, 4_294_967_296, 'x', '', true, null),
      fc.constantFrom(16_000, 16_001, 'bare', 'browser'),
    );
    const value = fc.oneof(near, fc.array(near, { maxLength: 3 }));
    const change = fc.record({
      key: fc.constantFrom(
        'subscribers',
        'subscribersMax',
        'eventsPerSec',
        'payloadBytes',
        'headers',
        'serverOptions',
        'trials',
        'seed',
        'capacity',
        'schedule',
        'phases',
        'thresholds',
      ),
      value: fc.oneof(
        value,
        fc.record({ burst: value }),
        fc.record({ sse: value, 'long-polling': near }),
        fc.record({ connections: value, durationMs: value }),
        fc.record({ coalesceMs: value }),
        fc.record({ warmupMs: near, measureMs: near, drainMs: near }),
        fc.array(
          fc.oneof(
            near,
            fc.record({ check: near, severity: fc.constantFrom('fail', 'warn', 'x') }, { noNullPrototype: true }),
          ),
        ),
      ),
    });
    fc.assert(
      fc.property(change, (changed) => {
        const data = { ...minimal, [changed.key]: changed.value };
        expect(validate(data)).toBe(scenarioSchema.safeParse(data).success);
      }),
      { numRuns: 1000 },
    );
  });
});
