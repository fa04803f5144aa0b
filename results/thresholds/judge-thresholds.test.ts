import { describe, expect, test } from 'vitest';
import { gateMetricNames } from '../../scenarios/gate-metrics.ts';
import type { CompletedCell } from '../delivery-result.ts';
import { deliveryCells } from '../labels.ts';
import { readRunDocument } from '../read-document.ts';
import type { RunDocument } from '../run-document.ts';
import { thresholdDocument, withThresholds } from '../samples/thresholds.ts';
import { doubtfulDocument, emptyDocument, partialDocument, quickDocument, withCells } from '../samples/variants.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { failsRun, lacksData } from './threshold-outcome.ts';

/** The outcome of one threshold on a document, by its only cell. */
function judged(check: string, document: RunDocument = quickDocument()) {
  const [outcome] = withThresholds(document, check).thresholds ?? [];
  expect(outcome?.cells.map(({ result }) => result)).toEqual([outcome?.result]);
  return outcome?.cells[0];
}

const cellOf = (document: RunDocument, transport: string): CompletedCell => {
  const found = deliveryCells(document).find(({ cell }) => cell.transport === transport);
  if (found === undefined) throw new Error(`no cell of ${transport}`);
  return found;
};

const changed = (transport: string, change: (cell: CompletedCell) => void) =>
  withCells((cell) => {
    if (cell.cell.transport === transport) change(cell);
  });

describe('a count is decided on its value', () => {
  test.each([
    ['http-stream.bytes.overheadPerDelivery <= 7B', 'pass'],
    ['http-stream.bytes.overheadPerDelivery < 7B', 'fail'],
    ['http-stream.bytes.overheadPerDelivery >= 7B', 'pass'],
    ['http-stream.bytes.overheadPerDelivery > 7B', 'fail'],
    ['polling.deliveries.missing <= 0', 'pass'],
    ['long-polling.requests.perDelivery < 1', 'pass'],
    ['polling.requests.perDelivery > 1', 'fail'],
  ])('%s: %s', (check, result) => {
    expect(judged(check)).toMatchObject({ result, low: null, high: null, note: null, trials: 6 });
  });

  test('of connections per trial, so that one more in one of them is found', () => {
    expect(judged('polling.connections.opened <= 100')).toMatchObject({ result: 'pass', value: 100 });
    const more = changed('polling', ({ connections }) => {
      connections.opened += 1;
    });
    expect(judged('polling.connections.opened <= 100', more)).toMatchObject({ result: 'fail', value: 601 / 6 });
  });

  test('against another one, 0 too', () => {
    const bytes = 'http-stream.bytes.overheadPerDelivery <= 1.75 * fastify/websocket.bytes.overheadPerDelivery';
    expect(judged(bytes)).toMatchObject({ result: 'pass', value: 7 / 4, limit: 1.75 });
    const requests = 'http-stream.requests.perDelivery < polling.requests.perDelivery';
    expect(judged(requests)).toMatchObject({ result: 'pass', value: 0 });
    const none = 'http-stream.requests.perDelivery < fastify/websocket.requests.perDelivery';
    expect(judged(none)).toMatchObject({ result: 'fail', value: null, note: '0 against 0, which has no ratio' });
  });
});

describe('what is timed is decided on its interval', () => {
  const { low, high, value } = cellOf(quickDocument(), 'polling').latencyUs.p50 as {
    [K in 'low' | 'high' | 'value']: number;
  };

  test.each([
    ['<', high + 1, 'pass'],
    ['<', value + 1, 'undecided'],
    ['<', low - 1, 'fail'],
    ['>', high + 1, 'fail'],
    ['>', value - 1, 'undecided'],
    ['>', low - 1, 'pass'],
  ])('a median %s %d us: %s', (operator, limit, result) => {
    const cell = judged(`polling.latencyUs.p50 ${operator} ${limit.toFixed(3)}us`);
    expect(cell).toMatchObject({ result, value, low, high, trials: 6, note: null });
  });

  test('the server’s CPU on Student’s t over its trials', () => {
    const cell = judged('http-stream.serverUsage.cpuUsPerDelivery < 15us');
    const { serverUsage, trials } = cellOf(quickDocument(), 'http-stream');
    const values = trials.map((trial) => trial.serverUsage.cpuUsPerDelivery as number);
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
    const factor = Math.exp((studentQuantile(0.975, values.length - 1) * Math.sqrt(variance / values.length)) / mean);
    const center = serverUsage.cpuUsPerDelivery as number;
    expect(cell?.result).toBe('pass');
    expect(cell?.low).toBeCloseTo(center / factor, 9);
    expect(cell?.high).toBeCloseTo(center * factor, 9);
  });

  test('a ratio is that of the document, in either order', () => {
    const { comparisons } = quickDocument();
    const [{ ratio } = { ratio: { value: 0, low: 0, high: 0 } }] = comparisons.filter(
      ({ quantity, a, b }) => quantity === 'latencyUs.p50' && a.includes('/long-polling/') && b.includes('/websocket/'),
    );
    const check = (left: string, right: string) => judged(`${left}.latencyUs.p50 > 2 * ${right}.latencyUs.p50`);
    expect(check('long-polling', 'fastify/websocket')).toMatchObject({ result: 'pass', ...ratio });
    expect(check('fastify/websocket', 'long-polling')).toMatchObject({
      result: 'fail',
      value: 1 / ratio.value,
      low: 1 / (ratio.high as number),
      high: 1 / (ratio.low as number),
    });
  });

  test('a ratio that the document has not comes from both intervals', () => {
    const cell = judged('long-polling.latencyUs.p90 > 2 * http-stream.latencyUs.p90');
    const [a, b] = ['long-polling', 'http-stream'].map((name) => cellOf(quickDocument(), name).latencyUs.p90?.value);
    expect(cell?.value).toBeCloseTo((a as number) / (b as number), 9);
    expect(cell?.result).toBe('pass');
    expect((cell?.high as number) / (cell?.low as number)).toBeGreaterThan(1);
  });

  test('too few trials for an interval: undecided, and it says so', () => {
    const document = changed('polling', (cell) => {
      cell.trials = cell.trials.slice(0, 2);
      for (const estimate of [cell.latencyUs.p50]) Object.assign(estimate as object, { low: null, high: null });
    });
    document.plan.trialsPerCell = 2;
    for (const check of ['polling.latencyUs.p50 < 10s', 'polling.serverUsage.cpuUsPerDelivery < 1s']) {
      expect(judged(check, document)).toMatchObject({
        result: 'undecided',
        note: 'an interval needs 3 trials',
        trials: 2,
      });
    }
  });
});

