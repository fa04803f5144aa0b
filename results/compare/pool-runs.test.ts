import { describe, expect, it } from 'vitest';
import { deliveryCells } from '../labels.ts';
import type { RunDocument } from '../run-document.ts';
import { partialDocument, quickDocument } from '../samples/variants.ts';
import { compareRuns } from './compare-runs.ts';
import { decodeRun } from './decode-run.ts';
import { poolRounds, poolRuns } from './pool-runs.ts';

const copies = (count: number) => Array.from({ length: count }, quickDocument);
const websocket = (run: ReturnType<typeof poolRuns>) =>
  deliveryCells(run.document).find(({ cell }) => cell.transport === 'websocket' && cell.server === 'fastify');

describe('several runs as one', () => {
  it('one run is itself', () => {
    expect(poolRuns(copies(1)).document).toEqual(quickDocument());
  });

  it('the same run several times has the same figures, and as many more events', () => {
    const one = websocket(decodeRun(quickDocument()));
    for (const count of [2, 4]) {
      const pooled = poolRuns(copies(count));
      const cell = websocket(pooled);
      expect(pooled.runs).toBe(count);
      expect(cell?.latencyUs.p50?.value).toBe(one?.latencyUs.p50?.value);
      expect(cell?.latencyUs.events).toBe(count * (one?.latencyUs.events ?? 0));
      expect(cell?.deliveries.delivered).toBe(count * (one?.deliveries.delivered ?? 0));
      expect(cell?.bytes.overheadPerDelivery).toBe(one?.bytes.overheadPerDelivery);
      expect(cell?.serverUsage.cpuUsPerDelivery).toBeCloseTo(one?.serverUsage.cpuUsPerDelivery ?? 0, 6);
      // Two runs trial by trial; from three on the run is what varies.
      expect(cell?.trials).toHaveLength(count === 2 ? 12 : 4);
      expect(pooled.sample(cell?.cell.id ?? '')?.trials).toHaveLength(count === 2 ? 12 : 4);
    }
  });

  it('runs that are equal are the same in everything that has a verdict', () => {
    const comparison = compareRuns(poolRuns(copies(4)), poolRuns(copies(4)), { isPaired: true });
    const verdicts = new Set(comparison.cells.flatMap(({ changes }) => changes.map(({ verdict }) => verdict)));
    expect(verdicts).not.toContain('worse');
    expect(verdicts).not.toContain('better');
    expect(comparison).toMatchObject({ runs: [4, 4], isPaired: true });
  });

  it('a cell that one of the runs lacks is not pooled', () => {
    const lacking = poolRuns([quickDocument(), partialDocument()]);
    const measured = deliveryCells(partialDocument()).map(({ cell }) => cell.id);
    expect(deliveryCells(lacking.document).map(({ cell }) => cell.id)).toEqual(measured);
  });

  it('none is an error', () => {
    expect(() => poolRuns([])).toThrow(RangeError);
  });
});

describe('runs in turns', () => {
  const busy = (checkId: string): RunDocument => {
    const document = quickDocument();
    for (const { cell, validity } of deliveryCells(document)) {
      if (cell.transport !== 'websocket') continue;
      validity.ok = false;
      validity.checks.push({ id: checkId, name: '', ok: false, severity: 'invalid', value: 1, limit: '', advice: '' });
    }
    return document;
  };
  const rounds = (...documents: RunDocument[]) => [...copies(4), ...documents];
  const websocketId = (run: ReturnType<typeof poolRuns>) => websocket(run)?.cell.id ?? '';

  it('a round in which the machine was too busy for a cell is left out of it, on both sides', () => {
    const [base, head] = poolRounds(rounds(quickDocument()), rounds(busy('other-programs')));
    for (const side of [base, head]) {
      expect(websocket(side)).toMatchObject({ validity: { ok: true }, trials: { length: 4 } });
      expect([...side.leftOut]).toEqual([[websocketId(side), 1]]);
      const others = deliveryCells(side.document).filter(({ cell }) => cell.transport !== 'websocket');
      expect(others.map(({ trials }) => trials.length)).toEqual(others.map(() => 5));
    }
  });

  it('nothing is left out where too few rounds would remain, or where more than timing is in doubt', () => {
    const few = poolRounds(copies(4), [...copies(3), busy('other-programs')]);
    expect(few[1].leftOut.size).toBe(0);
    expect(websocket(few[1])?.validity.ok).toBe(false);
    const lost = poolRounds(rounds(quickDocument()), rounds(busy('conservation')));
    expect(lost[1].leftOut.size).toBe(0);
    expect(websocket(lost[1])?.validity.ok).toBe(false);
  });
});
