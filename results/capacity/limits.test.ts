import { describe, expect, test } from 'vitest';
import type { MachineUsage } from '../resource-usage.ts';
import { capacitySearchDocument, objective, probe, quietMeasurement } from '../samples/capacity-search.ts';
import type {
  CapacityProbe,
  CapacitySearchResult,
  CapacitySearchSection,
  ProbeMeasurement,
} from './capacity-search-section.ts';
import { answerOf, limitsOf } from './limits.ts';
import { searchWarnings } from './search-warnings.ts';

const failing = (value: number, more: Partial<ProbeMeasurement>) =>
  probe(value, { held: false, reasons: ['p99 60.0 ms'], measured: quietMeasurement(more) });
const aborted = (value: number, reason: string) => probe(value, { held: false, reasons: [reason], measured: null });
const quiet = quietMeasurement();
const machine = (more: Partial<MachineUsage>) => ({ machine: { ...(quiet.machine as MachineUsage), ...more } });
const late = (p99: number, peakBacklogEvents = 0) => ({
  publisher: { ...quiet.publisher, latenessUs: { p50: 100, p99, max: p99 }, peakBacklogEvents },
});
const parts = (...probes: CapacityProbe[]) => limitsOf(probes, 200, objective).map(({ part }) => part);

describe('what was at its limit', () => {
  const cases: [name: string, below: Partial<ProbeMeasurement>, at: Partial<ProbeMeasurement>, part: string][] = [
    ['a busy server', { serverCores: 0.89 }, { serverCores: 0.9 }, 'server'],
    [
      'each of several processes',
      { serverCores: 1.7, serverProcesses: 2 },
      { serverCores: 1.8, serverProcesses: 2 },
      'server',
    ],
    ['a busy event loop of the driver', { driverUtilization: 0.7 }, { driverUtilization: 0.71 }, 'driver'],
    ['busy workers', { driverCores: 1.7, driverWorkers: 2 }, { driverCores: 1.8, driverWorkers: 2 }, 'driver'],
    ['a late publisher, by a fifth of the objective', late(10_000), late(10_001), 'publisher'],
    ['a full machine', machine({ idleCores: 0.6 }), machine({ idleCores: 0.59 }), 'machine'],
    ['other programs', machine({ otherCores: 0.4 }), machine({ otherCores: 0.41 }), 'other programs'],
    ['an accept queue', machine({ acceptQueueOverflows: 0 }), machine({ acceptQueueOverflows: 1 }), 'accept queue'],
  ];
  test.each(cases)('%s, and nothing just below', (_name, below, at, part) => {
    expect(parts(failing(200, below))).toEqual([]);
    expect(parts(failing(200, at))).toEqual([part]);
  });

  test('a publisher that waits for a server to read is not late by itself', () => {
    expect(parts(failing(200, late(40_000, 12)))).toEqual([]);
  });

  test('is read from all failing probes of that value and from no other', () => {
    const busy = { serverCores: 1 };
    expect(parts(failing(200, {}), failing(200, busy), failing(200, { serverCores: 0.95 }))).toEqual(['server']);
    expect(parts(failing(200, {}), failing(400, busy), probe(200, { measured: quietMeasurement(busy) }))).toEqual([]);
  });

  test('is unknown where the system does not tell', () => {
    expect(parts(failing(200, { serverCores: null, machine: null }))).toEqual([]);
  });

  test.each([
    ['the server ended in the measure phase: exit code 1', ['server']],
    ['server faulty did not start: exit code 1', ['server']],
    ['a driver worker ended unexpectedly: SIGKILL', ['driver']],
    ['the publisher ended unexpectedly: SIGKILL', ['publisher']],
    ['only 90 of 100 subscribers were subscribed after 15 s; the last reason heard was: none', []],
    ['only 9 of 10 subscribers were subscribed after 15 s; the last reason heard was: EADDRNOTAVAIL', ['machine']],
  ])('a trial that failed: %s', (reason, expected) => {
    expect(parts(aborted(200, reason))).toEqual(expected);
  });
});

describe('a warning', () => {
  const withOthers = (...otherCores: number[]) => {
    const probes = otherCores.map((cores) =>
      probe(100, { measured: quietMeasurement(machine({ otherCores: cores })) }),
    );
    const section = capacitySearchDocument().capacitySearch as CapacitySearchSection;
    return searchWarnings({ ...section, searches: [{ ...(section.searches[0] as CapacitySearchResult), probes }] });
  };

  test('is given when other programs used more than a tenth of the machine in most probes', () => {
    expect(withOthers(0.4, 3, 0.1)).toEqual([]);
    expect(withOthers(0.5, 3, 0.1)).toMatchObject([
      { code: 'other-programs', message: expect.stringContaining('0.500 of 4 cores') },
    ]);
    expect(withOthers()).toEqual([]);
  });
});

describe('an answer', () => {
  const confirmed = { kind: 'confirmed', value: 190, failed: 200 } as const;
  const answer = (...probes: CapacityProbe[]) => answerOf(confirmed, probes, objective);

  const server = { serverCores: 0.97 };
  const driver = { driverUtilization: 0.9 };
  const full = machine({ idleCores: 0 });
  const others = machine({ otherCores: 1.5 });
  test.each([
    ['the server', server, 'capacity'],
    ['nothing that was found', {}, 'capacity'],
    [
      'the server, on a full machine with other programs',
      { ...server, ...machine({ idleCores: 0, otherCores: 1 }) },
      'capacity',
    ],
    ['the driver', driver, 'at-least'],
    ['the driver and the server', { ...driver, ...server }, 'at-least'],
    ['the publisher', late(30_000), 'at-least'],
    ['the machine', full, 'at-least'],
    ['other programs', others, 'at-least'],
  ])('limited by %s is %j: %s', (_who, measured, kind) => {
    expect(answer(failing(200, measured)).answer).toEqual({ kind, value: 190, failed: 200 });
  });

  test('is no capacity of the server when the driver was busy already while the value held', () => {
    const held = probe(190, { purpose: 'confirm', measured: quietMeasurement(driver) });
    const { answer: found, limits } = answer(failing(200, server), held);
    expect(found.kind).toBe('at-least');
    expect(limits.map(({ part }) => part)).toEqual(['server', 'driver']);
    expect(limits[1]?.evidence).toContain('while 190 held');
  });

  test('at the end of the search is a lower bound', () => {
    const { answer: found, limits } = answerOf({ kind: 'confirmed', value: 800, failed: null }, [], objective);
    expect(found).toEqual({ kind: 'at-least', value: 800, failed: null });
    expect(limits).toMatchObject([{ part: 'end of the search' }]);
  });

  test('of nothing that holds keeps the evidence, of an unfinished search its interval', () => {
    const none = answerOf({ kind: 'none', failed: 200, heldOnce: false }, [failing(200, server)], objective);
    expect(none).toMatchObject({ answer: { kind: 'none', failed: 200 }, limits: [{ part: 'server' }] });
    expect(answerOf({ kind: 'running', held: 100, failed: 200 }, [failing(200, server)], objective)).toEqual({
      answer: { kind: 'unfinished', held: 100, failed: 200 },
      limits: [],
    });
  });
});
