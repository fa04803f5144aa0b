import { describe, expect, test } from 'vitest';
import type { DeliveryCell, Plan } from '../../scenarios/cell.ts';
import { loadScenario } from '../../scenarios/load.ts';
import { planScenario } from '../../scenarios/plan.ts';
import { ScenarioError } from '../../scenarios/problems.ts';
import { transportIds } from '../../servers/contract/transports.ts';
import { EVENTS_NEEDED } from '../percentiles.ts';
import { formatSearchPlan } from './format-search-plan.ts';
import { parseObjective } from './objective.ts';
import { type CapacityRequest, planSearches, probePhases } from './plan-searches.ts';

const offered = { fastify: transportIds };
const planOf = (name: string): Plan => planScenario(loadScenario(name).scenario, {}, offered);
const objectiveOf = (text: string) => parseObjective(text).objective as CapacityRequest['objective'];
const request = (more: Partial<CapacityRequest> = {}): CapacityRequest => ({
  axes: ['rate', 'subscribers'],
  objective: objectiveOf('p99 < 50ms'),
  upTo: null,
  ...more,
});
const machineHolds = () => 123_456;
const plan = (name: string, more: Partial<CapacityRequest> = {}) =>
  planSearches(planOf(name), request(more), offered, machineHolds);

function problemsOf(of: Plan, more: Partial<CapacityRequest> = {}): string[] {
  try {
    planSearches(of, request(more), offered, machineHolds);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map(({ path, found, advice }) => `${path}: ${found}; ${advice}`);
  }
}

const changed = (name: string, change: Partial<DeliveryCell>): Plan => {
  const made = planOf(name);
  return { ...made, cells: made.cells.map((cell) => (cell.kind === 'delivery' ? { ...cell, ...change } : cell)) };
};

describe('the searches of a scenario', () => {
  test('are one for each delivery cell and axis, and none of the request ceiling', () => {
    const { searches } = plan('quick');
    expect(searches.map(({ axis, cell }) => `${axis} ${cell.transport}`)).toEqual([
      ...transportIds.map((id) => `rate ${id}`),
      ...transportIds.map((id) => `subscribers ${id}`),
    ]);
  });

  test('begin with the values of the scenario, within what objective and machine allow', () => {
    const [rate] = plan('capacity', { axes: ['rate'] }).searches;
    const { start, lowest, highest } = rate?.range ?? { start: 0, lowest: 0, highest: 0 };
    // 368 events and a margin of 5 % within a minute.
    expect(lowest * 60).toBeGreaterThanOrEqual(EVENTS_NEEDED.p99 * 1.05);
    expect(lowest * 60).toBeLessThan(EVENTS_NEEDED.p99 * 1.1);
    expect([start, highest]).toEqual([50, 100_000]);
    const [subscribers] = plan('capacity', { axes: ['subscribers'] }).searches;
    expect(subscribers?.range).toMatchObject({ start: 100, lowest: 1, highest: 123_000 });
  });

  test('go no higher than they are told, from the beginning', () => {
    const [search] = plan('capacity', { axes: ['subscribers'], upTo: 30 }).searches;
    expect(search?.range).toMatchObject({ start: 30, lowest: 1, highest: 30 });
  });

  test('begin higher where the scenario has too few events per second for the objective', () => {
    const [search] = plan('idle', { axes: ['rate'] }).searches;
    expect(search?.range.start).toBe(search?.range.lowest);
  });

  test('are not made where a server does not offer the transport', () => {
    const { searches, longestMs } = planSearches(planOf('quick'), request(), { fastify: ['sse'] }, machineHolds);
    const skipped = searches.filter(({ skippedBecause }) => skippedBecause !== null);
    expect(skipped).toHaveLength(2 * (transportIds.length - 1));
    expect(skipped.at(-1)?.skippedBecause).toBe('server fastify does not offer websocket');
    expect(longestMs).toBeLessThan(plan('quick').longestMs);
  });

  test('are not made where an objective is below what polls wait at any load', () => {
    const skipped = (name: string, text: string) =>
      plan(name, { axes: ['rate'], objective: objectiveOf(text) })
        .searches.filter(({ skippedBecause }) => skippedBecause !== null)
        .map(({ cell, skippedBecause }) => `${cell.transport}: ${skippedBecause}`);
    expect(skipped('quick', 'p99 < 50ms')).toEqual([expect.stringMatching(/^polling: .* 250 ms about 248 ms at p99/)]);
    // 99 % of 250 ms are 247.5 ms.
    expect(skipped('quick', 'p99 < 247ms')).toHaveLength(1);
    expect(skipped('quick', 'p99 < 248ms')).toEqual([]);
    expect(skipped('capacity', 'p99 < 50ms')).toEqual([]);
  });
});

