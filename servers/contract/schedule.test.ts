import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Feed, Schedule } from './feed.ts';
import { dueTimesUs } from './schedule.ts';

const feed = (schedule: Schedule, more: Partial<Feed> = {}): Feed => ({
  seed: 1,
  payloadBytes: 64,
  schedule,
  eventsPerSec: 50,
  durationMs: 2_000,
  ...more,
});

describe('dueTimesUs', () => {
  it('spaces a constant feed evenly, beginning at 0', () => {
    expect([...dueTimesUs(feed({ kind: 'constant' }, { eventsPerSec: 3, durationMs: 1_000 }))]).toEqual([
      0, 333_333, 666_666,
    ]);
    expect(dueTimesUs(feed({ kind: 'constant' })).length).toBe(100);
  });

  it('makes bursts of events due at one moment, at the same mean rate', () => {
    const times = [...dueTimesUs(feed({ kind: 'burst', eventsPerBurst: 20 }))];
    expect(times.length).toBe(100);
    expect([...new Set(times)]).toEqual([0, 400_000, 800_000, 1_200_000, 1_600_000]);
  });

  it('draws exponential gaps for a Poisson feed: mean and standard deviation are both 1/rate', () => {
    const times = dueTimesUs(feed({ kind: 'poisson' }, { eventsPerSec: 100, durationMs: 200_000 }));
    const gaps = [...times.subarray(1)].map((at, index) => at - (times[index] as number));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    // 20,000 gaps: the standard error of the mean is 0.7 %, of the deviation 1 %; four of each.
    expect(Math.abs(mean / 10_000 - 1)).toBeLessThan(0.03);
    expect(Math.abs(deviation / 10_000 - 1)).toBeLessThan(0.04);
  });

  it('is the same for the same seed and another for another', () => {
    const poisson = { kind: 'poisson' } as const;
    expect(dueTimesUs(feed(poisson))).toEqual(dueTimesUs(feed(poisson)));
    expect(dueTimesUs(feed(poisson, { seed: 2 }))).not.toEqual(dueTimesUs(feed(poisson)));
  });

  it('gives whole microseconds that never decrease, all within the feed', () => {
    const schedules = fc.oneof(
      fc.constant<Schedule>({ kind: 'constant' }),
      fc.constant<Schedule>({ kind: 'poisson' }),
      fc.integer({ min: 1, max: 50 }).map((eventsPerBurst): Schedule => ({ kind: 'burst', eventsPerBurst })),
    );
    fc.assert(
      fc.property(
        schedules,
        fc.double({ min: 0.1, max: 5_000, noNaN: true }),
        fc.integer({ min: 1, max: 3_000 }),
        fc.nat(),
        (schedule, eventsPerSec, durationMs, seed) => {
          const times = dueTimesUs(feed(schedule, { eventsPerSec, durationMs, seed }));
          times.forEach((at, index) => {
            expect(Number.isInteger(at)).toBe(true);
            expect(at).toBeGreaterThanOrEqual(times[index - 1] ?? 0);
            expect(at).toBeLessThan(durationMs * 1_000);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});
