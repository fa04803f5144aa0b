import { describe, expect, it } from 'vitest';
import { runOrder } from './order.ts';

describe('the order of interleaved runs', () => {
  it('is base head, head base, and again', () => {
    expect(runOrder(5).map(({ round, side }) => `${round} ${side}`)).toEqual([
      ...['1 base', '1 head', '2 head', '2 base', '3 base', '3 head', '4 head', '4 base', '5 base', '5 head'],
    ]);
  });

  it('over an even number of rounds gives both sides the same mean place', () => {
    const runs = runOrder(6).map(({ side }, place) => ({ side, place }));
    const sumOfPlaces = (wanted: string) =>
      runs.filter(({ side }) => side === wanted).reduce((sum, { place }) => sum + place, 0);
    expect(sumOfPlaces('base')).toBe(sumOfPlaces('head'));
  });
});
