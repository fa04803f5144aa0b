import { describe, expect, test } from 'vitest';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import { calibrationTrials, estimateCalibrationMs } from './calibration.ts';
import { cellsOf } from './fixtures/cells-of.ts';

const of = (transport: TransportId, changes: object) =>
  calibrationTrials(cellsOf({ transports: [transport], ...changes }))[0]?.cell;

describe('the calibration of a plan', () => {
  test('is one trial of each of its transports; a request ceiling has none', () => {
    const cells = cellsOf({ subscribers: [10, 20], capacity: { connections: 8, durationMs: 1000 } });
    expect(calibrationTrials(cells).map(({ cell }) => cell.transport)).toEqual(transportIds);
    expect(calibrationTrials(cells.filter((cell) => cell.kind === 'capacity'))).toEqual([]);
    // Polls take longer to be compiled.
    expect(estimateCalibrationMs(cells)).toBe(5 * 1700 + 1100);
  });

  test.each([
    { changes: { subscribers: [10, 40], eventsPerSec: [60, 70] }, load: { subscribers: 40, eventsPerSec: 70 } },
    { changes: { subscribers: 5000, eventsPerSec: 2000 }, load: { subscribers: 100, eventsPerSec: 100 } },
    { changes: { subscribers: 1, eventsPerSec: 0.5 }, load: { subscribers: 1, eventsPerSec: 50 } },
  ])('has the largest load within the bounds: $load', ({ changes, load }) => {
    expect(of('sse', changes)).toMatchObject({ ...load, schedule: { kind: 'constant' }, transportOptions: {} });
    expect(of('long-polling', changes)).toMatchObject({ ...load, transportOptions: { keepAlive: true } });
  });

  test.each([
    { subscribers: 100, intervalMs: 250, chosen: 250 },
    { subscribers: 1000, intervalMs: [200, 500], chosen: 200 },
    // Too few polls in the time, or the last event would wait long.
    { subscribers: 1, intervalMs: 250, chosen: 10 },
    { subscribers: 50, intervalMs: 5000, chosen: 250 },
    // More polls than that would be a queue.
    { subscribers: 1000, intervalMs: 20, chosen: 50 },
  ])('polls $subscribers subscribers every $chosen ms for $intervalMs', ({ subscribers, intervalMs, chosen }) => {
    const cell = of('polling', { subscribers, transportOptions: { polling: { intervalMs, keepAlive: false } } });
    // The null server answers with one event, which is what a poll then finds.
    expect(cell).toMatchObject({
      eventsPerSec: 1000 / chosen,
      transportOptions: { intervalMs: chosen, keepAlive: true },
    });
  });
});
