import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transportIds } from '../servers/contract/transports.ts';
import { listScenarios, loadScenario } from './load.ts';
import { planScenario } from './plan.ts';
import { ScenarioError } from './problems.ts';

const KNOWN =
  'burst, capacity, coalescing, connections, fanout, headers, idle, payload, poll-interval, quick, single, smoke';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenarios-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function messageOf(nameOrPath: string): string {
  try {
    loadScenario(nameOrPath);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error(`${nameOrPath} was loaded`);
}

test('the scenarios that come with the tool are listed', () => {
  expect(listScenarios().join(', ')).toBe(KNOWN);
});

describe('a scenario is found', () => {
  test('by its name', () => {
    const { scenario, file, yaml } = loadScenario('quick');
    expect(scenario.name).toBe('quick');
    expect(file).toBe(join(import.meta.dirname, 'quick.yaml'));
    expect(yaml).toContain(scenario.question);
  });

  test.each(['mine.yaml', 'mine.yml'])('by the path of %s', (base) => {
    const file = join(folder, base);
    writeFileSync(file, loadScenario('smoke').yaml);
    expect(loadScenario(file)).toMatchObject({ file, scenario: { name: 'mine', subscribers: [10] } });
  });
});

describe('what cannot be loaded is said', () => {
  test('an unknown name, with the nearest', () => {
    expect(messageOf('quik')).toBe(
      `scenario "quik": 1 problem\n  there is no scenario of this name; did you mean quick? Known: ${KNOWN}; ` +
        'a path to a file contains a slash or ends in .yaml',
    );
    expect(messageOf('../quick')).toContain('there is no such file');
    expect(messageOf('')).toContain('there is no scenario of this name');
  });

  test('a file that is not there, a folder, a file that is no text, a huge one', () => {
    expect(messageOf('nowhere.yaml')).toBe(
      `nowhere.yaml: 1 problem\n  there is no such file; known scenarios: ${KNOWN}`,
    );
    expect(messageOf(`${folder}/`)).toContain('this is not a file; name a YAML file');

    const binary = join(folder, 'binary.yaml');
    writeFileSync(binary, Buffer.from([0x71, 0xff, 0xfe, 0x00]));
    expect(messageOf(binary)).toContain('the file is not UTF-8 text; save it as UTF-8');

    const huge = join(folder, 'huge.yaml');
    writeFileSync(huge, '');
    truncateSync(huge, 64 * 1024 + 1);
    expect(messageOf(huge)).toContain('the file has 65537 bytes');
  });
});

describe('every scenario that comes with the tool', () => {
  const offered = { fastify: transportIds };

  test.each([
    ['quick', 32, 125],
    ['smoke', 6, 25],
    ['fanout', 90, 15 * 60],
    ['coalescing', 80, 5 * 60],
    ['headers', 90, 5 * 60],
    ['idle', 30, 15 * 60],
    ['burst', 30, 15 * 60],
    ['payload', 120, 15 * 60],
    ['poll-interval', 56, 15 * 60],
    ['connections', 23, 12 * 60],
  ])('%s: %d trials in less than %d s', (name, trialCount, mostSec) => {
    const plan = planScenario(loadScenario(name).scenario, {}, offered);
    expect(plan.trials).toHaveLength(trialCount);
    expect(plan.estimateMs).toBeLessThan(mostSec * 1000);
  });

  test.each(listScenarios())('%s asks no more than two cores deliver', (name) => {
    const plan = planScenario(loadScenario(name).scenario, {}, offered);
    for (const cell of plan.cells) {
      if (cell.kind !== 'delivery') continue;
      const deliveriesPerSec = cell.subscribers * cell.eventsPerSec;
      expect(deliveriesPerSec).toBeLessThanOrEqual(20_000);
      expect(deliveriesPerSec * cell.payloadBytes).toBeLessThanOrEqual(100e6);
      if ('intervalMs' in cell.transportOptions) {
        expect(plan.phases.measureMs).toBeGreaterThanOrEqual(cell.transportOptions.intervalMs);
        expect((cell.subscribers * 1000) / cell.transportOptions.intervalMs).toBeLessThanOrEqual(5000);
      }
    }
  });

  test('quick has the events that support a p99: 0.99^n is below 2.5 % from n = 368 on', () => {
    const { trials, eventsPerSec, phases } = loadScenario('quick').scenario;
    const events = (trials * (eventsPerSec[0] ?? 0) * phases.measureMs) / 1000;
    // Five standard deviations of a Poisson feed below its mean there are still enough.
    expect(events - 5 * Math.sqrt(events)).toBeGreaterThan(368);
  });

  test.each(listScenarios())('%s has its schema for editors in the first line', (name) => {
    expect(loadScenario(name).yaml.split('\n')[0]).toBe('# yaml-language-server: $schema=./scenario.schema.json');
  });
});
