import { describe, expect, test } from 'vitest';
import { dueTimesUs } from '../servers/contract/schedule.ts';
import { transportIds } from '../servers/contract/transports.ts';
import { ANATOMY_EVENTS, ANATOMY_PHASES, anatomyCells, estimateAnatomyMs } from './anatomy.ts';
import { feedOf } from './feed-of.ts';
import { cellsOf } from './fixtures/cells-of.ts';

const polling = (intervalMs: number) =>
  cellsOf({ transports: ['polling'], transportOptions: { polling: { intervalMs } } });

describe('the cells of an anatomy', () => {
  test('are one of each transport of a server, with one subscriber and a feed of so many events', () => {
    const [cells = [], ...more] = anatomyCells(cellsOf({ subscribers: [10, 20], headers: ['fetch', 'bare'] }));
    expect(more).toEqual([]);
    expect(cells.map(({ transport }) => transport)).toEqual(transportIds);
    for (const cell of cells) expect(cell).toMatchObject({ subscribers: 1, headers: 'fetch', server: 'fastify' });
    const times = dueTimesUs(feedOf(cells[0] as (typeof cells)[0], ANATOMY_PHASES, 1));
    expect(times).toHaveLength(ANATOMY_EVENTS);
    expect(times[2]).toBeCloseTo(600_000, -1);
  });

  test('of one server share its options and the size of its events, which is bounded', () => {
    const cells = cellsOf({ payloadBytes: [16_384, 64], serverOptions: { coalesceMs: [5, 0] } });
    for (const cell of anatomyCells(cells).flat()) {
      expect(cell).toMatchObject({ payloadBytes: 1024, serverOptions: { coalesceMs: 5 } });
    }
  });

  test.each([
    [10, 50],
    [200, 200],
    [2_000, 250],
  ])('poll every %d ms as every %d ms', (planned, shown) => {
    expect(anatomyCells(polling(planned)).flat()[0]?.transportOptions).toEqual({ intervalMs: shown, keepAlive: true });
  });

  test('take their time once for each server, and none without a delivery', () => {
    const cells = cellsOf({ capacity: { connections: 8, durationMs: 1000 } });
    expect(estimateAnatomyMs(cells)).toBe(1400);
    expect(estimateAnatomyMs(cells.filter(({ kind }) => kind === 'capacity'))).toBe(0);
  });
});
