import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transportIds } from '../../servers/contract/transports.ts';
import type { Contestant } from './contestants.ts';
import { hasWrk, POLL_CONNECTIONS, type Poller, pollTrial } from './poll-trial.ts';
import { cpuUsPerDelivery, pushTrial } from './push-trial.ts';

const { signal } = new AbortController();
const contestants: Contestant[] = ['driver', 'bare', 'library'];
const trials = transportIds.flatMap((transport) =>
  contestants
    .filter((contestant) => contestant !== 'library' || !transport.endsWith('polling'))
    .map((contestant) => ({ transport, contestant })),
);

// Under CI it runs and fails, so that nobody takes a missing program for a passed test.
const skipsWrk = !hasWrk() && process.env['CI'] === undefined;
if (skipsWrk) console.warn('wrk is not tested as a poller: it is not installed.');

describe.runIf(process.platform === 'linux')('a trial against the null server', () => {
  // pushTrial itself throws when a contestant has not received every event.
  it.each(trials)('$contestant receives all events of $transport', async ({ transport, contestant }) => {
    // Each of the polls, one a second, brings one event.
    const [eventsPerSec, drainMs] = transport === 'polling' ? [10, 4_500] : [100, 300];
    const cell = { transport, subscribers: 5, eventsPerSec };
    const phases = { warmupMs: 100, measureMs: 200, drainMs };
    const record = await pushTrial(contestant, cell, 1, signal, phases);
    expect(record.publisher.published).toBe((eventsPerSec * 300) / 1000);
    expect(cpuUsPerDelivery(record, 5)).toBeGreaterThan(0);
  });

  const pollers: Poller[] = ['driver', 'bare', 'library', 'autocannon', ...(skipsWrk ? [] : ['wrk' as const])];
  it.each(pollers)('%s polls, and the server counts it', async (poller) => {
    const { pollsPerSec, cpuUsPerPoll, measurement } = await pollTrial(poller, signal, {
      warmupMs: 600,
      measureMs: 400,
    });
    expect(pollsPerSec).toBeGreaterThan(0);
    expect(cpuUsPerPoll).toBeGreaterThan(0);
    if (poller !== 'driver') return;
    // Every poll brought the next event: verified, recorded, in order.
    const { delivered, corrupted, duplicated, outOfOrder } = measurement?.deliveries ?? {};
    expect({ corrupted, duplicated, outOfOrder }).toEqual({ corrupted: 0, duplicated: 0, outOfOrder: 0 });
    // The first poll of each connection, by which it subscribes, comes before the measure phase.
    expect(delivered).toBe((measurement?.fromDue.count ?? 0) + POLL_CONNECTIONS);
  });
});

it('refuses what it does not understand, with what there is', () => {
  const main = join(import.meta.dirname, '..', 'bench-driver.ts');
  const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  const wrongRounds = run('--rounds', 'many');
  expect([wrongRounds.status, wrongRounds.stdout]).toEqual([2, '']);
  expect(wrongRounds.stderr).toContain('expected a whole number from 1 to 1,000, got many');
  const wrongTable = run('--only', 'push,tables');
  expect(wrongTable.status).toBe(2);
  expect(wrongTable.stderr).toContain('there is no tables; choose from push, polls, memory, latency');
});
