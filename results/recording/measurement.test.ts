import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { LatencyRecorder, mergeLatencies } from './latency.ts';
import { type Measurement, mergeMeasurements } from './measurement.ts';
import { addTally, emptyTally, phases, type TallyByPhase } from './tally.ts';

// + 0: no clock gives -0, and which of 0 and -0 is the smallest depends on the order.
const latency = fc.double({ min: -10, max: 5e6, noNaN: true }).map((us) => us + 0);
const latencies = fc.array(latency, { maxLength: 60 });

function recorded(values: number[]): LatencyRecorder {
  const recorder = new LatencyRecorder();
  for (const value of values) recorder.record(value);
  return recorder;
}

function measurement(values: number[], deliveries: number): Measurement {
  const byPhase = Object.fromEntries(phases.map((phase) => [phase, emptyTally()])) as TallyByPhase;
  addTally(byPhase.measure, { ...emptyTally(), deliveries, receivedBytes: 3 * deliveries });
  const data = recorded(values).data();
  return {
    fromDue: data,
    fromPublished: data,
    pollLateness: data,
    pollResponse: data,
    skippedPolls: 1,
    deliveries: { expected: deliveries, delivered: deliveries, missing: 0, duplicated: 1, outOfOrder: 2, corrupted: 0 },
    connections: { opened: 2, openAtFeed: 2, peak: 2, failed: 0, reconnected: 1 },
    firstEvent: { deliveries: 2, lastUs: 100 + deliveries },
    tallies: byPhase,
    usage: {
      workers: 1,
      cpuUs: 10,
      eventLoopUtilization: deliveries / 100,
      eventLoopDelayP99Us: deliveries,
      rssBytes: 5,
      rssBytesBefore: 3,
    },
    incidents: { [`reason ${deliveries % 2}`]: 1 },
  };
}

describe('LatencyRecorder', () => {
  it('keeps count, mean, extremes and negatives exactly, and percentiles within 0.1 % of the naive quantile', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const recorder = recorded(values);
        const data = recorder.data();
        const kept = values.filter((value) => value >= 0).sort((a, b) => a - b);
        expect(data.count).toBe(kept.length);
        expect(data.negativeCount).toBe(values.length - kept.length);
        expect(data.minUs).toBe(kept[0] ?? null);
        expect(data.maxUs).toBe(kept.at(-1) ?? null);
        if (kept.length === 0) {
          expect([recorder.meanUs, recorder.percentileUs(50)]).toEqual([null, null]);
          return;
        }
        expect(recorder.meanUs).toBeCloseTo(kept.reduce((sum, value) => sum + value, 0) / kept.length, 3);
        for (const percent of [50, 90, 99, 100]) {
          const naive = kept[Math.max(0, Math.ceil((percent / 100) * kept.length) - 1)] as number;
          expect(Math.abs((recorder.percentileUs(percent) as number) - naive)).toBeLessThanOrEqual(0.5 + naive * 0.001);
        }
      }),
    );
  });

  it('agrees with the library when it is fed directly', () => {
    const oracle = build({ bitBucketSize: 64, numberOfSignificantValueDigits: 3 });
    const recorder = new LatencyRecorder();
    for (let value = 1; value < 200_000; value += 37) {
      oracle.recordValue(value);
      recorder.record(value);
    }
    for (const percent of [1, 50, 90, 99, 99.9]) {
      expect(recorder.percentileUs(percent)).toBe(oracle.getValueAtPercentile(percent));
    }
  });

  it('merges to what one recorder would have recorded, in any order and grouping', () => {
    fc.assert(
      fc.property(latencies, latencies, latencies, (a, b, c) => {
        const parts = [a, b, c].map((values) => recorded(values).data());
        const [first, second, third] = parts as [(typeof parts)[0], (typeof parts)[0], (typeof parts)[0]];
        const whole = recorded([...a, ...b, ...c]).data();
        const grouped = mergeLatencies([third, mergeLatencies([second, first]).data()]).data();
        const { sumUs, ...rest } = grouped;
        const { sumUs: wholeSumUs, ...wholeRest } = whole;
        expect(rest).toEqual(wholeRest);
        expect(sumUs).toBeCloseTo(wholeSumUs, 3);
      }),
      { numRuns: 40 },
    );
  });
});

describe('mergeMeasurements', () => {
  it('adds counters, takes the busiest event loop, keeps every incident', () => {
    const merged = mergeMeasurements([measurement([1, 2], 10), measurement([3], 20), measurement([], 5)]);
    expect(merged.tallies.measure).toMatchObject({ deliveries: 35, receivedBytes: 105 });
    expect(merged.deliveries).toEqual({
      expected: 35,
      delivered: 35,
      missing: 0,
      duplicated: 3,
      outOfOrder: 6,
      corrupted: 0,
    });
    expect(merged.connections).toEqual({ opened: 6, openAtFeed: 6, peak: 6, failed: 0, reconnected: 3 });
    expect(merged.firstEvent).toEqual({ deliveries: 6, lastUs: 120 });
    expect(merged.usage).toEqual({
      workers: 3,
      cpuUs: 30,
      eventLoopUtilization: 0.2,
      eventLoopDelayP99Us: 20,
      rssBytes: 15,
      rssBytesBefore: 9,
    });
    expect(merged.fromDue).toMatchObject({ count: 3, sumUs: 6, minUs: 1, maxUs: 3 });
    expect(merged.incidents).toEqual({ 'reason 0': 2, 'reason 1': 1 });
    expect(merged.skippedPolls).toBe(3);
  });

  it('refuses to merge nothing', () => {
    expect(() => mergeMeasurements([])).toThrow(RangeError);
  });
});
