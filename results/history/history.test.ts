import { describe, expect, it } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { emptyDocument, quickDocument } from '../samples/variants.ts';
import { figuresOf, followedMetrics } from './figures.ts';
import { nightDocument, nightHistory, slowDown } from './fixtures/nights.ts';
import { type History, historyOf, stepsOf } from './history.ts';
import { historyToCsv } from './history-export.ts';
import { historyRun } from './history-run.ts';
import { stepText } from './step-text.ts';

const onlyScenario = ({ scenarios }: History) => {
  expect(scenarios).toHaveLength(1);
  return scenarios[0] as History['scenarios'][number];
};

const trendOf = (history: History, transport: string, key: string) =>
  onlyScenario(history)
    .cells.find(({ cell }) => cell.transport === transport)
    ?.trends.find(({ metric }) => metric.key === key);

/** Websocket half as fast again from the tenth night on. */
const slowed = () =>
  nightHistory(16, {
    cell: (cell, night) => {
      if (cell.cell.transport === 'websocket' && night >= 10) slowDown(cell, 1.5);
    },
  });

describe('the figures of a cell', () => {
  const [cell] = deliveryCells(quickDocument()) as [ReturnType<typeof deliveryCells>[number]];

  it('are those of the document, percentiles with its intervals, counts without one', () => {
    const figures = figuresOf(cell);
    expect(followedMetrics).toHaveLength(6);
    expect(figures.get('latencyUs.p50')).toMatchObject({ ...cell.latencyUs.p50, isValid: true, doubt: null });
    expect(figures.get('bytes.overheadPerDelivery')).toMatchObject({
      value: cell.bytes.overheadPerDelivery,
      low: null,
      high: null,
    });
  });

  it('processor time has the interval of its trials: Student’s t over ln of them', () => {
    const { value = 0, low, high } = figuresOf(cell).get('serverUsage.cpuUsPerDelivery') ?? {};
    const each = cell.trials.map(({ serverUsage }) => serverUsage.cpuUsPerDelivery as number);
    const mean = each.reduce((sum, one) => sum + one, 0) / each.length;
    const deviation = Math.sqrt(each.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (each.length - 1));
    // t of 0.975 with 5 degrees of freedom is 2.5706.
    const half = (2.5706 * deviation) / mean / Math.sqrt(each.length);
    expect(each).toHaveLength(6);
    expect(low).toBeCloseTo(value / Math.exp(half), 3);
    expect(high).toBeCloseTo(value * Math.exp(half), 3);
  });

  it('memory of a hundred subscribers is shown and not judged', () => {
    expect(figuresOf(cell).get('serverUsage.rssBytesPerSubscriber')?.doubt).toMatch(/fewer than 1,000 subscribers/);
  });

  it('are not valid where timing is in doubt, but for the counts; without a value there is none', () => {
    const doubtful = structuredClone(cell);
    const check = { ...(doubtful.validity.checks[0] as (typeof doubtful.validity.checks)[number]), ok: false };
    doubtful.validity = { ok: false, checks: [{ ...check, id: 'driver-utilization', severity: 'invalid' }] };
    doubtful.latencyUs.p99 = null;
    const figures = figuresOf(doubtful);
    expect(figures.get('latencyUs.p50')?.isValid).toBe(false);
    expect(figures.get('requests.perDelivery')?.isValid).toBe(true);
    expect(figures.has('latencyUs.p99')).toBe(false);
  });
});

