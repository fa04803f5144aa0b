import { describe, expect, it } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { partialDocument, quickDocument } from '../samples/variants.ts';
import { compareRuns } from './compare-runs.ts';
import { decodeRun } from './decode-run.ts';
import { poolRuns } from './pool-runs.ts';

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
