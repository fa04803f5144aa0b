import { describe, expect, test } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, quickDocument, withCells } from '../samples/variants.ts';
import { requestBytes } from '../theory/requests.ts';
import { advise, MONTH_SEC, type TransportAdvice } from './advise.ts';
import { adviceModel } from './calibrate.ts';
import { latencyTolerance } from './expected-latency.ts';
import { forecast, PROCESS_BUSY_MOST } from './forecast.ts';
import { type AdviceModel, needsAt, type TransportModel } from './model.ts';
import type { Needs } from './needs.ts';
import { ownNeeds } from './own-needs.ts';

const document = quickDocument();
const model = adviceModel(document);
const own = ownNeeds(model) as Needs;

function transport(name: string, of: AdviceModel = model): TransportModel {
  return of.transports.find((each) => each.label === name) as TransportModel;
}

function adviceOn(name: string, needs: Partial<Needs>, of: AdviceModel = model): TransportAdvice {
  return advise(of, { ...own, ...needs }).transports.find(({ label }) => label === name) as TransportAdvice;
}

const names = ['polling', 'long-polling', 'sse', 'http-stream', 'websocket'];

test('begins with the needs of the run', () => {
  expect(own).toEqual({
    eventsPerSec: 50,
    subscribers: 100,
    payloadBytes: 128,
    toleratedLatencyMs: 100,
    statistic: 'p99',
    headers: 'bare',
    pollIntervalMs: 250,
  });
  expect(model.transports.map(({ label }) => label)).toEqual(names);
});

describe('at the parameters of a measured cell', () => {
  test.each(names)('%s: the values of the document', (name) => {
    const result = deliveryCells(document).find(({ cell }) => cell.transport === name);
    if (result === undefined) throw new Error('no such cell');
    const advice = adviceOn(name, {});
    const sec = (result.trials.length * result.phases.measureMs) / 1000;
    const { received, sent, payload } = result.bytes;
    expect(advice.latencyUs).toEqual({ ...result.latencyUs.p99, source: 'measured', whyUnknown: null });
    expect(adviceOn(name, { statistic: 'mean' }).latencyUs.value).toBe(result.latencyUs.mean);
    expect(advice.bytesPerMonth.value).toBeCloseTo(((received + sent) / sec) * MONTH_SEC, 0);
    expect(advice.overheadShare.value).toBeCloseTo((received + sent - payload) / (received + sent), 12);
    const deliveriesPerMonth = (payload / 128 / sec) * MONTH_SEC;
    expect(advice.bytesPerMonth.value as number).toBeCloseTo(
      deliveriesPerMonth * (128 + (result.bytes.overheadPerDelivery as number)),
      -3,
    );
    expect(advice.requestsPerSec.value).toBe(result.requests.count / sec);
    expect(advice.serverCores.value).toBeCloseTo(
      ((result.serverUsage.cpuUsPerDelivery as number) * payload) / 128 / sec / 1e6,
      12,
    );
    expect(advice.beyond).toEqual([]);
  });

  test.each(names)('%s: the models give nearly the same', (name) => {
    const { points } = transport(name);
    const point = points[0];
    if (point === undefined) throw new Error('no such point');
    const { latencyUs, traffic } = forecast(transport(name), needsAt(point, 'mean'));
    const mean = point.measured.latencyUs.mean?.value as number;
    const expected = 'valueUs' in latencyUs ? latencyUs.valueUs : Number.NaN;
    expect(Math.abs(expected / mean - 1)).toBeLessThan(latencyTolerance(transport(name)));
    const measuredBytes = point.measured.wireBytesPerSec / point.measured.deliveriesPerSec;
    const bytes = (traffic?.wireBytesPerSec as number) / (50 * 100);
    // Of push to the byte; what asks depends on how many events chance gave the run.
    expect(Math.abs(bytes / measuredBytes - 1)).toBeLessThan(name.endsWith('polling') ? 0.03 : 1e-4);
  });

  test('the tolerances are those of the theory of the same cells', () => {
    for (const result of deliveryCells(document)) {
      const row = result.theory.find(({ quantity }) => quantity === 'mean latency');
      if (row === undefined) throw new Error('no such row');
      expect(latencyTolerance(transport(result.cell.transport))).toBeCloseTo(row.tolerance / row.expected, 12);
    }
  });

  test('a sweep is measured at each of its points, and every constant is exact there', () => {
    const swept = adviceModel(sweepDocument());
    for (const subscribers of [100, 500, 2000]) {
      const advice = adviceOn('websocket', { subscribers }, swept);
      expect(advice.latencyUs.source).toBe('measured');
      const of = transport('websocket', swept);
      const point = of.points.find(({ at }) => at.subscribers === subscribers);
      if (point === undefined) throw new Error('no such point');
      const { serverCores } = forecast(of, needsAt(point, 'mean'));
      expect(serverCores).toBeCloseTo(((point.constants.serverCpuUsPerUnit as number) * 50 * subscribers) / 1e6, 12);
    }
    const between = adviceOn('websocket', { subscribers: 800 }, swept);
    expect(between.latencyUs.source).toBe('model');
    expect(between.beyond).toEqual([]);
  });
});