describe('a history', () => {
  it('is in order of time, by scenario, whatever order the files had', () => {
    const documents = [4, 0, 3, 1, 2].map((night) => nightDocument(night));
    const other = nightDocument(2, { document: (document) => Object.assign(document.scenario, { name: 'another' }) });
    const history = historyOf([...documents, other].map((document) => historyRun(document, 'run.json')));
    expect(history.scenarios.map(({ name, runs }) => [name, runs.length])).toEqual([
      ['another', 1],
      ['quick', 5],
    ]);
    const times = history.scenarios[1]?.runs.map(({ about }) => about.startedAt) ?? [];
    expect(times).toEqual(times.toSorted());
  });

  it('names a step with its commit, its size and what it is held against', () => {
    const found = stepsOf(slowed());
    expect(found.map(({ cell, trend }) => [cell.label, trend.metric.key])).toEqual([
      ['websocket', 'latencyUs.p50'],
      ['websocket', 'latencyUs.p99'],
    ]);
    const { lead, rest } = stepText(found[0] as (typeof found)[number]);
    expect(lead).toBe('websocket: latency p50 rose from 856 us to 1.28 ms (+50.0 %)');
    expect(rest).toMatch(
      / at commit c0000a000000 of 2026-03-11 \(the run before: c00009000000\), beyond what the 10 runs before let expect \(815 us to 899 us\)\. It has held for 6 runs\.$/,
    );
  });

  it('says when the commit is the one of before, and what else changed with a step', () => {
    const history = nightHistory(12, {
      cell: (cell, night) => {
        if (night >= 10) cell.bytes.overheadPerDelivery = (cell.bytes.overheadPerDelivery ?? 0) + 20;
      },
      document: (document, night) => {
        document.tool.gitCommit = 'ab'.repeat(20);
        if (night >= 10) document.environment.packages = { ...document.environment.packages, fastify: '99.0.0' };
      },
    });
    const found = stepsOf(history);
    expect(found.map(({ trend }) => trend.metric.key)).toEqual(Array(5).fill('bytes.overheadPerDelivery'));
    const { rest } = stepText(found[0] as (typeof found)[number]);
    expect(rest).toContain('which is the commit of the run before too');
    expect(rest).toContain('With it changed: Package fastify.');
  });

  it('marks where the machine, Node or the scenario changed, and does not compare timed figures over it', () => {
    const history = nightHistory(12, {
      cell: (cell, night) => {
        if (night >= 6) slowDown(cell, 2);
      },
      document: (document, night) => {
        if (night >= 6) document.environment.cpuModel = 'A slower processor';
        if (night >= 8) document.scenario.yaml += '# edited\n';
        if (night >= 9) document.environment.packages = {};
      },
    });
    const { changes } = onlyScenario(history);
    expect(changes[6]).toMatchObject([{ what: 'Processor', to: 'A slower processor', isMarked: true }]);
    expect(changes[8]).toMatchObject([{ what: 'Scenario file', isMarked: true }]);
    expect(changes[9]?.every(({ isMarked }) => !isMarked)).toBe(true);
    expect([0, 5, 7, 10].map((night) => changes[night])).toEqual([[], [], [], []]);
    expect(stepsOf(history)).toEqual([]);
    expect(trendOf(history, 'sse', 'latencyUs.p50')?.points[11]?.band).toMatchObject({ runs: 5 });
    // Bytes do not depend on the processor.
    expect(trendOf(history, 'sse', 'bytes.overheadPerDelivery')?.points[11]?.band).toMatchObject({ runs: 11 });
  });

  it('does not compare runs that measured for another time', () => {
    const history = nightHistory(12, {
      cell: (cell, night) => {
        if (night >= 6) cell.bytes.overheadPerDelivery = (cell.bytes.overheadPerDelivery ?? 0) + 10;
      },
      document: ({ plan }, night) => {
        if (night >= 6) plan.phases = { ...plan.phases, measureMs: 9000 };
      },
    });
    expect(stepsOf(history)).toEqual([]);
    expect(onlyScenario(history).changes[6]).toMatchObject([{ what: 'Measured in each trial', isMarked: true }]);
  });

  it('keeps why a cell has no figures in a run, and its place', () => {
    const night = nightDocument(1);
    const [first] = night.cells;
    if (first === undefined) throw new Error('no cell');
    night.cells[0] = { outcome: 'failed', cell: first.cell, trial: 2, reason: 'the server ended', stderrTail: '' };
    const unfinished = { ...emptyDocument(), startedAt: '2026-03-03T00:00:00.000Z' };
    const runs = [nightDocument(0), night, unfinished].map((document) => historyRun(document, 'run.json'));
    const scenario = onlyScenario(historyOf(runs));
    const cell = scenario.cells.find(({ cell: { id } }) => id === first.cell.id);
    expect(cell?.results.map((result) => result === null)).toEqual([false, true, true]);
    expect(scenario.runs[1]?.absences.get(first.cell.id)).toBe('failed: the server ended');
    expect(scenario.runs[2]?.absences.get(first.cell.id)).toBe('not measured');
  });
});

describe('the points as CSV', () => {
  it('have a line for each figure of each run, with band, position and step', () => {
    const lines = historyToCsv(slowed()).trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'run,startedAt,commit,dirty,scenario,cell,server,transport,subscribers,eventsPerSec,payloadBytes,schedule,headers,options,metric,unit,value,low,high,valid,trials,bandLow,bandHigh,position,step',
    );
    const { cells } = onlyScenario(slowed());
    const figures = cells.flatMap(({ trends }) => trends.flatMap(({ points }) => points));
    expect(lines).toHaveLength(1 + figures.filter(({ figure }) => figure !== null).length);
    const websocket = lines.filter((line) => line.includes('websocket') && line.includes(',latencyUs.p50,us,'));
    expect(websocket).toHaveLength(16);
    expect(websocket[10]).toMatch(/^2026-03-11T02-00-00\.000Z-quick,.*,true,6,[\d.]+,[\d.]+,above,rose$/);
    expect(websocket[9]).toMatch(/,inside,$/);
    expect(websocket[0]).toMatch(/,true,6,,,,$/);
  });
});

it('what is counted of transports that are asked depends on timing, and needs as many runs as what is timed', () => {
  const { cells } = onlyScenario(nightHistory(3));
  const banded = cells.flatMap(({ cell, trends }) =>
    trends.flatMap(({ metric, next }) => (next === null ? [] : [`${cell.transport} ${metric.key}`])),
  );
  expect(banded).toEqual(
    ['sse', 'http-stream', 'websocket'].flatMap((transport) => [
      `${transport} bytes.overheadPerDelivery`,
      `${transport} requests.perDelivery`,
    ]),
  );
});
