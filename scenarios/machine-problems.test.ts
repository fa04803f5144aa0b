import { describe, expect, it } from 'vitest';
import { transportIds } from '../servers/contract/transports.ts';
import { linuxLimits } from './fixtures/linux-limits.ts';
import { machineProblems, machineSuffices } from './machine-problems.ts';
import { parseScenario } from './parse.ts';
import { planScenario } from './plan.ts';
import type { MachineLimits } from './process-layout.ts';

const offered = { fastify: transportIds };

function plan(changes: object) {
  const data = {
    question: 'Which?',
    transports: ['sse', 'long-polling'],
    subscribers: 10,
    eventsPerSec: 1,
    payloadBytes: 128,
    phases: { warmupMs: 20_000, measureMs: 60_000, drainMs: 10_000 },
    trials: 1,
    ...changes,
  };
  return planScenario(parseScenario(JSON.stringify(data), 'sample.yaml'), {}, offered);
}

const problems = (
  changes: object,
  limits: Partial<MachineLimits>,
  offer: Parameters<typeof machineProblems>[1] = offered,
) =>
  machineProblems(plan(changes), offer, { ...linuxLimits, ...limits }).map(({ path, found, advice }) => [
    path,
    found,
    advice,
  ]);

describe('machineProblems', () => {
  it('finds none where the machine suffices, or does not tell', () => {
    expect(problems({ subscribers: [1_000, 50_000] }, {})).toEqual([]);
    const unknown = { openFiles: null, localPorts: null, availableMemoryBytes: null };
    expect(problems({ subscribers: 50_000 }, unknown)).toEqual([]);
  });

  it('names the cell that needs the most open files, and what to raise', () => {
    expect(problems({ subscribers: [10, 49_153, 50_000] }, { openFiles: 1_024 })).toEqual([
      [
        'open files',
        'found 1,024 per process, which leaves 768 for connections; long-polling with 50,000 subscribers needs 782, even in 64 server processes (and 3 more cells too much)',
        'raise the limit with `ulimit -n 65536` (the hard limit as root or in /etc/security/limits.conf), or lower subscribers',
      ],
    ]);
    // 64 processes of 768 connections hold 49,152.
    expect(problems({ subscribers: 49_152 }, { openFiles: 1_024 })).toEqual([]);
    const [[, found, advice] = []] = problems(
      { transports: ['sse'], subscribers: 1_000_000 },
      { openFiles: 256, availableMemoryBytes: null },
    );
    expect(found).toContain('leaves 0 for connections');
    expect(advice).toContain('ulimit -n 65536');
  });

  it('has one process alone for the request ceiling', () => {
    const capacity = { transports: ['polling'], capacity: { connections: 1_000, durationMs: 1_000 } };
    expect(problems(capacity, { openFiles: 1_024 })).toEqual([
      [
        'open files',
        'found 1,024 per process, which leaves 768 for connections; the request ceiling with 1,000 connections needs 1,000',
        expect.stringContaining('ulimit -n 65536'),
      ],
    ]);
  });

  it('says where ports do not suffice, on Linux and where there is one loopback address', () => {
    const polled = {
      transports: ['polling'],
      subscribers: 5_000,
      transportOptions: { polling: { intervalMs: 250, keepAlive: false } },
    };
    // 5,000 subscribers open 241 connections each within 60 s.
    const [[path, found, advice] = []] = problems(polled, { localPorts: { low: 60_000, high: 60_999 } });
    expect([path, found]).toEqual([
      'local ports',
      'found the range 60000 to 60999, enough for 230,400 connections from 1,024 loopback addresses; polling with 5,000 subscribers opens 1,205,000 within a minute',
    ]);
    expect(advice).toContain('sysctl -w net.ipv4.ip_local_port_range');
    expect(problems(polled, {})).toEqual([]);
    const [[, elsewhere, instead] = []] = problems(polled, { hasLoopbackNetwork: false });
    expect(elsewhere).toMatch(/25,408 connections .* polling with 5,000 subscribers opens 1,205,000 .* only Linux/);
    expect(instead).toMatch(/^run it on Linux/);
  });

  it('estimates memory, and says all problems at once', () => {
    const all = problems({ transports: ['sse'], subscribers: 50_000 }, { openFiles: 1_024, availableMemoryBytes: 1e9 });
    expect(all.map(([path]) => path)).toEqual(['open files', 'memory']);
    expect(all[1]?.[1]).toMatch(/^found 1\.0 GB available; sse with 50,000 subscribers needs about \d+\.\d GB$/);
  });

  it('asks nothing for cells that will be skipped', () => {
    expect(problems({ subscribers: 50_000 }, { openFiles: 1_024 }, { fastify: ['polling'] })).toEqual([]);
  });
});

describe('machineSuffices', () => {
  it('holds for a cell exactly as far as there is no problem', () => {
    const { cells, phases } = plan({ transports: ['sse'], subscribers: [49_152, 49_153] });
    expect(cells.map((cell) => machineSuffices(cell, phases, { ...linuxLimits, openFiles: 1_024 }))).toEqual([
      true,
      false,
    ]);
  });
});
