import { expect, it } from 'vitest';
import { isPreciseTo, relativeHalfWidth } from './precision.ts';

it('gives the half-width as a share of the value', () => {
  expect(relativeHalfWidth({ value: 200, low: 190, high: 212 })).toBeCloseTo(0.055, 12);
  expect(relativeHalfWidth({ value: 200, low: null, high: null })).toBeNull();
  expect(relativeHalfWidth({ value: 0, low: 0, high: 0 })).toBeNull();
  expect(relativeHalfWidth(null)).toBeNull();
});

it('calls a cell precise when p50 and p99 both are', () => {
  const narrow = { value: 100, low: 97, high: 103 };
  const wide = { value: 100, low: 90, high: 108 };
  expect(isPreciseTo(0.05, { p50: narrow, p99: narrow })).toBe(true);
  expect(isPreciseTo(0.05, { p50: narrow, p99: wide })).toBe(false);
  expect(isPreciseTo(0.05, { p50: narrow, p99: null })).toBe(false);
});
