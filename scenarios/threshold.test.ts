import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gateMetricNames, gateUnitOf } from './gate-metrics.ts';
import { parseThreshold } from './threshold.ts';

describe('a limit with its unit', () => {
  test.each([
    ['websocket.latencyUs.p99 < 20ms', '<', 20_000],
    ['websocket.latencyUs.p99<500us', '<', 500],
    ['websocket.latencyUs.p99 >= 1.5 s', '>=', 1_500_000],
    ['sse.bytes.overheadPerDelivery <= 30B', '<=', 30],
    ['sse.serverUsage.rssBytes < 2KB', '<', 2000],
    ['sse.deliveries.missing <= 0', '<=', 0],
    ['sse.latencyUs.max > 0', '>', 0],
    ['polling.requests.perDelivery < 0.5', '<', 0.5],
  ])('%s', (text, operator, limit) => {
    const at = new Map();
    expect(parseThreshold(text)).toMatchObject({ text, operator, limit, right: null, at });
  });

  test('of a server, in certain cells, with any spaces', () => {
    expect(parseThreshold('  own/sse.latencyUs.p50  <  1 ms  at  subscribers = 1000,payloadBytes=128 ')).toEqual({
      text: 'own/sse.latencyUs.p50 < 1 ms at subscribers = 1000,payloadBytes=128',
      left: { server: 'own', transport: 'sse' },
      metric: 'latencyUs.p50',
      operator: '<',
      limit: 1000,
      right: null,
      at: new Map([
        ['subscribers', '1000'],
        ['payloadBytes', '128'],
      ]),
    });
  });
});

describe('a relation', () => {
  test.each([
    ['websocket.latencyUs.p50 < 0.5 * long-polling.latencyUs.p50', 0.5, { server: null, transport: 'long-polling' }],
    ['websocket.latencyUs.p50 < 2*a/sse.latencyUs.p50', 2, { server: 'a', transport: 'sse' }],
    ['websocket.latencyUs.p50 <= sse.latencyUs.p50', 1, { server: null, transport: 'sse' }],
  ])('%s', (text, limit, right) => {
    expect(parseThreshold(text)).toMatchObject({ limit, right, metric: 'latencyUs.p50' });
  });
});

const EXAMPLE = 'write TRANSPORT.METRIC, <, <=, > or >=, and a limit, such as "websocket.latencyUs.p99 < 20ms"';

test.each([
  ['', [`found ""; ${EXAMPLE}`]],
  ['websocket is fast', [`found "websocket is fast"; ${EXAMPLE}`]],
  ['websocket.latencyUs.p99 <', [`found "websocket.latencyUs.p99 <"; ${EXAMPLE}`]],
  ['websocket < 2ms', [`found "websocket"; ${EXAMPLE}; a server may stand before the transport: a/sse`]],
  ['sse.requests.empty == 0', ['found the operator ==; use <, <=, >, >=']],
  ['sse.latencyUs.p99 < 20', ['found 20 without a unit as a limit of latencyUs.p99; use one of the units us, ms, s']],
  ['sse.latencyUs.p99 < 20B', ['found the unit B as a limit of latencyUs.p99; use one of the units us, ms, s']],
  [
    'sse.deliveries.missing < 1B',
    ['found the unit B as a limit of deliveries.missing; this is a pure number: write no unit'],
  ],
  [
    'sse.latencyUs.p99 < -1ms',
    ['found "-1ms" as the limit; use a number from 0 up with its unit, such as 20ms, or FACTOR * TRANSPORT.METRIC'],
  ],
  [
    'sse.latencyUs.p99 < polling.latencyUs.p99 * 2',
    [
      'found "polling.latencyUs.p99 * 2" as the limit; use a number from 0 up with its unit, such as 20ms, or FACTOR * TRANSPORT.METRIC',
    ],
  ],
  [
    'sse.latencyUs.p99 < 0 * polling.latencyUs.p99',
    ['found "0" as a factor; write a number above 0 before *, such as "0.5 * polling.latencyUs.p50"'],
  ],
  [
    'sse.latencyUs.p99 < polling.latencyUs.p50',
    [
      'found latencyUs.p99 on the left and latencyUs.p50 on the right; a relation compares one metric of two transports; write the same on both sides',
    ],
  ],
  [
    'sse.latencyUs.p99 < 1ms at subscribers',
    ['found "subscribers" after at; write KEY=VALUE, such as "at subscribers=1000", and a comma between several'],
  ],
  [
    'sse.latencyUs.p99 < 1ms at subscribers=1, subscribers=2',
    ['found subscribers twice after at; keep one; write a threshold for each value'],
  ],
])('%s: what is wrong and what to write', (text, problems) => {
  const flaws = parseThreshold(text);
  expect(Array.isArray(flaws) && flaws.map(({ found, advice }) => `${found}; ${advice}`)).toEqual(problems);
});

test('everything that is wrong at once, with the names that were meant', () => {
  const flaws = parseThreshold('websockets.latency.p99 =< 0.5 * pollin.latencyUs.p98 at subscribers');
  expect(flaws).toEqual([
    { found: 'found the operator =<', advice: 'use <, <=, >, >=' },
    {
      found: 'unknown transport "websockets"',
      advice: 'did you mean websocket? Known: polling, long-polling, sse, http-stream, websocket',
    },
    { found: 'unknown metric "latency.p99"', advice: expect.stringMatching(/^did you mean latencyUs\.p99\? Known: /) },
    { found: 'unknown transport "pollin"', advice: expect.stringMatching(/^did you mean polling\? /) },
    { found: 'unknown metric "latencyUs.p98"', advice: expect.stringMatching(/^did you mean latencyUs\.p9\d\? /) },
    { found: 'found "subscribers" after at', advice: expect.stringMatching(/^write KEY=VALUE/) },
  ]);
});

test('every metric can be written with each of its units', () => {
  const example = { time: '3ms', bytes: '3KB', count: '3', ratio: '0.3' };
  for (const metric of gateMetricNames) {
    expect(parseThreshold(`sse.${metric} <= ${example[gateUnitOf(metric)]}`)).toMatchObject({ metric });
  }
});

test('any text is read or refused, at once', () => {
  const words = fc.constantFrom('sse', '.latencyUs.p50', ' ', '<', '*', '.', '/', 'at', '=', ',', '20ms', 'a', '1');
  fc.assert(
    fc.property(fc.array(words, { maxLength: 150 }), (parts) => {
      const parsed = parseThreshold(parts.join('').slice(0, 300));
      expect(Array.isArray(parsed) ? parsed.length : 1).toBeGreaterThan(0);
    }),
  );
});
