import { describe, expect, it } from 'vitest';
import { type CountedCell, countDifference } from './compare-counts.ts';

const counted = (values: readonly number[], feeds = 'abcdef'): CountedCell => ({
  value: values.reduce((sum, value) => sum + value, 0) / values.length,
  valueOfFeed: new Map(values.map((value, i) => [feeds[i] as string, value])),
});

describe('the difference of a counted quantity', () => {
  it('is sure where every feed agrees on it, however much feeds differ', () => {
    const { delta, p } = countDifference(counted([18, 24, 20, 19]), counted([19, 25, 21, 20]));
    expect(delta).toEqual({ value: 1, low: 1, high: 1 });
    expect(p).toBe(0);
  });

  it('is none where nothing differs', () => {
    expect(countDifference(counted([4, 4]), counted([4, 4]))).toEqual({ delta: { value: 0, low: 0, high: 0 }, p: 1 });
  });

  it('is as uncertain as its trials where it depends on timing', () => {
    const { delta, p } = countDifference(counted([240, 250, 245]), counted([252, 243, 249]));
    expect(delta.value).toBeCloseTo(3, 10);
    // Differences 12, -7 and 4: standard error 5.51, t with 2 degrees of freedom 4.303.
    expect(delta.high).toBeCloseTo(3 + 4.303 * 5.508, 1);
    expect(p).toBeCloseTo(0.64, 2);
  });

  it('compares other feeds unpaired, and says nothing by a single trial', () => {
    const other = countDifference(counted([7, 7, 7]), counted([8, 8, 8], 'xyz'));
    expect(other).toEqual({ delta: { value: 1, low: 1, high: 1 }, p: 0 });
    expect(countDifference(counted([18, 24, 20]), counted([19, 25, 21], 'xyz')).delta.low).toBeLessThan(0);
    expect(countDifference(counted([7]), counted([8]))).toEqual({
      delta: { value: 1, low: null, high: null },
      p: null,
    });
  });
});
