import { describe, expect, it } from 'vitest';
import type { CompletedCell } from '../delivery-result.ts';
import { deliveryCells } from '../labels.ts';
import type { RunDocument } from '../run-document.ts';
import { doubtfulDocument, emptyDocument, partialDocument, quickDocument, withCells } from '../samples/variants.ts';
import { compareRuns, type RunComparison } from './compare-runs.ts';
import { decodeRun } from './decode-run.ts';
import { metrics } from './metrics.ts';

const compare = (base: RunDocument, head: RunDocument) => compareRuns(decodeRun(base), decodeRun(head));

const isWebsocket = ({ cell }: CompletedCell) => cell.transport === 'websocket';

/** The golden document with its websocket cell changed. */
const changed = (change: (cell: CompletedCell) => void) =>
  withCells((cell) => {
    if (isWebsocket(cell)) change(cell);
  });

/** Verdicts of the cell of websocket by metric. */
function verdicts(comparison: RunComparison): Record<string, string | null> {
  const cell = comparison.cells.find(({ id }) => id.includes('/websocket/'));
  return Object.fromEntries((cell?.changes ?? []).map(({ metric, verdict }) => [metric.key, verdict]));
}

describe('a run against itself', () => {
  const comparison = compare(quickDocument(), quickDocument());

  it('is the same in everything', () => {
    const delivered = deliveryCells(quickDocument()).length;
    const changes = comparison.cells.flatMap((cell) => cell.changes);
    expect(changes).toHaveLength(delivered * metrics.length);
    expect(changes.filter(({ base, delta }) => base !== null && delta !== 0)).toEqual([]);
    expect(new Set(changes.map(({ verdict }) => verdict))).not.toContain('worse');
    expect(new Set(changes.map(({ verdict }) => verdict))).not.toContain('better');
    expect(comparison.differences).toEqual([]);
  });

  it('names the cells that have no result', () => {
    const single = comparison.cells.filter(({ changes }) => changes.length === 0);
    expect(single.map(({ base }) => base.state).sort()).toEqual(['ceiling', 'failed', 'skipped']);
  });
});

describe('a change', () => {
  it('of a byte per delivery is found, and no other', () => {
    const head = changed((cell) => {
      for (const { bytes } of [cell, ...cell.trials]) bytes.overheadPerDelivery = (bytes.overheadPerDelivery ?? 0) + 1;
    });
    const found = verdicts(compare(quickDocument(), head));
    expect(found['bytes.overheadPerDelivery']).toBe('worse');
    expect(Object.values(found).filter((verdict) => verdict === 'worse')).toHaveLength(1);
    expect(verdicts(compare(head, quickDocument()))['bytes.overheadPerDelivery']).toBe('better');
  });

  it('of server CPU by a third is found, with its interval', () => {
    const head = changed((cell) => {
      for (const { serverUsage } of [cell, ...cell.trials]) {
        serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * 1.33;
      }
    });
    const comparison = compare(quickDocument(), head);
    const change = comparison.cells
      .flatMap((cell) => cell.changes)
      .find(({ metric, verdict }) => metric.key === 'serverUsage.cpuUsPerDelivery' && verdict === 'worse');
    expect(change?.ratio?.value).toBeCloseTo(1.33, 10);
    expect(change?.ratio?.low).toBeGreaterThan(1.05);
    expect(change?.adjustedP).toBeGreaterThanOrEqual(change?.p ?? 1);
  });

  it('that is larger than chance and smaller than the margin is not claimed', () => {
    const head = changed((cell) => {
      for (const { serverUsage } of [cell, ...cell.trials]) {
        serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * 1.04;
      }
    });
    expect(['same', 'undecided']).toContain(verdicts(compare(quickDocument(), head))['serverUsage.cpuUsPerDelivery']);
  });

  it('to a lost event is worse, and per expected delivery', () => {
    const head = changed(({ deliveries }) => {
      deliveries.missing = 1;
    });
    expect(verdicts(compare(quickDocument(), head))['deliveries.missing']).toBe('worse');
    const longer = changed(({ deliveries }) => {
      deliveries.missing = 2;
      deliveries.expected *= 2;
    });
    expect(verdicts(compare(head, longer))['deliveries.missing']).toBe('same');
  });

  it('to requests where there were none is worse, without a ratio', () => {
    const head = changed((cell) => {
      for (const { requests } of [cell, ...cell.trials]) requests.perDelivery = 0.5;
    });
    const comparison = compare(quickDocument(), head);
    expect(verdicts(comparison)['requests.perDelivery']).toBe('worse');
    const change = comparison.cells
      .flatMap((cell) => cell.changes)
      .find(({ metric, delta }) => metric.key === 'requests.perDelivery' && delta === 0.5);
    expect(change).toMatchObject({ ratio: null, base: 0, head: 0.5 });
  });
});