describe('a probe', () => {
  const phases = { warmupMs: 500, measureMs: 5_000, drainMs: 1_000 };

  test('measures as long as the scenario does, and longer where the objective needs more events', () => {
    expect(probePhases(phases, objectiveOf('p99 < 1s'), 1_000)).toEqual(phases);
    expect(probePhases(phases, objectiveOf('p50 < 1s'), 2)).toEqual(phases);
    for (const [text, needed] of [
      ['p99 < 1s', EVENTS_NEEDED.p99],
      ['p999 < 1s', EVENTS_NEEDED.p999],
    ] as const) {
      const { measureMs } = probePhases(phases, objectiveOf(text), 20);
      expect((measureMs / 1000) * 20).toBeGreaterThan(needed);
      expect((measureMs / 1000) * 20).toBeLessThan(needed * 1.1);
    }
  });
});

describe('what cannot be searched', () => {
  test('a sweep of what is searched or held fixed, all problems at once', () => {
    const problems = problemsOf(planOf('fanout'));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^subscribers: found 3 values.*subscribers: 100$/);
    expect(problems[1]).toMatch(/^eventsPerSec: found 5, at which p99 < 50ms takes 77\.3 s of every probe/);
  });

  test('a fixed rate that would take minutes for the events of a percentile; a lower percentile needs fewer', () => {
    expect(problemsOf(planOf('idle'), { axes: ['subscribers'] })).toEqual([
      expect.stringMatching(/^eventsPerSec: found 0\.2.*use 6\.5 or more/),
    ]);
    expect(problemsOf(planOf('idle'), { axes: ['subscribers'], objective: objectiveOf('p50 < 1s') })).toEqual([]);
  });

  test('a rate below what the percentile needs, a payload too small for high numbers', () => {
    expect(problemsOf(changed('quick', { payloadBytes: 32 }), { axes: ['rate'], upTo: 3 })).toEqual([
      expect.stringMatching(/^--up-to: found 3, and p99 < 50ms needs 6\.5 events\/s or more/),
    ]);
    expect(problemsOf(changed('quick', { payloadBytes: 31 }), { axes: ['rate'] })).toEqual([
      expect.stringMatching(/^payloadBytes: found 31, too small/),
    ]);
  });
});

describe('the plan as text', () => {
  test('says what will be done, how long it takes and what is skipped', () => {
    const text = formatSearchPlan('quick', plan('quick'));
    expect(text).toMatch(/fastify +websocket +events\/s at 100 subscribers +50 +6\.5 +100,000 +128 B, poisson/);
    expect(text).toMatch(/fastify +sse +subscribers at 50 events\/s +100 +1 +123,000/);
    expect(text).toMatch(/skipped +polling: events wait/);
    expect(text).toMatch(/measure 59\.\d s at the lowest rate, 1\.8 s at the highest/);
    expect(text).toMatch(/time +about \d+ min .*\n +at most \d+ h/);
  });

  test('a search that is limited takes no longer than its probes', () => {
    const { longestMs, searches } = plan('capacity', {
      axes: ['subscribers'],
      upTo: 100,
      objective: objectiveOf('p50 < 50ms'),
    });
    expect(searches.length).toBe(5);
    // Down from 100 to 1 in seven halvings, each tried twice, and then some.
    expect(longestMs).toBeLessThan(5 * 60 * 12_000);
    expect(longestMs).toBeGreaterThan(5 * 16 * 6_000);
  });
});
