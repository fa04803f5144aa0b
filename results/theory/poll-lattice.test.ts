import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import { pollLattice } from './poll-lattice.ts';

const feed = { seed: 3, payloadBytes: 100, eventsPerSec: 10, durationMs: 20_000 };
const poisson = dueTimesUs({ ...feed, schedule: { kind: 'poisson' } });
const constant = dueTimesUs({ ...feed, schedule: { kind: 'constant' } });

/** The same by polling. */
function polled(dueUs: Float64Array, endUs: number, intervalUs: number, phaseUs: number) {
  let polls = 0;
  let nonEmpty = 0;
  let event = 0;
  for (let atUs = phaseUs; atUs < endUs; atUs += intervalUs) {
    const before = event;
    while (event < dueUs.length && (dueUs[event] as number) <= atUs) event += 1;
    polls += 1;
    if (event > before) nonEmpty += 1;
  }
  return { polls, nonEmpty, empty: polls - nonEmpty };
}

describe('pollLattice', () => {
  it.each([
    ['poisson', poisson, 130_000],
    ['poisson, rarely', poisson, 900_000],
    ['constant', constant, 70_000],
  ] as const)('has the mean and variance of polling at many phases: %s', (_, dueUs, intervalUs) => {
    const endUs = 20_450_000;
    const random = seededRandom(9);
    const sample = Array.from({ length: 4_000 }, () => polled(dueUs, endUs, intervalUs, random() * intervalUs));
    const mean = (of: (each: (typeof sample)[number]) => number) =>
      sample.reduce((sum, each) => sum + of(each), 0) / sample.length;
    const variance = (of: (each: (typeof sample)[number]) => number) => mean((each) => of(each) ** 2) - mean(of) ** 2;
    const lattice = pollLattice(dueUs, endUs, intervalUs);
    expect(Math.abs(lattice.polls - mean(({ polls }) => polls))).toBeLessThan(0.05);
    expect(Math.abs(lattice.nonEmpty - mean(({ nonEmpty }) => nonEmpty))).toBeLessThan(0.1);
    expect(Math.abs(lattice.nonEmptyVariance - variance(({ nonEmpty }) => nonEmpty))).toBeLessThan(
      0.15 + 0.1 * lattice.nonEmptyVariance,
    );
    expect(Math.abs(lattice.emptyVariance - variance(({ empty }) => empty))).toBeLessThan(
      0.15 + 0.1 * lattice.emptyVariance,
    );
  });

  it('has the share of the closed forms: exp(-lambda T) for Poisson events, 1 - T/P for a period P', () => {
    const long = dueTimesUs({ ...feed, durationMs: 2_000_000, schedule: { kind: 'poisson' } });
    const { polls, nonEmpty } = pollLattice(long, 2_000_000_000, 100_000);
    expect(1 - nonEmpty / polls).toBeCloseTo(Math.exp(-1), 2);
    const even = pollLattice(constant, 20_000_000, 25_000);
    expect(1 - even.nonEmpty / even.polls).toBeCloseTo(1 - 25 / 100, 6);
  });
});
