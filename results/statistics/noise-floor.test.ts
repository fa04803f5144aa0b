import { expect, it } from 'vitest';
import { noiseFloor } from './noise-floor.ts';

const logs = (...values: number[]) => values.map(Math.log);

it('is what the machine drifted by within a run', () => {
  expect(noiseFloor(logs(100, 100, 100, 120, 120, 120), logs(100, 100, 100, 100))).toBeCloseTo(Math.log(1.2), 12);
});

it('is what came back in turns', () => {
  expect(noiseFloor(logs(100, 120, 100, 120, 100, 120))).toBeCloseTo(Math.log(1.2), 12);
});

it('is nothing where trials agree, and unknown with too few of them', () => {
  expect(noiseFloor(logs(7, 7, 7, 7, 7), logs(9, 9, 9, 9))).toBe(0);
  expect(noiseFloor(logs(7, 7, 7), logs(9, 9, 9, 9))).toBeNull();
});
