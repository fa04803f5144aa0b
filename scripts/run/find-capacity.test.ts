import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CapacitySearchResult } from '../../results/capacity/capacity-search-section.ts';
import { parseObjective } from '../../results/capacity/objective.ts';
import { type CapacityRequest, planSearches } from '../../results/capacity/plan-searches.ts';
import { readRunDocument } from '../../results/read-document.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { emptyDocument } from '../../results/samples/variants.ts';
import type { DeliveryCell, Phases } from '../../scenarios/cell.ts';
import { findCapacity, newSearchSection } from './find-capacity.ts';
import { fragileAbove } from './fixtures/faulty/faults.ts';
import { fastify, faulty, testCell } from './fixtures/test-trial.ts';
import { RunFolder } from './run-folder.ts';

let folder: string;
let output: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-capacity-'));
  output = '';
});

afterEach(() => {
  Reflect.deleteProperty(process.env, 'FAULTS');
  rmSync(folder, { recursive: true });
});

async function search(
  cell: DeliveryCell,
  phases: Phases,
  request: Omit<CapacityRequest, 'objective'>,
  objective: string,
): Promise<{ result: CapacitySearchResult; document: RunDocument }> {
  const empty = emptyDocument();
  const plan = planSearches(
    { ...empty.plan, phases, cells: [cell], trials: [] },
    { ...request, objective: parseObjective(objective).objective as CapacityRequest['objective'] },
    { test: [cell.transport], faulty: [cell.transport] },
    () => 1_000,
  );
  const document: RunDocument = { ...empty, status: 'running', capacitySearch: newSearchSection(plan) };
  const runFolder = new RunFolder(join(folder, 'out'));
  await findCapacity(plan, {
    document,
    servers: new Map([
      ['test', fastify],
      ['faulty', faulty],
    ]),
    folder: runFolder,
    signal: new AbortController().signal,
    output: {
      write: (text) => {
        output += text;
      },
      isTTY: false,
      columns: 80,
    },
    live: null,
  });
  // What stands in the file is what is in memory, and can be read.
  const written = readRunDocument(readFileSync(runFolder.documentPath, 'utf8'), 'run.json');
  expect(written.capacitySearch).toEqual(JSON.parse(JSON.stringify(document.capacitySearch)));
  return { result: document.capacitySearch?.searches[0] as CapacitySearchResult, document };
}

const shortPhases = { warmupMs: 50, measureMs: 200, drainMs: 1_000 };

describe('a search for subscribers', () => {
  it('finds the load at which a server dies, and blames the server', async () => {
    process.env['FAULTS'] = 'fragile';
    const cell = testCell('sse', { server: 'faulty', subscribers: fragileAbove });
    const request = { axes: ['subscribers'], upTo: fragileAbove + 1 } as const;
    const { result, document } = await search(cell, shortPhases, request, 'p50 < 10s');
    expect(result.answer).toEqual({ kind: 'capacity', value: fragileAbove, failed: fragileAbove + 1 });
    expect(result.limits).toMatchObject([
      { part: 'server', evidence: expect.stringMatching(/^the server ended in the connect phase: exit code 7$/) },
    ]);
    expect(result.probes.map(({ value, held, purpose }) => [value, held, purpose])).toEqual([
      [20, true, 'search'],
      [21, false, 'search'],
      [21, false, 'search'],
      [20, true, 'confirm'],
      [20, true, 'confirm'],
      [20, true, 'confirm'],
    ]);
    // Fresh feeds, and what was measured of each run that was completed.
    expect(new Set(result.probes.map(({ seed }) => seed)).size).toBe(result.probes.length);
    for (const { held, measured, reasons } of result.probes) {
      expect(measured === null).toBe(!held);
      expect(reasons.length > 0).toBe(!held);
      if (measured !== null) expect(measured.deliveries.delivered).toBe(measured.deliveries.expected);
      if (measured !== null && process.platform === 'linux') expect(measured.machine?.ownCores).toBeGreaterThan(0);
    }
    expect(document.status).toBe('completed');
    expect(output).toMatch(/probe 2, faulty sse, 21 subscribers \(search\): does not hold: the server ended/);
    expect(output).toMatch(/faulty sse: 20 subscribers at 100 events\/s, limited by: server/);
  });
});

describe('a search for the rate', () => {
  it('measures long enough for the percentile, at every rate', async () => {
    // At 400 events/s the 368 events of a p99 take 0.92 s, which a Poisson feed may or may not have by then.
    const cell = testCell('websocket', { eventsPerSec: 400, schedule: { kind: 'poisson' } });
    const { result } = await search(cell, shortPhases, { axes: ['rate'], upTo: 400 }, 'p99 < 10s');
    expect(result.answer).toEqual({ kind: 'at-least', value: 400, failed: null });
    expect(result.probes).toHaveLength(4);
    for (const { measured, measureMs } of result.probes) {
      expect(measureMs).toBeGreaterThan(800);
      expect(measured?.latencyUs.events).toBeGreaterThanOrEqual(368);
    }
  });
});