describe('closed forms elsewhere', () => {
  test('websocket: a header of 2, 4 or 10 bytes to each event', () => {
    for (const [payloadBytes, header] of [
      [100, 2],
      [200, 4],
      [70_000, 10],
    ] as const) {
      const advice = adviceOn('websocket', { subscribers: 1000, eventsPerSec: 2, payloadBytes });
      expect(advice.bytesPerMonth.value).toBeCloseTo(1000 * 2 * (payloadBytes + header) * MONTH_SEC, -6);
      expect(advice.requestsPerSec.value).toBe(0);
    }
  });

  test('polling: a request every T, exp(-lambda T) of them for nothing', () => {
    const needs = { eventsPerSec: 0.5, subscribers: 10, payloadBytes: 200, headers: 'browser', pollIntervalMs: 1000 };
    const advice = adviceOn('polling', needs as Partial<Needs>);
    const { authorityBytes, afterDigits } = transport('polling').points[0]?.constants ?? {};
    const request = requestBytes('polling', 'browser', authorityBytes as number, afterDigits as number, true);
    const empty = Math.exp(-0.5);
    const perPoll = empty * (request + 138) + (1 - empty) * (request + 184 + 3) + 0.5 * 201;
    expect(advice.requestsPerSec.value).toBe(10);
    expect((advice.bytesPerMonth.value as number) / (10 * perPoll * MONTH_SEC)).toBeCloseTo(1, 9);
    expect(advice.bytesPerMonth.source).toBe('arithmetic');
  });

  test('long-polling without events: a request for each timeout; with rare events one for each besides', () => {
    const idle = adviceOn('long-polling', { eventsPerSec: 1e-6 });
    expect(idle.requestsPerSec.value).toBeCloseTo(100 / 30, 2);
    const rare = adviceOn('long-polling', { eventsPerSec: 1, subscribers: 1 });
    expect(rare.requestsPerSec.value).toBeCloseTo(1, 2);
  });

  test('push without events: heartbeats of 8 bytes and nothing else', () => {
    const idle = adviceOn('websocket', { eventsPerSec: 1e-9 });
    expect((idle.bytesPerMonth.value as number) / MONTH_SEC).toBeCloseTo((100 * 8) / 15, 3);
  });

  test('polling: T / 2 + s and q T + s', () => {
    const responseUs = transport('polling').points[0]?.constants.pollResponseUs as number;
    const at = (statistic: Needs['statistic']) => adviceOn('polling', { pollIntervalMs: 4000, statistic }).latencyUs;
    expect(at('mean').value).toBeCloseTo(2e6 + 0.75 * responseUs, 6);
    expect(at('p50').value).toBeCloseTo(2e6 + 0.75 * responseUs, 6);
    expect(at('p99').value).toBeCloseTo(3.96e6 + 0.75 * responseUs, 6);
  });

  test('the longest poll interval that is said to be in time is, and hardly a longer one', () => {
    const { longestPollIntervalMs: longest, inTime } = adviceOn('polling', {});
    expect(inTime).toBe('no');
    expect(adviceOn('polling', { pollIntervalMs: longest as number }).inTime).toBe('yes');
    expect(adviceOn('polling', { pollIntervalMs: (longest as number) * 1.1 }).inTime).not.toBe('yes');
  });
});

describe('what grows with what', () => {
  const rising = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20_000];
  const isRising = (values: readonly (number | null)[]) =>
    values.every((value, at) => value !== null && (at === 0 || value >= (values[at - 1] as number) * (1 - 1e-9)));

  test.each(names)('%s: bytes with events, subscribers and payload', (name) => {
    for (const quantity of ['eventsPerSec', 'subscribers', 'payloadBytes'] as const) {
      const values = rising
        .filter((value) => value !== own[quantity])
        .map((value) => adviceOn(name, { [quantity]: value }).bytesPerMonth.value);
      expect(isRising(values), quantity).toBe(true);
    }
  });

  test.each(names)('%s: latency with subscribers, as long as one process holds them', (name) => {
    const advice = [1, 2, 5, 10, 20, 50, 200, 400].map((subscribers) =>
      adviceOn(name, { subscribers, eventsPerSec: 5 }),
    );
    expect(advice.every(({ serverProcesses }) => serverProcesses === 1)).toBe(true);
    for (const statistic of ['mean', 'p50', 'p99'] as const) {
      const values = [1, 2, 5, 10, 20, 50, 200, 400].map(
        (subscribers) => adviceOn(name, { subscribers, eventsPerSec: 5, statistic }).latencyUs.value,
      );
      expect(isRising(values), statistic).toBe(true);
    }
  });

  test('polling: latency with the interval, bytes against it', () => {
    const advice = rising
      .filter((value) => value >= 10)
      .map((pollIntervalMs) => adviceOn('polling', { pollIntervalMs, eventsPerSec: 3 }));
    expect(isRising(advice.map(({ latencyUs }) => latencyUs.value))).toBe(true);
    expect(isRising(advice.map(({ bytesPerMonth }) => bytesPerMonth.value).toReversed())).toBe(true);
  });
});

