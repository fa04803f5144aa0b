import { expect, test } from 'vitest';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import type { Plan } from './cell.ts';
import { linuxLimits } from './fixtures/linux-limits.ts';
import { formatPlan } from './format-plan.ts';
import { loadScenario } from './load.ts';
import { parseScenario } from './parse.ts';
import { planScenario } from './plan.ts';

const offered = { fastify: transportIds };

function planOf(changes: object, offer: Record<string, TransportId[]>): Plan {
  const data = {
    question: 'Which?',
    subscribers: 10,
    eventsPerSec: 50,
    payloadBytes: 128,
    phases: { warmupMs: 100, measureMs: 1000, drainMs: 10_000 },
    trials: 1,
    ...changes,
  };
  return planScenario(parseScenario(JSON.stringify(data), 'sample.yaml'), {}, offer);
}

function formatted(changes: object, offer: Record<string, TransportId[]> = offered): string {
  return formatPlan(planOf(changes, offer), offer, linuxLimits);
}

test('a plan of a few cells', () => {
  const plan = planScenario(loadScenario('quick').scenario, {}, offered);
  expect(formatPlan(plan, offered, linuxLimits)).toMatchInlineSnapshot(`
    "quick: Which transport delivers events soonest and at the least cost, for a hundred subscribers and a lively feed?

      in common    server fastify, subscribers 100, events/s 50, payload bytes 128, schedule poisson, headers bare

      transport           options
      polling             intervalMs=250 keepAlive=true
      long-polling        keepAlive=true
      sse
      http-stream
      websocket
      polling (capacity)  connections=32 durationMs=2000

      cells        6
      trials       32, 6 of each cell (2 of a capacity cell)
      order        interleaved: blocks of one trial of every cell, each block in a seeded random order
      phases       warm-up 0.5 s, measure 1.8 s, drain at most 3 s
      seed         1
      anatomy      the way of one event over each transport, recorded on the wire before the others
      calibration  the driver by itself: a short trial of each transport before the others
      processes    1 server process, 1 driver worker, 1 publisher; connections from 127.0.0.1
      connections  3,064 in all, 100 at once
      time         about 2 min 5 s
    "
  `);
});

test('cells that will be skipped are marked and not counted', () => {
  const changes = { servers: ['go-net'], transports: ['polling', 'sse'], subscribers: [1000, 5000] };
  expect(formatted(changes, { 'go-net': ['sse'] })).toMatchInlineSnapshot(`
    "sample: Which?

      in common    server go-net, events/s 50, payload bytes 128, schedule poisson, headers bare

      transport  subscribers  options
      polling          1,000  intervalMs=250 keepAlive=true  skipped: not offered by this server
      polling          5,000  intervalMs=250 keepAlive=true  skipped: not offered by this server
      sse              1,000
      sse              5,000

      cells        4, of which 2 will be skipped
      trials       4, 1 of each cell
      order        interleaved: blocks of one trial of every cell, each block in a seeded random order
      phases       warm-up 0.1 s, measure 1 s, drain at most 10 s
      seed         1
      anatomy      the way of one event over each transport, recorded on the wire before the others
      calibration  the driver by itself: a short trial of each transport before the others
      processes    1 server process, 1 driver worker, 1 publisher; connections from 127.0.0.1
      connections  6,000 in all, 5,000 at once
      time         about 11 s
    "
  `);
});

test('headers that are swept have a column', () => {
  const lines = formatted({ transports: ['sse'], headers: ['bare', 'browser', 2000] }).split('\n');
  const rows = lines.filter((line) => /^ {2}(transport|sse)/.test(line));
  expect(rows).toEqual(['  transport  headers', '  sse        bare', '  sse        browser', '  sse        2,000 B']);
});

test('fifty cells stay a table of fifty aligned rows, no line wider than a terminal', () => {
  const text = formatted({ subscribers: [1, 10, 100, 1000, 10_000], payloadBytes: [64, 65_536], trials: 5 });
  const lines = text.split('\n');
  expect(lines.filter((line) => line.startsWith('  websocket'))).toHaveLength(10);
  const heading = lines.find((line) => line.startsWith('  transport')) ?? '';
  const end = heading.indexOf('subscribers') + 'subscribers'.length;
  for (const line of lines.filter((each) => /^ {2}(polling|sse)/.test(each))) expect(line.slice(0, end)).toMatch(/\d$/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
});

test('hundreds of cells are cut, and the text says how many', () => {
  const subscribers = Array.from({ length: 90 }, (_, index) => index + 1);
  const text = formatted({ subscribers, transports: ['sse', 'websocket'] });
  expect(text).toContain('\n  ... and 80 more cells\n');
  expect(text.split('\n').length).toBeLessThan(120);
});

test('with a precision to reach: how the run goes on, or that it cannot', () => {
  const plan = planOf({ subscribers: 100 }, offered);
  const lines = (goal: { target: number; budgetMs: number }) => {
    const text = formatPlan(plan, offered, linuxLimits, goal);
    return text.slice(text.indexOf('  time'));
  };
  expect(lines({ target: 0.05, budgetMs: 600_000 })).toMatchInlineSnapshot(`
    "  time         about 25 s
      precision    then one more trial of each cell whose p50 or p99 is not known to ±5 % (95 % interval),
                   block by block of at most about 12 s, until all are or 10 min in all are spent
    "
  `);
  expect(lines({ target: 0.025, budgetMs: 10_000 })).toMatchInlineSnapshot(`
    "  time         about 25 s
      precision    no further trials for ±2.5 %: the plan and one more block take about 35 s
                   and the budget is 10 s; raise --budget
    "
  `);
});
