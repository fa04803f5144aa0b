import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import { normalsFrom } from '../statistics/fixtures/synthetic-trials.ts';
import { BAND_RUNS, noiseBand } from './noise-band.ts';

const timed = { margin: 0.05, fewest: 5 };

describe('the band of what is to be expected', () => {
  it('of values that agree is the margin around them', () => {
    const band = noiseBand([40, 40, 40, 40, 40], timed);
    expect(band?.middle).toBeCloseTo(40, 9);
    expect(band?.low).toBeCloseTo(40 / 1.05, 9);
    expect(band?.high).toBeCloseTo(40 * 1.05, 9);
    expect(band?.runs).toBe(5);
  });

  it('is even around the median in ratios, and wide where runs differ', () => {
    const band = noiseBand([100, 110, 100, 110, 100, 110], timed);
    const { low = 0, middle = 0, high = 0 } = band ?? {};
    expect(middle).toBeCloseTo(Math.sqrt(100 * 110), 9);
    expect(high / middle).toBeCloseTo(middle / low, 9);
    // ln 1.1 / 1.128 = 8.4 % is the standard deviation: three of them at least.
    expect(high / middle).toBeGreaterThan(Math.exp(3 * 0.0844));
  });

  it.each([6, 10, 20])('of %d normal values has the next one in it 99 times of 100 or more', (count) => {
    const normal = normalsFrom(seededRandom(count));
    const values = () => Array.from({ length: count + 1 }, () => 2000 * Math.exp(0.04 * normal()));
    let inside = 0;
    for (let time = 0; time < 1000; time += 1) {
      const drawn = values();
      const next = drawn.pop() ?? 0;
      const band = noiseBand(drawn, timed);
      if (band !== null && next >= band.low && next <= band.high) inside += 1;
    }
    expect(inside).toBeGreaterThanOrEqual(990);
  });

  it('is of the last runs: what was long ago does not count', () => {
    const recent = Array.from({ length: BAND_RUNS }, (_, at) => 50 + (at % 3));
    expect(noiseBand([9000, 1, 9000, ...recent], timed)).toEqual(noiseBand(recent, timed));
  });

  it('of zeros is zero, and of values around it has no ratios', () => {
    expect(noiseBand([0, 0, 0], { margin: 0.005, fewest: 2 })).toEqual({ middle: 0, low: 0, high: 0, runs: 3 });
    const band = noiseBand([-10, 10, -10, 10, 0], timed);
    expect(band?.middle).toBe(0);
    expect((band?.low ?? 0) + (band?.high ?? 0)).toBeCloseTo(0, 9);
    expect(band?.high).toBeGreaterThan(45);
  });

  it('of few values is there when they agree within the margin', () => {
    const counted = { margin: 0.005, fewest: 2 };
    expect(noiseBand([20, 20.01], counted)).toBeNull();
    expect(noiseBand([20, 20], counted)?.high).toBeCloseTo(20.1, 9);
    expect(noiseBand([20, 20.01, 20, 20.01, 20], counted)?.runs).toBe(5);
  });

  it.each([
    ['too few values', [1, 1, 1, 1]],
    ['values that bound nothing', [1, 10, 1, 10, 1]],
  ])('%s: there is none', (_, values) => {
    expect(noiseBand(values, timed)).toBeNull();
  });
});