describe('beyond what was measured', () => {
  test('says of which parameter and how far, for those it concerns', () => {
    const needs = { subscribers: 1000, eventsPerSec: 0.5, headers: 'browser', pollIntervalMs: 500 } as const;
    expect(adviceOn('polling', needs).beyond.map(({ words }) => words)).toEqual([
      'event rate 1/100 of that measured (50 events/s)',
      'subscribers 10 times that measured (100 subscribers)',
      'poll interval 2 times that measured (a poll every 250 ms)',
      'browser headers (measured: bare headers)',
    ]);
    expect(adviceOn('websocket', needs).beyond).toHaveLength(2);
    expect(adviceOn('websocket', { headers: 'browser', pollIntervalMs: 500 }).latencyUs.source).toBe('measured');
  });

  test('names the schedule when the run had another than the models', () => {
    const even = adviceModel(
      withCells(({ cell }) => {
        cell.schedule = { kind: 'constant' };
      }),
    );
    expect(adviceOn('sse', {}, even).latencyUs.source).toBe('measured');
    expect(adviceOn('sse', { subscribers: 10 }, even).beyond.map(({ parameter }) => parameter)).toEqual([
      'subscribers',
      'schedule',
    ]);
  });

  test('doubts a latency by the root of how many times more subscribers there are, and not by fewer events', () => {
    const range = (needs: Partial<Needs>) => {
      const { value, low, high } = adviceOn('sse', { statistic: 'mean', ...needs }).latencyUs;
      return [(low as number) / (value as number), (high as number) / (value as number)];
    };
    expect(range({ subscribers: 900 })).toEqual([expect.closeTo(0.9 / 3), expect.closeTo(1.1 * 3)]);
    expect(range({ eventsPerSec: 0.5 })).toEqual([expect.closeTo(0.9), expect.closeTo(1.1)]);
    const polling = adviceOn('polling', { subscribers: 10_000 }).latencyUs;
    expect((polling.high as number) / (polling.value as number)).toBeLessThan(1.05);
  });

  test('spreads subscribers over processes that have time to spare', () => {
    const advice = adviceOn('websocket', { subscribers: 20_000, eventsPerSec: 20 });
    expect(advice.serverProcesses).toBeGreaterThan(1);
    expect((advice.serverCores.value as number) / advice.serverProcesses).toBeLessThanOrEqual(PROCESS_BUSY_MOST);
  });

  test('a busy server spends on a poll what it spent at the request ceiling', () => {
    const ceiling = transport('polling').ceiling;
    if (ceiling === null) throw new Error('no ceiling');
    const { serverCores } = adviceOn('polling', { subscribers: 100_000, pollIntervalMs: 1000 });
    const perRequestUs = transport('polling').points[0]?.constants.serverCpuUsPerUnit as number;
    const least = Math.min(perRequestUs, ceiling.serverCpuUsPerRequest);
    expect(serverCores.value).toBeCloseTo((100_000 * least) / 1e6, 9);
  });
});

describe('which', () => {
  test('the cheapest of those in time, with those that cost hardly more', () => {
    const advice = advise(model, own);
    expect(advice.transports.map(({ inTime }) => inTime)).toEqual(['no', 'yes', 'yes', 'yes', 'yes']);
    expect(advice.fewestBytes).toEqual(['websocket', 'http-stream']);
    expect(advise(model, { ...own, toleratedLatencyMs: 0.001 }).fewestBytes).toEqual([]);
  });

  test('a limit within the interval is too close to tell', () => {
    const { low, high } = adviceOn('websocket', {}).latencyUs;
    const toleratedLatencyMs = ((low as number) + (high as number)) / 2000;
    expect(adviceOn('websocket', { toleratedLatencyMs }).inTime).toBe('close');
  });

  test('a cell that is not valid is not used, and what a cell cannot tell is unknown with the reason', () => {
    const doubtful = adviceModel(doubtfulDocument());
    expect(doubtful.transports.map(({ label }) => label)).not.toContain('websocket');
    const sse = adviceOn('sse', { subscribers: 10 }, doubtful);
    expect(sse.serverCores).toMatchObject({ value: null, whyUnknown: 'the system does not tell' });
    const stream = adviceOn('http-stream', { subscribers: 10 }, doubtful);
    expect(stream.latencyUs).toMatchObject({ value: null, whyUnknown: 'too few events in this run for a p99' });
    expect(stream.inTime).toBe('unknown');
  });
});