describe('a run that is not whole', () => {
  it('with cells that are not valid: counts have verdicts where only timing is in doubt, faults always', () => {
    const comparison = compare(quickDocument(), doubtfulDocument());
    const found = verdicts(comparison);
    expect(found['latencyUs.p50']).toBeNull();
    expect(found['bytes.overheadPerDelivery']).toBe('same');
    expect(found['deliveries.missing']).toBe('same');
    const notes = comparison.cells.flatMap((cell) => cell.changes.map(({ note }) => note));
    expect(notes).toContain('not valid in the head');
    const lossy = comparison.cells.flatMap((cell) => cell.changes).filter(({ verdict }) => verdict === 'worse');
    expect(lossy.map(({ metric }) => metric.key)).toEqual(
      expect.arrayContaining([
        'deliveries.missing',
        'deliveries.duplicated',
        'deliveries.outOfOrder',
        'deliveries.corrupted',
      ]),
    );
  });

  it('stopped early: its cells are unmeasured, its short cell undecided where trials are too few', () => {
    const comparison = compare(quickDocument(), partialDocument());
    expect(comparison.cells.filter(({ head }) => head.state === 'unmeasured').length).toBeGreaterThan(1);
    const short = comparison.cells.flatMap((cell) => cell.changes).filter(({ trials }) => trials[1] === 2);
    expect(short.filter(({ metric }) => metric.kind === 'noisy').map(({ verdict }) => verdict)).not.toContain('same');
    expect(short.map(({ note }) => note)).toContain('too few trials for an interval');
  });

  it('that has nothing: nothing is compared', () => {
    expect(compare(emptyDocument(), quickDocument()).cells.flatMap((cell) => cell.changes)).toEqual([]);
  });

  it('without readable histograms: no difference of latency is claimed', () => {
    // Trials have too few events for a p99 of their own to be printed.
    const head = changed(({ latencyUs: { p99 }, trials }) => {
      for (const key of ['value', 'low', 'high'] as const) if (p99 !== null) p99[key] = 2 * (p99[key] ?? 0);
      for (const { windows } of trials) windows.histograms = 'none';
    });
    const comparison = compare(quickDocument(), head);
    const found = verdicts(comparison);
    expect(found['latencyUs.p99']).toBe('undecided');
    expect(found['latencyUs.p50']).toBe('same');
    expect(found['bytes.overheadPerDelivery']).toBe('same');
    const notes = comparison.cells.flatMap((cell) => cell.changes.map(({ note }) => note));
    expect(notes).toContain('its trials cannot be read one by one');
  });
});

it('tells what differs besides the results', () => {
  const head = quickDocument();
  head.environment = { ...head.environment, cpuModel: 'Other', nodeVersion: 'v99.0.0', packages: { fastify: '9' } };
  head.plan.phases.measureMs = 4000;
  const { differences } = compare(quickDocument(), head);
  expect(differences.map(({ kind, what }) => `${kind}: ${what}`)).toEqual(
    expect.arrayContaining(['machine: Processor', 'machine: Node.js, major version', 'load: Measured in each trial']),
  );
  expect(differences.find(({ what }) => what === 'Package fastify')?.values[1]).toBe('9');
});

