import { describe, expect, it } from 'vitest';
import { PhaseTallies } from './phase-tallies.ts';

describe('PhaseTallies', () => {
  it('counts in the phase that the time of a read belongs to', () => {
    const tallies = new PhaseTallies();
    const at = (nowUs: number) => {
      tallies.read(nowUs);
      tallies.current.reads += 1;
    };
    at(1e12);
    tallies.schedule({ originUs: 100, measureUs: 200, drainUs: 300 });
    for (const nowUs of [99, 100, 199.9, 200, 299.9, 300, 1e12]) at(nowUs);
    tallies.close();
    at(1e12);
    const reads = Object.entries(tallies.byPhase).map(([phase, tally]) => [phase, tally.reads]);
    expect(Object.fromEntries(reads)).toEqual({ connect: 2, warmup: 2, measure: 2, drain: 2, close: 1 });
  });

  it('passes over a phase in which nothing was read', () => {
    const tallies = new PhaseTallies();
    tallies.schedule({ originUs: 100, measureUs: 200, drainUs: 300 });
    tallies.read(1_000);
    expect(tallies.current).toBe(tallies.byPhase.drain);
  });
});
