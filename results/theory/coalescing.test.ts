import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import { coalescedPoisson, coalescedUs } from './coalescing.ts';

/** The times of a Poisson feed of about this many events. */
function poissonFeed(eventsPerSec: number, events: number): Float64Array {
  const durationMs = (events / eventsPerSec) * 1000;
  return dueTimesUs({ seed: 7, payloadBytes: 128, schedule: { kind: 'poisson' }, eventsPerSec, durationMs });
}

function expectWithin(share: number, simulated: number, expected: number): void {
  expect(Math.abs(simulated / expected - 1)).toBeLessThan(share);
}

describe('the closed form for a Poisson feed', () => {
  it.each([
    [200, 5],
    [200, 20],
    [500, 100],
    [2, 20],
    [20_000, 5],
  ])('agrees with a simulation of 200,000 events at %d/s and a window of %d ms', (eventsPerSec, windowMs) => {
    const windowUs = windowMs * 1000;
    const arrivalUs = poissonFeed(eventsPerSec, 200_000);
    const deliveredUs = coalescedUs(arrivalUs, windowUs);
    const waitsUs = deliveredUs.map((atUs, index) => atUs - (arrivalUs[index] ?? Number.NaN)).toSorted();
    const batches = new Set(deliveredUs).size;
    const { eventsPerBatch, batchesPerSec, meanWaitUs, waitQuantileUs } = coalescedPoisson(eventsPerSec, windowUs);

    const simulatedBatch = arrivalUs.length / batches;
    const lastUs = deliveredUs.at(-1) ?? Number.NaN;
    const meanUs = waitsUs.reduce((sum, waitUs) => sum + waitUs, 0) / waitsUs.length;
    // 1 % is four standard errors or more of each: the fewest batches are 2,000, of 101 events with a deviation of 10.
    expectWithin(0.01, simulatedBatch, eventsPerBatch);
    expectWithin(0.01, batches / (lastUs / 1e6), batchesPerSec);
    expectWithin(0.01, meanUs, meanWaitUs);
    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      const simulatedUs = waitsUs[Math.floor(q * waitsUs.length)] ?? Number.NaN;
      expect(Math.abs(simulatedUs - waitQuantileUs(q))).toBeLessThan(0.01 * windowUs);
    }
  });

  it('has its limits: a lone event waits for the whole window, one of many for half of it', () => {
    const rare = coalescedPoisson(0.001, 20_000);
    expect(rare.eventsPerBatch).toBeCloseTo(1, 4);
    expect(rare.meanWaitUs).toBeCloseTo(20_000, 0);
    expect(rare.waitQuantileUs(0.01)).toBe(20_000);
    const many = coalescedPoisson(100_000, 1e6);
    expect(many.meanWaitUs / 1e6).toBeCloseTo(0.5, 4);
    const off = coalescedPoisson(200, 0);
    expect([off.eventsPerBatch, off.batchesPerSec, off.meanWaitUs, off.waitQuantileUs(0.99)]).toEqual([1, 200, 0, 0]);
  });
});

describe('the replay of given times', () => {
  it('opens a window with the first event, and the next with the first after its end', () => {
    const arrivalUs = Float64Array.of(0, 0, 5, 19, 20, 39, 41);
    expect([...coalescedUs(arrivalUs, 20)]).toEqual([20, 20, 20, 20, 40, 40, 61]);
    expect([...coalescedUs(arrivalUs, 0)]).toEqual([...arrivalUs]);
    expect(coalescedUs(new Float64Array(), 20)).toHaveLength(0);
  });

  it('never delivers early, nor later than a window, nor out of order, and windows do not overlap', () => {
    const gaps = fc.array(fc.nat(30), { maxLength: 50 });
    fc.assert(
      fc.property(gaps, fc.nat(40), (gapsUs, windowUs) => {
        let nowUs = 0;
        const arrivalUs = Float64Array.from(gapsUs, (gapUs) => (nowUs += gapUs));
        const deliveredUs = coalescedUs(arrivalUs, windowUs);
        deliveredUs.forEach((atUs, index) => {
          const waitUs = atUs - (arrivalUs[index] ?? Number.NaN);
          expect(waitUs).toBeGreaterThanOrEqual(0);
          expect(waitUs).toBeLessThanOrEqual(windowUs);
        });
        const ends = [...new Set(deliveredUs)];
        ends.slice(1).forEach((atUs, index) => {
          expect(atUs - (ends[index] ?? Number.NaN)).toBeGreaterThanOrEqual(windowUs);
        });
      }),
    );
  });
});
