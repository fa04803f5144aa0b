import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveSeed } from '../servers/contract/random.ts';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import { parseScenario } from './parse.ts';
import { type PlanOverrides, planScenario } from './plan.ts';
import { ScenarioError } from './problems.ts';

const base = {
  question: 'Which?',
  subscribers: 10 as number | number[],
  eventsPerSec: 50 as number | number[],
  payloadBytes: 128 as number | number[],
  phases: { warmupMs: 100, measureMs: 1000, drainMs: 10_000 },
  trials: 3,
};
const offered = { fastify: transportIds, 'go-net': ['sse', 'websocket'] satisfies TransportId[] };

/** JSON is YAML, so objects can be parsed as scenario files. */
const scenario = (changes: object = {}) => parseScenario(JSON.stringify({ ...base, ...changes }), 'sample.yaml');
const plan = (changes: object = {}, overrides: PlanOverrides = {}) =>
  planScenario(scenario(changes), overrides, offered);
const idsOf = (changes: object = {}, overrides: PlanOverrides = {}) =>
  plan(changes, overrides).cells.map(({ id }) => id);

function messageOf(changes: object, overrides: PlanOverrides): string {
  try {
    plan(changes, overrides);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error('it was planned');
}

const scenarios = fc.record({
  subscribers: fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }),
  eventsPerSec: fc.uniqueArray(fc.integer({ min: 10, max: 100 }), { minLength: 1, maxLength: 2 }),
  payloadBytes: fc.uniqueArray(fc.integer({ min: 32, max: 4096 }), { minLength: 1, maxLength: 2 }),
  transports: fc.shuffledSubarray(transportIds, { minLength: 1 }),
  servers: fc.shuffledSubarray(['fastify', 'go-net'], { minLength: 1 }),
  headers: fc.shuffledSubarray(['bare', 'fetch', 'browser', 700], { minLength: 1 }),
  trials: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  transportOptions: fc.record({
    polling: fc.record({
      intervalMs: fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 3 }),
      keepAlive: fc.uniqueArray(fc.boolean(), { minLength: 1 }),
    }),
  }),
});

