import { describe, expect, test } from 'vitest';
import { transportIds } from '../servers/contract/transports.ts';
import { GOOD, problemsOf } from './fixtures/good-scenario.ts';
import { linuxLimits } from './fixtures/linux-limits.ts';
import { formatPlan } from './format-plan.ts';
import { parseScenario } from './parse.ts';
import { planScenario } from './plan.ts';

/** The good file with these lines after its nine. */
const file = (...lines: string[]) => `${GOOD}${lines.join('\n')}\n`;

const sweep = [
  'servers: [fastify, other]',
  'transports: [polling, sse, websocket]',
  'subscribersMax: { polling: 10 }',
  'transportOptions: { polling: { intervalMs: [100, 250] } }',
  'serverOptions: { coalesceMs: [0, 20] }',
  'thresholds:',
];
const swept = (...lines: string[]) => file(...sweep, ...lines).replace('subscribers: 10', 'subscribers: [10, 50]');

const both = { fastify: transportIds, other: transportIds };
const idsOf = (text: string, overrides = {}) =>
  planScenario(parseScenario(text, 'sample.yaml'), overrides, both).thresholds?.map(({ cells, leftOutBecause }) => ({
    cells: cells.map(({ cellId, otherCellId }) => (otherCellId === null ? cellId : `${cellId} : ${otherCellId}`)),
    leftOutBecause,
  }));

describe('what is wrong with a threshold is said at its place', () => {
  test.each([
    [
      ['thresholds: sse.latencyUs.p50 < 1ms'],
      '10:13 thresholds: found "sse.latencyUs.p50 < 1ms"; write a check such as "websocket.latencyUs.p99 < 20ms", as an item of a list',
    ],
    [
      ['thresholds: [3]'],
      '10:14 thresholds[0]: found 3; write a check such as "websocket.latencyUs.p99 < 20ms", or a map with the keys check, severity, undecided',
    ],
    [
      ['thresholds:', '  - { check: sse.latencyUs.p50 < 1ms, severity: error }'],
      '11:49 thresholds[0].severity: found "error"; known: fail, warn',
    ],
    [
      ['thresholds:', '  - { check: sse.latencyUs.p50 < 1ms, severty: warn }'],
      '11:39 thresholds[0].severty: unknown key; did you mean severity? Known: check, severity, undecided',
    ],
    [
      ['thresholds:', '  - { check: sse.latencyUs.p50 < 1B }'],
      '11:14 thresholds[0].check: found the unit B as a limit of latencyUs.p50; use one of the units us, ms, s',
    ],
    [
      ['thresholds:', '  - sse.latencyUs.p50 < 1ms', '  - sse.latencyUs.p50 < 1ms'],
      '12:5 thresholds[1]: found "sse.latencyUs.p50 < 1ms" a second time; keep one',
    ],
    [
      ['transports: [sse]', 'thresholds:', '  - websocket.latencyUs.p50 < 1ms'],
      '12:5 thresholds[0]: found websocket, which is not among the transports of this scenario; use one of sse, or add it',
    ],
    [
      ['thresholds:', '  - fastfy/sse.latencyUs.p50 < 1ms'],
      '11:5 thresholds[0]: unknown server "fastfy"; did you mean fastify? Known: fastify',
    ],
    [
      ['thresholds:', '  - sse.latencyUs.p50 < 1ms at subscriber=10'],
      '11:5 thresholds[0]: unknown parameter "subscriber"; did you mean subscribers? Known: server, subscribers, eventsPerSec, payloadBytes, schedule, headers, historyEvents, historyBytes, longPollTimeoutMs, heartbeatMs, maxBufferedBytes, coalesceMs',
    ],
    [
      ['thresholds:', '  - sse.latencyUs.p50 < 1ms at subscribers=100'],
      '11:5 thresholds[0]: found subscribers=100, and no cell of sse has it; the plan has subscribers 10',
    ],
    [
      ['thresholds:', '  - sse.latencyUs.p50 < 2 * sse.latencyUs.p50'],
      '11:5 thresholds[0]: found the same cell on both sides; name another transport or server on one side',
    ],
  ])('%s', (lines, problem) => {
    expect(
      problemsOf(file(...lines))
        .split('\n  ')
        .slice(1),
    ).toEqual([problem]);
  });

  test('sides that cannot be joined one to one', () => {
    const problems = problemsOf(
      swept(
        '  - websocket.latencyUs.p50 < polling.latencyUs.p50',
        '  - sse.latencyUs.p50 < polling.latencyUs.p50 at subscribers=10',
      ),
    );
    expect(problems.split('\n  ').slice(1)).toEqual([
      '16:5 thresholds[0]: found cells of websocket at subscribers=50 and none of polling to hold them against; add "at subscribers=..." with a value that both have',
      '16:5 thresholds[0]: found 2 cells of polling for each of websocket, with intervalMs 100, 250; choose one: add "at intervalMs=100"',
      '17:5 thresholds[1]: found 2 cells of polling for each of sse, with intervalMs 100, 250; choose one: add "at intervalMs=100"',
    ]);
  });

  test('all at once, with what is wrong elsewhere', () => {
    const problems = problemsOf(file('thresholds:', '  - 7', '  - sse.p50 < 1ms', 'sed: 1'));
    expect(problems).toContain('3 problems');
    for (const place of [
      '11:5 thresholds[0]: found 7',
      '12:5 thresholds[1]: unknown metric "p50"',
      '13:1 sed: unknown key',
    ]) {
      expect(problems).toContain(place);
    }
  });
});

