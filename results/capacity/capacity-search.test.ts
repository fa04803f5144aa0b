import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import {
  CapacitySearch,
  CONFIRMATIONS,
  longestSearchMs,
  PRECISION_RATIO,
  type ProbeRequest,
  type SearchRange,
  type SearchState,
} from './capacity-search.ts';

const threeDigits = (value: number) => Number(value.toPrecision(3));

interface Run {
  probes: (ProbeRequest & { held: boolean })[];
  state: SearchState;
}

/** Runs a whole search against a simulated server. */
function runSearch(range: SearchRange, holds: (value: number, probe: number) => boolean): Run {
  const search = new CapacitySearch(range);
  const probes: Run['probes'] = [];
  while (search.next !== null) {
    const held = holds(search.next.value, probes.length);
    probes.push({ ...search.next, held });
    search.record(held);
    if (probes.length > 1_000) throw new Error('the search does not end');
  }
  return { probes, state: search.state };
}

const range = (more: Partial<SearchRange> = {}): SearchRange => ({
  start: 100,
  lowest: 1,
  highest: 100_000,
  round: Math.round,
  ...more,
});

const anyRange = fc
  .record({
    lowest: fc.integer({ min: 1, max: 50 }),
    upFactor: fc.double({ min: 1, max: 2_000, noNaN: true }),
    startAt: fc.double({ min: 0, max: 1, noNaN: true }),
    round: fc.constantFrom(Math.round, threeDigits),
  })
  .map(({ lowest, upFactor, startAt, round }): SearchRange => {
    const highest = round(lowest * upFactor);
    return { lowest, highest, start: round(lowest * (highest / lowest) ** startAt), round };
  });

describe('a server with a fixed threshold', () => {
  test('1,000: doubles, bisects, confirms', () => {
    const { probes, state } = runSearch(range(), (value) => value <= 1_000);
    expect(probes.map(({ value, purpose, held }) => `${purpose} ${value} ${held ? 'held' : 'failed'}`)).toEqual([
      'search 100 held',
      'search 200 held',
      'search 400 held',
      'search 800 held',
      'search 1600 failed',
      'search 1600 failed',
      'search 1131 failed',
      'search 1131 failed',
      'search 951 held',
      'search 1037 failed',
      'search 1037 failed',
      'confirm 951 held',
      'confirm 951 held',
      'confirm 951 held',
    ]);
    expect(state).toEqual({ kind: 'confirmed', value: 951, failed: 1037 });
  });

  test('whatever the range and the threshold: an interval of at most 1.1 around it, or of neighbours', () => {
    fc.assert(
      fc.property(anyRange, fc.double({ min: 0.2, max: 3_000, noNaN: true }), (any, threshold) => {
        const { state } = runSearch(any, (value) => value <= threshold);
        if (threshold >= any.highest) {
          expect(state).toEqual({ kind: 'confirmed', value: any.highest, failed: null });
        } else if (threshold < any.lowest) {
          expect(state).toEqual({ kind: 'none', failed: any.lowest, heldOnce: false });
        } else {
          const { value, failed } = state as Extract<SearchState, { kind: 'confirmed' }>;
          expect(value).toBeLessThanOrEqual(threshold);
          expect(failed).toBeGreaterThan(threshold);
          const middle = any.round(Math.sqrt(value * (failed ?? 0)));
          const neighbours = middle <= value || middle >= (failed ?? 0);
          expect(neighbours || (failed ?? 0) / value <= PRECISION_RATIO).toBe(true);
        }
      }),
    );
  });
});

describe('a search that meets an end of its range', () => {
  test('everything holds: the highest value, confirmed, is a lower bound', () => {
    const { probes, state } = runSearch(range({ highest: 300 }), () => true);
    expect(probes.map(({ value }) => value)).toEqual([100, 200, 300, 300, 300, 300]);
    expect(state).toEqual({ kind: 'confirmed', value: 300, failed: null });
  });

  test('nothing holds: halves down to the lowest, and tries each value twice', () => {
    const { probes, state } = runSearch(range({ lowest: 20 }), () => false);
    expect(probes.map(({ value }) => value)).toEqual([100, 100, 50, 50, 25, 25, 20, 20]);
    expect(state).toEqual({ kind: 'none', failed: 20, heldOnce: false });
  });

  test('a range of one value is confirmed or refused', () => {
    const one = range({ lowest: 7, start: 7, highest: 7 });
    expect(runSearch(one, () => true)).toMatchObject({ state: { kind: 'confirmed', value: 7 } });
    expect(runSearch(one, () => false)).toMatchObject({ state: { kind: 'none', failed: 7 } });
  });
});