/** The same data with the keys of every map in reverse order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe('for every scenario', () => {
  test('the same input and seed give the same plan, whatever the order of the keys', () => {
    fc.assert(
      fc.property(scenarios, (changes) => {
        const first = plan(changes);
        expect(plan(changes)).toEqual(first);
        const again = parseScenario(JSON.stringify(reversed({ ...base, ...changes })), 'sample.yaml');
        expect(planScenario(again, {}, offered)).toEqual(first);
      }),
    );
  });

  test('the cells are the cross product, their ids unique; every block holds every cell once', () => {
    fc.assert(
      fc.property(scenarios, (changes) => {
        const { cells, trials } = plan(changes);
        const { polling } = changes.transportOptions;
        const variants = changes.transports.reduce(
          (sum, id) => sum + (id === 'polling' ? polling.intervalMs.length * polling.keepAlive.length : 1),
          0,
        );
        const points =
          changes.subscribers.length *
          changes.eventsPerSec.length *
          changes.payloadBytes.length *
          changes.headers.length;
        expect(cells).toHaveLength(changes.servers.length * points * variants);

        const ids = cells.map(({ id }) => id).sort();
        expect(new Set(ids).size).toBe(ids.length);
        expect(trials).toHaveLength(ids.length * changes.trials);
        for (let trial = 1; trial <= changes.trials; trial++) {
          const block = trials.slice((trial - 1) * ids.length, trial * ids.length);
          expect(block.map(({ cellId }) => cellId).sort()).toEqual(ids);
          expect(new Set(block.map((planned) => planned.trial))).toEqual(new Set([trial]));
          expect(new Set(block.map(({ seed }) => seed))).toEqual(new Set([deriveSeed(changes.seed, trial)]));
        }
      }),
    );
  });
});

describe('the id of a cell', () => {
  test('is made of its parameters, the options of its transport always among them', () => {
    const feed = 'subscribers=10/eventsPerSec=50/payloadBytes=128/schedule=poisson';
    expect(idsOf()).toEqual([
      `fastify/polling/${feed}/intervalMs=250/keepAlive=true`,
      `fastify/long-polling/${feed}/keepAlive=true`,
      `fastify/sse/${feed}`,
      `fastify/http-stream/${feed}`,
      `fastify/websocket/${feed}`,
    ]);
  });

  test('names the schedule and the server options that differ from the defaults', () => {
    const changes = {
      transports: ['sse'],
      eventsPerSec: 20.5,
      schedule: { burst: 20 },
      serverOptions: { heartbeatMs: 500, historyEvents: 10_000, historyBytes: 4096 },
    };
    const [cell] = plan(changes).cells;
    expect(cell?.id).toBe(
      'fastify/sse/subscribers=10/eventsPerSec=20.5/payloadBytes=128/schedule=burst:20/historyBytes=4096/heartbeatMs=500',
    );
    expect(cell).toMatchObject({ schedule: { kind: 'burst', eventsPerBurst: 20 } });
    expect(cell).toHaveProperty('serverOptions', { historyBytes: 4096, heartbeatMs: 500 });
  });

  test('names the headers, unless they are bare', () => {
    const ids = idsOf({ transports: ['sse'], headers: ['bare', 'browser', 700], serverOptions: { heartbeatMs: 500 } });
    const feed = 'fastify/sse/subscribers=10/eventsPerSec=50/payloadBytes=128/schedule=poisson';
    expect(ids).toEqual(['', '/headers=browser', '/headers=700'].map((each) => `${feed}${each}/heartbeatMs=500`));
    expect(plan({ transports: ['sse'], headers: 'fetch' }).cells[0]).toHaveProperty('headers', 'fetch');
  });

  test('has each value of a server option that is swept, and none where that is the default', () => {
    const ids = idsOf({ transports: ['sse'], serverOptions: { coalesceMs: [0, 5, 20], heartbeatMs: [500, 15_000] } });
    const feed = 'fastify/sse/subscribers=10/eventsPerSec=50/payloadBytes=128/schedule=poisson';
    expect(ids).toEqual([
      `${feed}/heartbeatMs=500`,
      feed,
      `${feed}/heartbeatMs=500/coalesceMs=5`,
      `${feed}/coalesceMs=5`,
      `${feed}/heartbeatMs=500/coalesceMs=20`,
      `${feed}/coalesceMs=20`,
    ]);
  });

  test('does not depend on the order of the options of a scenario made by hand', () => {
    const made = scenario();
    const polling = { keepAlive: [true], intervalMs: [250] };
    const { cells } = planScenario({ ...made, transportOptions: { ...made.transportOptions, polling } }, {}, offered);
    expect(cells.map(({ id }) => id)).toEqual(idsOf());
  });

  test('depends neither on the seed nor on the phases nor on the number of trials', () => {
    const phases = { warmupMs: 0, measureMs: 5000, drainMs: 2000 };
    expect(idsOf({ seed: 9, trials: 8, phases })).toEqual(idsOf());
  });
});

test('a transport has no cell beyond its own limit of subscribers', () => {
  const changes = {
    transports: ['long-polling', 'sse'],
    subscribers: [10, 50, 20],
    subscribersMax: { 'long-polling': 20 },
  };
  const { cells, trials } = plan(changes);
  const points = cells.flatMap((cell) => (cell.kind === 'delivery' ? [[cell.transport, cell.subscribers]] : []));
  expect(points).toEqual([
    ['long-polling', 10],
    ['long-polling', 20],
    ['sse', 10],
    ['sse', 50],
    ['sse', 20],
  ]);
  expect(trials.length).toBe(5 * 3);
});

test('an option swept for one transport multiplies the cells of that transport alone', () => {
  const transportOptions = { polling: { intervalMs: [100, 5000], keepAlive: [true, false] } };
  const cells = plan({ transports: ['websocket', 'polling'], transportOptions }).cells;
  expect(cells.map((cell) => [cell.transport, cell.kind === 'delivery' && cell.transportOptions])).toEqual([
    ['polling', { intervalMs: 100, keepAlive: true }],
    ['polling', { intervalMs: 100, keepAlive: false }],
    ['polling', { intervalMs: 5000, keepAlive: true }],
    ['polling', { intervalMs: 5000, keepAlive: false }],
    ['websocket', {}],
  ]);
});

describe('the order of the trials', () => {
  const orderOf = (seed: number, trial: number) =>
    plan({ seed })
      .trials.filter((planned) => planned.trial === trial)
      .map(({ cellId }) => cellId.split('/')[1]);

  test('differs from block to block and from seed to seed', () => {
    expect(orderOf(1, 1)).not.toEqual(orderOf(1, 2));
    expect(orderOf(1, 1)).not.toEqual(orderOf(2, 1));
  });

  test('is fair: over 600 blocks each of five transports is first in about a fifth', () => {
    const { trials } = plan({ trials: 600 });
    const firsts = trials.filter((_, index) => index % 5 === 0).map(({ cellId }) => cellId.split('/')[1]);
    for (const transport of transportIds) {
      const count = firsts.filter((first) => first === transport).length;
      // 120 expected with a standard deviation of 9.8: five of them on each side.
      expect(count).toBeGreaterThan(71);
      expect(count).toBeLessThan(169);
    }
  });
});

describe('capacity cells', () => {
  const capacity = { connections: [8, 32], durationMs: 2000, trials: 2 };

  test('have trials of their own, in the first blocks', () => {
    const { cells, trials } = plan({ capacity, servers: ['fastify', 'go-net'] });
    expect(cells.filter((cell) => cell.kind === 'capacity')).toEqual([
      {
        kind: 'capacity',
        id: 'fastify/capacity/polling/connections=8',
        server: 'fastify',
        transport: 'polling',
        connections: 8,
        durationMs: 2000,
      },
      expect.objectContaining({ id: 'fastify/capacity/polling/connections=32' }),
    ]);
    const runs = trials.filter(({ cellId }) => cellId.includes('/capacity/polling/connections=8'));
    expect(runs.map(({ trial }) => trial)).toEqual([1, 2]);
    expect(trials).toHaveLength(10 * 3 + 2 * 2);
  });

  test('take the trials of the scenario, or of the command line, when these are all there are', () => {
    const count = (changes: object, overrides: PlanOverrides) =>
      plan(changes, overrides).trials.filter(({ cellId }) => cellId.includes('/capacity/')).length;
    expect(count({ capacity: { connections: 8, durationMs: 2000 } }, {})).toBe(3);
    expect(count({ capacity }, { trials: 5 })).toBe(2 * 5);
  });

  test('are left out with polling', () => {
    expect(idsOf({ capacity }, { transports: ['sse'] })).toHaveLength(1);
    expect(idsOf({ capacity }, { servers: ['go-net'] }).filter((id) => id.includes('capacity'))).toEqual([]);
  });
});

describe('the command line', () => {
  test('overrides transports, servers, trials and seed', () => {
    const changed = plan({}, { transports: ['websocket', 'sse', 'sse'], servers: ['go-net'], trials: 2, seed: 7 });
    expect(changed).toMatchObject({ seed: 7, trialsPerCell: 2 });
    expect(changed.cells.map((cell) => `${cell.server} ${cell.transport}`)).toEqual(['go-net sse', 'go-net websocket']);
    expect(changed.trials).toHaveLength(4);
    expect(changed.trials[0]?.seed).toBe(deriveSeed(7, 1));
  });

  test('is told everything that is wrong with it at once', () => {
    const overrides = { transports: ['ws', 'websockets', 'sse'], servers: ['fastfy'], trials: 0, seed: -1 };
    expect(messageOf({}, overrides)).toBe(
      [
        'plan of sample: 5 problems',
        '  --transports: unknown transport "ws"; known: polling, long-polling, sse, http-stream, websocket',
        '  --transports: unknown transport "websockets"; did you mean websocket? ' +
          'Known: polling, long-polling, sse, http-stream, websocket',
        '  --servers: unknown server "fastfy"; did you mean fastify? Known: fastify, go-net',
        '  --trials: found 0; use a whole number from 1 to 1000',
        '  --seed: found -1; use a whole number from 0 to 4294967295',
      ].join('\n'),
    );
  });

  test('has to name something', () => {
    expect(messageOf({}, { transports: [] })).toContain(
      '--transports: found no transport; name at least one; known: polling',
    );
    expect(messageOf({}, { trials: Number.NaN })).toContain('--trials: found NaN');
  });
});

test('a server of the scenario that is not there is named, with those that are', () => {
  expect(messageOf({ servers: ['go-nets'] }, {})).toBe(
    'plan of sample: 1 problem\n  servers: unknown server "go-nets"; did you mean go-net? Known: fastify, go-net',
  );
  // An object's own keys only.
  expect(messageOf({ servers: ['constructor'] }, {})).toContain('unknown server "constructor"');
});

test('a plan that nobody could wait for, or hold in memory, is refused', () => {
  const many = Array.from({ length: 100 }, (_, index) => index + 50);
  const serverOptions = { coalesceMs: [0, 5] };
  const changes = { subscribers: many, eventsPerSec: many, payloadBytes: many, serverOptions, trials: 1000 };
  expect(messageOf(changes, {})).toBe(
    'plan of sample: 1 problem\n  1 servers x (10000 feeds x 1000 transports with subscribers, headers and options + 0 capacity cells) x 1000 trials ' +
      'make 10000000000 trials; at most 10000 can be planned; shorten a list or lower trials',
  );
});

test('the estimate is anatomy, calibration and the sum over all trials; what will be skipped takes no time', () => {
  // 900 ms to start and close, 5 ms to connect 10 subscribers, 1,100 ms of phases, 300 ms of drain; 1,400 ms of anatomy; 1,700 of calibration, 2,800 of polling.
  expect(plan({ transports: ['sse'] }).estimateMs).toBe(1400 + 1700 + 3 * 2305);
  expect(plan({ transports: ['polling'], transportOptions: { polling: { intervalMs: 1000 } } }).estimateMs).toBe(
    1400 + 2800 + 3 * 3005,
  );
  const skipped = plan({ transports: ['sse', 'polling'], servers: ['go-net'] });
  expect(skipped.cells).toHaveLength(2);
  expect(skipped.estimateMs).toBe(1400 + 1700 + 3 * 2305);
});