describe('the cells of a threshold', () => {
  const cell = (server: string, transport: string, rest = '') =>
    `${server}/${transport}/subscribers=10/eventsPerSec=50/payloadBytes=128/schedule=poisson${rest}`;

  test('are all of its transport, or those that at names', () => {
    const [all, some] =
      idsOf(
        swept('  - sse.latencyUs.p50 < 1ms', '  - other/polling.latencyUs.p50 < 1s at intervalMs=250, coalesceMs=0'),
      ) ?? [];
    expect(all?.cells).toHaveLength(2 * 2 * 2);
    expect(some?.cells).toEqual([cell('other', 'polling', '/intervalMs=250/keepAlive=true')]);
  });

  test('of a relation have the same parameters, where both transports have them', () => {
    const [relation, servers] =
      idsOf(
        swept(
          '  - sse.latencyUs.p50 < polling.latencyUs.p50 at subscribers=10, intervalMs=100, coalesceMs=20',
          '  - fastify/sse.latencyUs.p50 < 2 * other/sse.latencyUs.p50 at subscribers=10, coalesceMs=0',
        ),
      ) ?? [];
    const pair = (server: string) =>
      `${cell(server, 'sse', '/coalesceMs=20')} : ${cell(server, 'polling', '/intervalMs=100/keepAlive=true/coalesceMs=20')}`;
    expect(relation?.cells).toEqual([pair('fastify'), pair('other')]);
    expect(servers?.cells).toEqual([`${cell('fastify', 'sse')} : ${cell('other', 'sse')}`]);
  });

  test('of what the command line left out are none, and the plan says so', () => {
    const text = swept(
      '  - sse.latencyUs.p50 < 1s',
      '  - { check: sse.latencyUs.p50 < websocket.latencyUs.p50, severity: warn }',
      '  - sse.latencyUs.p50 < 1ms at server=other',
    );
    const overrides = { transports: ['sse'], servers: ['fastify'] };
    expect(idsOf(text, overrides)?.map(({ cells, leftOutBecause }) => [cells.length, leftOutBecause])).toEqual([
      [4, null],
      [0, 'websocket is not in this run'],
      [0, 'server other is not in this run'],
    ]);
    const plan = planScenario(parseScenario(text, 'sample.yaml'), overrides, both);
    expect(formatPlan(plan, both, linuxLimits)).toContain(`
  thresholds   sse.latencyUs.p50 < 1s (4 cells)
               sse.latencyUs.p50 < websocket.latencyUs.p50, only a warning: left out, websocket is not in this run
               sse.latencyUs.p50 < 1ms at server=other: left out, server other is not in this run
`);
  });

  test('are not in a plan without thresholds', () => {
    expect(idsOf(GOOD)).toBeUndefined();
  });
});