describe('without data nothing passes', () => {
  const anything = 'latencyUs.max < 1000s';

  test.each([
    ['minimal/websocket', quickDocument(), /^trial 2 failed: the server was ended by signal SIGKILL/],
    ['go/sse', quickDocument(), /^skipped: the server go requires the program/],
    ['polling', emptyDocument(), /^the run was stopped before it$/],
    ['polling', { ...emptyDocument(), status: 'completed' as const }, /^it was not measured$/],
    ['long-polling', partialDocument(), /^2 of 6 trials were measured$/],
    ['fastify/websocket', doubtfulDocument(), /^not valid: it did not hold that the driver had time to spare$/],
  ])('%s: missing', (side, document, note) => {
    const cell = judged(`${side}.${anything}`, document);
    expect(cell).toMatchObject({ result: 'missing', value: null, low: null, high: null, trials: 0 });
    expect(cell?.note).toMatch(note);
  });

  test('a percentile of too few events, a figure that the system does not tell', () => {
    expect(judged('http-stream.latencyUs.p99 < 1000s', doubtfulDocument())).toMatchObject({
      result: 'missing',
      note: expect.stringMatching(/^too few events for it: \d+ were measured$/),
    });
    const unknown = changed('polling', ({ serverUsage }) => {
      serverUsage.rssBytes = null;
    });
    expect(judged('polling.serverUsage.rssBytes < 1GB', unknown)).toMatchObject({
      result: 'missing',
      note: 'its value is unknown',
    });
  });

  test('a relation lacks the side that it names', () => {
    const document = changed('polling', ({ latencyUs }) => {
      latencyUs.p50 = null;
    });
    const cell = judged('http-stream.latencyUs.p50 < polling.latencyUs.p50', document);
    expect(cell).toMatchObject({ result: 'missing', note: expect.stringMatching(/^polling: too few events/) });
  });

  test('counts of a cell whose driver was busy may be judged, its latencies not', () => {
    const busy = doubtfulDocument();
    expect(judged('fastify/websocket.bytes.overheadPerDelivery <= 4B', busy)?.result).toBe('pass');
    expect(judged('fastify/websocket.serverUsage.cpuUsPerDelivery < 1s', busy)?.result).toBe('missing');
  });

  test('a lost event fails, though the cell is not valid because of it', () => {
    const lossy = changed('polling', ({ deliveries, validity }) => {
      deliveries.missing = 1;
      deliveries.delivered -= 1;
      for (const check of validity.checks)
        if (check.id === 'conservation') Object.assign(check, { ok: false, severity: 'invalid' });
      validity.ok = false;
    });
    expect(judged('polling.deliveries.missing <= 0', lossy)).toMatchObject({ result: 'fail', value: 1 });
    expect(judged('polling.deliveries.corrupted <= 0', lossy)?.result).toBe('missing');
    expect(judged('polling.bytes.overheadPerDelivery < 1KB', lossy)?.result).toBe('missing');
  });
});

test('a threshold is as good as its worst cell', () => {
  const document = withThresholds(quickDocument(), 'websocket.bytes.overheadPerDelivery <= 4B');
  const [outcome] = document.thresholds ?? [];
  expect(outcome?.cells.map(({ result }) => result)).toEqual(['pass', 'missing']);
  expect(outcome?.result).toBe('missing');
});

test('what ends the command: a failure, an undecided one that counts as failed; not a warning', () => {
  const outcomes = thresholdDocument().thresholds ?? [];
  expect(outcomes.map((each) => [each.result, failsRun(each), lacksData(each)])).toEqual([
    ['pass', false, false],
    ['pass', false, false],
    ['fail', true, false],
    ['fail', false, false],
    ['undecided', false, false],
    ['undecided', true, false],
    ['missing', false, true],
  ]);
});

test('every metric can be read from a cell', () => {
  for (const metric of gateMetricNames) {
    const cell = judged(`long-polling.${metric} >= 0`);
    expect([metric, cell?.result === 'pass' || cell?.result === 'missing']).toEqual([metric, true]);
    if (!['latencyUs.p999', 'bytes.ipPerDelivery'].includes(metric))
      expect([metric, cell?.result]).toEqual([metric, 'pass']);
  }
});

test('a document with thresholds is read again as it was written', () => {
  const document = thresholdDocument();
  expect(readRunDocument(JSON.stringify(document), 'run.json')).toEqual(JSON.parse(JSON.stringify(document)));
  const spoiled = JSON.stringify(document).replace('"result":"missing"', '"result":"unknown"');
  expect(() => readRunDocument(spoiled, 'run.json')).toThrow(/thresholds\[\d\]/);
});
