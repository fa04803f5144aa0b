import { describe, expect, it } from 'vitest';
import { comparePairs, fewestTrialsForClaim, scalarCell } from './compare.ts';
import { claimsOf, type Family, latencyCells, scalarCells } from './fixtures/claims-of.ts';

const cell = (id: string, values: number[]) =>
  scalarCell(
    id,
    values.reduce((sum, value) => sum + value, 0) / values.length,
    values.map((value, i) => ({ trial: i + 1, value })),
  );
const slow = cell('slow', [120, 121, 119, 122, 118, 120]);
const fast = cell('fast', [100, 101, 99, 102, 98, 100]);

describe('the comparison of two cells', () => {
  it('claims a difference beyond chance, seen from either', () => {
    const [seenFromSlow] = comparePairs([slow, fast], 1);
    expect(seenFromSlow).toMatchObject({ a: 'slow', b: 'fast', p: 2 / 924, adjustedP: 2 / 924, verdict: 'slower' });
    expect(seenFromSlow?.ratio.value).toBeCloseTo(1.2, 12);
    expect(seenFromSlow?.ratio.low).toBeGreaterThan(1.15);
    const [seenFromFast] = comparePairs([fast, slow], 1);
    expect(seenFromFast?.verdict).toBe('faster');
    expect(seenFromFast?.ratio.high).toBeCloseTo(1 / (seenFromSlow?.ratio.low ?? 0), 10);
  });

  it('calls the same what differs by less than the margin, be it ever so sure', () => {
    const near = cell(
      'near',
      [104, 105, 103, 106, 102, 104].map((value) => value - 2),
    );
    const [comparison] = comparePairs([near, fast], 1);
    expect(comparison?.verdict).toBe('same');
    expect(comparePairs([near, fast], 1, 0.001)[0]?.verdict).not.toBe('same');
  });

  it('is undecided when chance could do it, or when there are too few trials', () => {
    expect(comparePairs([cell('a', [80, 130, 90, 150, 100]), cell('b', [100, 90, 120, 95, 105])], 1)[0]).toMatchObject({
      verdict: 'undecided',
    });
    expect(comparePairs([cell('a', [120, 121, 122]), cell('b', [100, 101, 102])], 1)[0]).toMatchObject({
      p: null,
      adjustedP: null,
      verdict: 'undecided',
    });
    expect(comparePairs([cell('a', [120]), cell('b', [100])], 1)[0]?.ratio).toEqual({
      value: 1.2,
      low: null,
      high: null,
    });
  });

  it('cancels what trials of one block have in common', () => {
    const blocks = [1, 3, 0.5, 2, 1.5, 0.8];
    const [comparison] = comparePairs(
      [
        cell(
          'a',
          blocks.map((block) => block * 120),
        ),
        cell(
          'b',
          blocks.map((block) => block * 100),
        ),
      ],
      1,
    );
    expect(comparison?.ratio.low).toBeCloseTo(1.2, 6);
    // The rank test does not know blocks, and with such blocks it claims nothing.
    expect(comparison?.verdict).toBe('undecided');
  });

  it('takes the blocks that both cells have, and leaves out a cell without a ratio', () => {
    const late = scalarCell(
      'late',
      100,
      [4, 5, 6, 7].map((trial) => ({ trial, value: 100 + trial })),
    );
    expect(comparePairs([slow, late], 1)[0]?.ratio.low).not.toBeNull();
    const apart = scalarCell(
      'apart',
      100,
      [7, 8, 9, 10].map((trial) => ({ trial, value: 100 + trial })),
    );
    expect(comparePairs([slow, apart], 1)[0]?.ratio.low).toBeNull();
    expect(comparePairs([slow, cell('idle', [0, 0, 0, 0])], 1)).toEqual([]);
  });
});

it.each([
  [1, 4],
  [3, 5],
  [6, 5],
  [10, 6],
  [45, 7],
])('%d pairs need %d trials of each cell for a claim', (pairs, trials) => {
  expect(fewestTrialsForClaim(pairs)).toBe(trials);
});

describe('families of cells', () => {
  const family: Family = { cells: 5, trials: 6, trialSd: 0.05, blockSd: 0, factorOfFirst: 1 };
  /** 5 % and twice the standard error of 400 families. */
  const most = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / 400);

  it('of equal cells rarely contain any claim', { timeout: 120_000 }, () => {
    expect(claimsOf(family, scalarCells, 400, 1).anyWrong).toBeLessThan(most);
    expect(claimsOf({ ...family, cells: 3, trials: 5 }, latencyCells(0.5), 400, 2).anyWrong).toBeLessThan(most);
  });

  it('of which one is 20 % slower: it is found when trials differ by 5 %', () => {
    const claims = claimsOf({ ...family, factorOfFirst: 1.2 }, scalarCells, 100, 3);
    expect(claims.found).toBeGreaterThan(0.8);
    expect(claims.anyWrong).toBeLessThan(0.1);
  });
});
