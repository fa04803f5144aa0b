import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryCells } from '../results/labels.ts';
import { readRunDocument } from '../results/read-document.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limits-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the command in a shell that may open so few files. */
function limited(openFiles: number, ...args: string[]) {
  const bench = join(import.meta.dirname, 'bench.ts');
  const script = `ulimit -n ${openFiles}; exec "$0" "$@"`;
  return spawnSync('/bin/sh', ['-c', script, process.execPath, bench, ...args], { encoding: 'utf8', timeout: 60_000 });
}

function scenarioFile(subscribers: number): string {
  const path = join(folder, `s${subscribers}.yaml`);
  const phases = '{ warmupMs: 200, measureMs: 1000, drainMs: 5000 }';
  writeFileSync(
    path,
    `question: How many?\ntransports: [sse, long-polling]\nsubscribers: ${subscribers}\neventsPerSec: 20\npayloadBytes: 128\ntrials: 1\nphases: ${phases}\n`,
  );
  return path;
}

describe('a machine with few open files', () => {
  it('runs several processes of the server and the driver, and delivers everything', () => {
    const out = join(folder, 'several');
    const { status, stderr } = limited(300, 'run', scenarioFile(100), '--out', out);
    expect(stderr).toMatch(/processes +3 server processes, 3 driver workers, 1 publisher/);
    expect(status).toBe(0);
    const cells = deliveryCells(readRunDocument(readFileSync(join(out, 'run.json'), 'utf8'), 'run.json'));
    expect(cells.map(({ cell }) => cell.transport)).toEqual(['long-polling', 'sse']);
    for (const { deliveries, connections, driverUsage, subscription } of cells) {
      expect(deliveries.expected).toBeGreaterThan(0);
      expect(deliveries.delivered).toBe(deliveries.expected);
      expect([subscription.serverProcesses, driverUsage.workers, connections.peak]).toEqual([3, 3, 100]);
      expect(subscription.firstDeliveryUs).toBeGreaterThan(0);
    }
  });

  it('says before it starts that it cannot, what it found and what to raise', () => {
    const out = join(folder, 'refused');
    const { status, stdout, stderr } = limited(300, 'run', scenarioFile(3_000), '--out', out);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /open files: found 300 per process, .* (sse|long-polling) with 3,000 subscribers needs 47, .*`ulimit -n 65536`/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(out)).toBe(false);
  });

  it('says so in the plan as well', () => {
    const { status, stdout } = limited(300, 'run', scenarioFile(3_000), '--plan');
    expect(status).toBe(0);
    expect(stdout).toMatch(/This machine does not suffice:\n +open files: found 300 per process/);
    const json = JSON.parse(limited(300, 'run', scenarioFile(100), '--plan', '--json').stdout);
    expect(json.processes).toEqual(
      json.cells.map(({ id }: { id: string }) => ({
        cellId: id,
        serverProcesses: 3,
        workers: 3,
        sourceAddresses: 1,
      })),
    );
  });
});
