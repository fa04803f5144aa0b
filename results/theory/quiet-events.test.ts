import { describe, expect, it } from 'vitest';
import type { EventSpread } from '../recording/event-spread.ts';
import { quietEvents } from './quiet-events.ts';

/** Three subscribers, reached at these latencies of the first, with a step to the next. */
function spreadOf(firstUs: number[], stepUs: number): EventSpread {
  return {
    counts: firstUs.map(() => 3),
    sumsUs: firstUs.map((first) => 3 * first + 3 * stepUs),
    firstUs,
    lastUs: firstUs.map((first) => first + 2 * stepUs),
  };
}

describe('quietEvents', () => {
  it('takes the events before which nothing was due for a while, and not the first', () => {
    const dueUs = [0, 10_000, 10_500, 11_000, 30_000];
    const spread = spreadOf([100, 200, 900, 1_500, 400], 50);
    expect(quietEvents(spread, dueUs)).toEqual({ quietUs: 1_000, count: 2, firstUs: 300, meanUs: 350, lastUs: 400 });
  });

  it('waits for four times the spread over the subscribers', () => {
    const dueUs = [0, 10_000, 30_000];
    expect(quietEvents(spreadOf([100, 200, 400], 2_000), dueUs)).toMatchObject({
      quietUs: 16_000,
      count: 1,
      firstUs: 400,
    });
  });

  it('is unknown without such events, and without a recording of single events', () => {
    expect(quietEvents(spreadOf([100, 100], 50), [0, 500])).toBeNull();
    expect(quietEvents({ counts: [], sumsUs: [], firstUs: [], lastUs: [] }, [0, 50_000])).toBeNull();
    const undelivered: EventSpread = { counts: [1, 0], sumsUs: [5, 0], firstUs: [5, Infinity], lastUs: [5, 0] };
    expect(quietEvents(undelivered, [0, 50_000])).toBeNull();
  });
});