describe('counts', () => {
  const counted = (metric: string, head: RunDocument) => verdicts(compare(quickDocument(), head))[metric];

  it('one connection or empty answer more in one trial of six is worse', () => {
    const head = changed(({ connections, trials }) => {
      connections.opened += 1;
      for (const trial of trials.slice(0, 1)) trial.connections.opened += 1;
    });
    expect(counted('connections.opened', head)).toBe('worse');
  });

  it('a byte of framing more is worse in transports that are polled, too', () => {
    const head = withCells(({ bytes, trials }) => {
      for (const { bytes: ofTrial, tallies } of trials) ofTrial.breakdown.framing += tallies.measure.deliveries;
      bytes.breakdown.framing += trials.reduce((sum, { tallies }) => sum + tallies.measure.deliveries, 0);
    });
    const comparison = compare(quickDocument(), head);
    const changes = comparison.cells.flatMap((cell) => cell.changes);
    const framing = changes.filter(({ metric }) => metric.key === 'bytes.framingPerDelivery');
    expect(framing.map(({ verdict }) => verdict)).toEqual(framing.map(() => 'worse'));
    expect(framing).toHaveLength(deliveryCells(quickDocument()).length);
  });

  it('of what depends on timing, a change within the margin is not claimed', () => {
    const head = withCells(({ cell, requests, trials }) => {
      if (cell.transport !== 'long-polling') return;
      for (const each of [requests, ...trials.map((trial) => trial.requests)])
        each.perDelivery = (each.perDelivery ?? 0) * 1.03;
    });
    const comparison = compare(quickDocument(), head);
    const change = comparison.cells
      .flatMap((cell) => cell.changes)
      .find(({ metric, ratio }) => metric.key === 'requests.perDelivery' && (ratio?.value ?? 1) > 1.02);
    expect(change?.verdict).toBe('undecided');
  });
});

describe('runs on other machines', () => {
  /** The golden run on a processor that takes twice as long for everything but waiting. */
  function slowMachine(more: (cell: CompletedCell) => void = () => {}): RunDocument {
    const document = withCells((cell) => {
      for (const { serverUsage } of [cell, ...cell.trials]) {
        serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * 2;
      }
      more(cell);
    });
    return { ...document, environment: { ...document.environment, cpuModel: 'Another' } };
  }

  const cpu = (head: RunDocument) => {
    const comparison = compare(quickDocument(), head);
    const changes = comparison.cells.flatMap(({ id, changes: all }) =>
      all.filter(({ metric }) => metric.key === 'serverUsage.cpuUsPerDelivery').map((change) => ({ id, change })),
    );
    return { comparison, changes };
  };

  it('are compared as against the other transports', () => {
    const { comparison, changes } = cpu(slowMachine());
    expect(comparison.basis).toBe('relative');
    expect(changes.length).toBeGreaterThan(4);
    for (const { change } of changes) {
      expect(change.ratio?.value).toBeCloseTo(1, 6);
      expect(change.verdict).not.toBe('worse');
    }
  });

  it('show the transport that got worse by itself, and no other', () => {
    const { changes } = cpu(
      slowMachine((cell) => {
        if (!isWebsocket(cell)) return;
        for (const { serverUsage } of [cell, ...cell.trials]) {
          serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * 2;
        }
      }),
    );
    const worse = changes.filter(({ change }) => change.verdict === 'worse');
    expect(worse.map(({ id }) => id.split('/')[1])).toEqual(['websocket']);
    expect(worse[0]?.change.ratio?.value).toBeCloseTo(2, 6);
  });

  it('with one transport alone nothing is said of what depends on the machine', () => {
    const only = (document: RunDocument) => ({
      ...document,
      cells: deliveryCells(document).filter(isWebsocket),
    });
    const comparison = compare(only(quickDocument()), only(slowMachine()));
    const change = comparison.cells
      .flatMap((cell) => cell.changes)
      .find(({ metric }) => metric.key === 'serverUsage.cpuUsPerDelivery');
    expect(change).toMatchObject({ verdict: 'undecided', note: expect.stringContaining('no other transport') });
  });
});
