import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sequence } from './sequence.ts';

/** What an observer makes of arrivals: how often each verdict was given. */
function verdicts(sequence: Sequence, arrivals: number[]): Record<string, number> {
  const counts: Record<string, number> = { delivered: 0, 'out-of-order': 0, duplicate: 0 };
  for (const seq of arrivals) {
    const verdict = sequence.arrived(seq);
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts;
}

describe('Sequence', () => {
  it.each([
    { name: 'all in order', arrivals: [1, 2, 3, 4], missing: 0, duplicate: 0, outOfOrder: 0 },
    { name: 'one lost', arrivals: [1, 2, 4], missing: 1, duplicate: 0, outOfOrder: 0 },
    { name: 'the first lost', arrivals: [2, 3, 4], missing: 1, duplicate: 0, outOfOrder: 0 },
    { name: 'the last two lost', arrivals: [1, 2], missing: 2, duplicate: 0, outOfOrder: 0 },
    { name: 'one twice', arrivals: [1, 2, 2, 3, 4], missing: 0, duplicate: 1, outOfOrder: 0 },
    { name: 'an old one again', arrivals: [1, 2, 3, 1, 4], missing: 0, duplicate: 1, outOfOrder: 0 },
    { name: 'two swapped', arrivals: [1, 3, 2, 4], missing: 0, duplicate: 0, outOfOrder: 1 },
    { name: 'late, then again', arrivals: [1, 3, 2, 2, 4], missing: 0, duplicate: 1, outOfOrder: 1 },
    { name: 'a wide gap filled in the middle', arrivals: [4, 2], missing: 2, duplicate: 0, outOfOrder: 1 },
    { name: 'nothing', arrivals: [], missing: 4, duplicate: 0, outOfOrder: 0 },
  ])('$name', ({ arrivals, missing, duplicate, outOfOrder }) => {
    const sequence = new Sequence();
    const counts = verdicts(sequence, arrivals);
    expect(counts['duplicate']).toBe(duplicate);
    expect(counts['out-of-order']).toBe(outOfOrder);
    expect(sequence.missingCount(4)).toBe(missing);
  });

  it('agrees with a set on any arrivals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 80 }), (arrivals) => {
        const sequence = new Sequence();
        const counts = verdicts(sequence, arrivals);
        const distinct = new Set(arrivals);
        expect(sequence.missingCount(30)).toBe(30 - distinct.size);
        expect(counts['duplicate']).toBe(arrivals.length - distinct.size);
        expect(sequence.lastSeq).toBe(Math.max(0, ...arrivals));
      }),
    );
  });

  it('counts an altered event as corrupted, not as missing, wherever it shows to belong', () => {
    const sequence = new Sequence();
    sequence.arrived(1);
    sequence.arrivedCorrupted(null);
    sequence.arrived(3);
    sequence.arrivedCorrupted(5);
    expect([sequence.corruptedCount, sequence.missingCount(5)]).toEqual([2, 1]);
  });

  it('forgives an altered event that comes again intact', () => {
    const sequence = new Sequence();
    sequence.arrivedCorrupted(null);
    sequence.arrived(2);
    expect(sequence.arrived(1)).toBe('out-of-order');
    expect([sequence.corruptedCount, sequence.missingCount(2)]).toEqual([0, 0]);
  });

  it('counts events that the history no longer has as missing', () => {
    const sequence = new Sequence();
    sequence.arrived(1);
    sequence.skippedTo(5);
    expect([sequence.lastSeq, sequence.missingCount(6)]).toEqual([4, 5]);
  });
});
