import { describe, expect, it } from 'vitest';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import { poissonBatches, replay } from './replay.ts';

const poisson = (eventsPerSec: number, seconds: number) =>
  dueTimesUs({ seed: 5, payloadBytes: 100, schedule: { kind: 'poisson' }, eventsPerSec, durationMs: seconds * 1000 });
const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('replay', () => {
  it('delivers at once when idle, and together what comes while busy', () => {
    const { delayUs, batches } = replay([0, 10, 30, 40, 200], { wakeUs: 0, busyUs: 100 });
    expect(batches).toEqual([
      { atUs: 0, firstEvent: 0 },
      { atUs: 100, firstEvent: 1 },
      { atUs: 200, firstEvent: 4 },
    ]);
    expect([...delayUs]).toEqual([0, 90, 70, 60, 0]);
  });

  it('delivers together what comes while the server wakes up, and does not wake up again when it was busy', () => {
    const { delayUs, batches } = replay([0, 15, 50, 500], { wakeUs: 20, busyUs: 100 });
    expect(batches.map(({ atUs }) => atUs)).toEqual([20, 120, 520]);
    expect([...delayUs]).toEqual([0, -15, 70, 0]);
  });

  it.each([
    [25, { wakeUs: 0, busyUs: 43_000 }],
    [100, { wakeUs: 0, busyUs: 43_000 }],
    [50, { wakeUs: 500, busyUs: 3_500 }],
    [300, { wakeUs: 250, busyUs: 250 }],
  ])('agrees with the closed form for Poisson events: %i a second, %j', (eventsPerSec, times) => {
    const dueUs = poisson(eventsPerSec, 200_000 / eventsPerSec);
    const { delayUs, batches } = replay(dueUs, times);
    const theory = poissonBatches(eventsPerSec, times);
    expect(Math.abs(dueUs.length / batches.length / theory.eventsPerBatch - 1)).toBeLessThan(0.003);
    expect(Math.abs(meanOf(delayUs) - theory.meanDelayUs)).toBeLessThan(0.01 * (times.wakeUs + times.busyUs));
  });

  it('knows the example of 25 events a second and a gap of 43 ms: 1.416 events, 16.3 ms', () => {
    const { eventsPerBatch, meanDelayUs } = poissonBatches(25, { wakeUs: 0, busyUs: 43_000 });
    expect(eventsPerBatch).toBeCloseTo(1.416, 3);
    expect(meanDelayUs).toBeCloseTo(16_320, -1);
  });

  it('makes nothing wait for a server that is never busy', () => {
    const dueUs = poisson(100, 10);
    const { delayUs, batches } = replay(dueUs, { wakeUs: 0, busyUs: 0 });
    expect(batches.length).toBe(new Set(dueUs).size);
    expect(Math.max(...delayUs)).toBe(0);
  });
});
