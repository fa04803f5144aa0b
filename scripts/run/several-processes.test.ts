import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MachineLimits } from '../../scenarios/process-layout.ts';
import { transportIds } from '../../servers/contract/transports.ts';
import { fastify, invalidChecks, runTestTrial, testCell } from './fixtures/test-trial.ts';

const SUBSCRIBERS = 100;

/** A machine so small that a hundred subscribers take three processes on either side, and eight addresses. */
const small: MachineLimits = {
  cores: 2,
  openFiles: 300,
  localPorts: { low: 40_000, high: 40_059 },
  availableMemoryBytes: null,
  hasLoopbackNetwork: process.platform === 'linux',
};

const phases = { warmupMs: 100, measureMs: 400, drainMs: 5_000 };

/** The chosen local addresses of the connections that are open now, with how many each has. */
function chosenAddresses(): Map<string, number> {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local = '', , state] = line.trim().split(/\s+/);
    // The file is read in pieces: a socket may come twice when others are opened meanwhile.
    if (seen.has(local)) continue;
    seen.add(local);
    // Little-endian hexadecimal: 127.64.1.2 is 0201407F; state 01 is ESTABLISHED.
    const octets = (local.slice(0, 8).match(/../g) ?? []).map((hex) => Number.parseInt(hex, 16)).reverse();
    if (state !== '01' || octets[0] !== 127 || (octets[1] ?? 0) < 64) continue;
    counts.set(octets.join('.'), (counts.get(octets.join('.')) ?? 0) + 1);
  }
  return counts;
}

/** The servers among the children of this process. */
function serverPids(): number[] {
  const tasks = readdirSync('/proc/self/task');
  const children = tasks.flatMap(
    (task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').match(/\d+/g) ?? [],
  );
  return children.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes('BENCH_PORT=');
    } catch {
      return false; // it ended meanwhile
    }
  });
}

describe('several server processes and workers', () => {
  it.each(transportIds)('deliver the feed of %s whole to every subscriber', async (transport) => {
    let addresses = new Map<string, number>();
    const { record, cell } = await runTestTrial(
      fastify,
      testCell(transport, { subscribers: SUBSCRIBERS, eventsPerSec: 50 }),
      phases,
      (phase) => {
        if (phase === 'measure' && small.hasLoopbackNetwork) addresses = chosenAddresses();
      },
      { limits: small },
    );
    expect(invalidChecks(cell)).toEqual([]);
    expect(cell.deliveries).toMatchObject({ expected: 25 * SUBSCRIBERS, delivered: 25 * SUBSCRIBERS });
    expect(record.measurement.usage.workers).toBe(3);
    expect(cell.connections).toMatchObject({ peak: SUBSCRIBERS, failed: 0 });
    if (!small.hasLoopbackNetwork) return;
    // Of 60 ports 54 may be used, a quarter of them from one address: 13, and so 8 addresses.
    expect(addresses.size).toBe(8);
    expect(Math.max(...addresses.values())).toBeLessThanOrEqual(15);
    expect([...addresses.values()].reduce((sum, count) => sum + count, 0)).toBe(SUBSCRIBERS);
  });

  it.runIf(process.platform === 'linux')('say which of them died', async () => {
    const trial = runTestTrial(
      fastify,
      testCell('sse', { subscribers: SUBSCRIBERS }),
      phases,
      (phase) => {
        if (phase === 'measure') process.kill(serverPids()[0] as number, 'SIGKILL');
      },
      { limits: small },
    );
    await expect(trial).rejects.toThrow(/^the server ended in the measure phase: process \d of 3: signal SIGKILL$/);
    expect(serverPids()).toEqual([]);
  });
});
