import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CapacityCell } from '../../scenarios/cell.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { runCapacityTrial } from './capacity-trial.ts';
import { fastify } from './fixtures/test-trial.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'capacity-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(server: Server, connections: number, durationMs = 1500) {
  const cell: CapacityCell = {
    kind: 'capacity',
    id: 'test',
    server: 'test',
    transport: 'polling',
    connections,
    durationMs,
  };
  return runCapacityTrial({
    cell,
    planned: { cellId: 'test', trial: 1, seed: 1 },
    server,
    folder,
    signal: new AbortController().signal,
  });
}

describe('the closed loop', () => {
  it.each([1, 20])("obeys Little's law with %d connections", async (connections) => {
    const { requests, requestsPerSec, response, errors } = await run(fastify, connections);
    expect(errors).toBe(0);
    expect(requests).toBeGreaterThan(connections);
    const inFlight = (requestsPerSec * response.sumUs) / response.count / 1e6;
    // Each connection has one poll under way at any time; what is cut at both ends of the phase is far below 5 %.
    expect(inFlight / connections).toBeGreaterThan(0.95);
    expect(inFlight / connections).toBeLessThan(1.05);
  });

  it('says so when the server ends in the middle', async () => {
    const start = [
      'node',
      '-e',
      `
      const { createServer } = require('node:http');
      let count = 0;
      const server = createServer((_, response) => {
        if (++count > 200) process.exit(7);
        response.writeHead(204).end();
      }).listen(0, '127.0.0.1', () => console.log(JSON.stringify({ ready: true, contractVersion: 1, port: server.address().port })));
    `,
    ];
    const dying: Server = { folder, manifest: { ...fastify.manifest, start } };
    await expect(run(dying, 4)).rejects.toThrow(/the server ended during the measurement: exit code 7/);
  });
});