describe('a noisy server', () => {
  test('one accident does not lower the answer, two of one value do', () => {
    const accidents = (failing: number[]) =>
      runSearch(range(), (value, probe) => value <= 1_000 && !failing.includes(probe));
    expect(accidents([2]).state).toEqual({ kind: 'confirmed', value: 951, failed: 1037 });
    expect(accidents([2, 3]).state).toMatchObject({ kind: 'confirmed', failed: 400 });
  });

  test('what holds once and not in every confirmation is not the answer: lower values in growing steps', () => {
    const refused = new Set([951, 865]);
    const { probes, state } = runSearch(
      range(),
      (value, probe) => value <= 1_000 && !(probe > 10 && refused.has(value)),
    );
    expect(probes.slice(11).map(({ value }) => value)).toEqual([951, 865, 715, 715, 715]);
    expect(state).toEqual({ kind: 'confirmed', value: 715, failed: 865 });
  });

  test('what never holds three times has no capacity, and the search ends', () => {
    const { probes, state } = runSearch(range(), (value, probe) => value <= 1_000 && probe < 11);
    expect(probes.slice(11).map(({ value }) => value)).toEqual([
      951, 865, 715, 537, 367, 228, 129, 66, 31, 13, 5, 2, 1,
    ]);
    expect(state).toEqual({ kind: 'none', failed: 1, heldOnce: true });
  });

  test('any answers at all: it ends in time, with values in its range, and every answer held in three runs', () => {
    fc.assert(
      fc.property(anyRange, fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (any, seed, chance) => {
        const random = seededRandom(seed);
        const { probes, state } = runSearch(any, () => random() < chance);
        expect(probes.length).toBeLessThanOrEqual(longestSearchMs(any, () => 1));
        for (const { value } of probes) {
          expect(value).toBeGreaterThanOrEqual(any.lowest);
          expect(value).toBeLessThanOrEqual(any.highest);
        }
        if (state.kind !== 'confirmed') return;
        const last = probes.slice(-CONFIRMATIONS);
        expect(last).toEqual(last.map(() => ({ value: state.value, purpose: 'confirm', held: true })));
        const failed = probes.filter(({ held }) => !held).map(({ value }) => value);
        if (state.failed === null) expect(state.value).toBe(any.highest);
        else expect(failed).toContain(state.failed);
        expect(state.failed ?? Number.POSITIVE_INFINITY).toBeGreaterThan(state.value);
      }),
      { numRuns: 500 },
    );
  });

  test('a threshold blurred by 10 %: nearly always an answer between half of it and a little above', () => {
    let good = 0;
    const runs = 400;
    for (let seed = 0; seed < runs; seed += 1) {
      const random = seededRandom(seed);
      // Sum of three uniform numbers: near enough to a normal distribution with a deviation of 10 %.
      const blur = () => 1 + 0.2 * (random() + random() + random() - 1.5);
      const { state } = runSearch(range(), (value) => value <= 5_000 * blur());
      if (state.kind === 'confirmed' && state.value > 2_500 && state.value < 5_500) good += 1;
    }
    expect(good / runs).toBeGreaterThan(0.97);
  });
});

test('the state of an unfinished search is its interval so far', () => {
  const search = new CapacitySearch(range());
  expect(search.state).toEqual({ kind: 'running', held: null, failed: null });
  for (const held of [true, true, false, false]) search.record(held);
  expect(search.state).toEqual({ kind: 'running', held: 200, failed: 400 });
});

test('a search that has ended takes no more outcomes', () => {
  const search = new CapacitySearch(range({ start: 1, highest: 1 }));
  for (let times = 0; times < 4; times += 1) search.record(true);
  expect(search.next).toBeNull();
  expect(() => search.record(true)).toThrow('the search has ended');
});
