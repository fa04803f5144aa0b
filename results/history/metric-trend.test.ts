import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../servers/contract/random.ts';
import type { Metric } from '../compare/metrics.ts';
import { normalsFrom } from '../statistics/fixtures/synthetic-trials.ts';
import { type Figure, followedMetrics } from './figures.ts';
import { type ConditionedFigure, metricTrend } from './metric-trend.ts';

const metric = (key: string) => followedMetrics.find((each) => each.key === key) as Metric;
const p50 = metric('latencyUs.p50');
const overhead = metric('bytes.overheadPerDelivery');

const figure = (value: number, more: Partial<Figure> = {}): Figure => ({
  value,
  low: null,
  high: null,
  isValid: true,
  doubt: null,
  ...more,
});
const inOrder = (values: readonly number[], conditions = 'here'): ConditionedFigure[] =>
  values.map((value) => ({ figure: figure(value), conditions }));

/** Values that differ by 2 % in turns. */
const level = (around: number, count: number) =>
  Array.from({ length: count }, (_, at) => around * (1 + 0.02 * (at % 2)));

describe('a step', () => {
  it('is named with its run, what was before and what is since, and a new band begins', () => {
    const { steps, points, next } = metricTrend(p50, 'timed', inOrder([...level(2000, 12), ...level(3000, 8)]));
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ run: 12, direction: 'rose', runsSince: 8 });
    expect(steps[0]?.from).toBeCloseTo(2000 * Math.sqrt(1.02), 0);
    expect(steps[0]?.to).toBeCloseTo(3030, 0);
    expect(points.slice(12, 14).map(({ position }) => position)).toEqual(['above', 'above']);
    expect(points.slice(14).every(({ position }) => position === null || position === 'inside')).toBe(true);
    expect(next?.middle).toBeCloseTo(3000 * Math.sqrt(1.02), 0);
  });

  it('down is one too, and so is one back', () => {
    const { steps } = metricTrend(p50, 'timed', inOrder([...level(2000, 12), ...level(1000, 12), ...level(2000, 5)]));
    expect(steps.map(({ run, direction }) => [run, direction])).toEqual([
      [12, 'fell'],
      [24, 'rose'],
    ]);
  });

  it('is not claimed of one run that the next does not confirm; what it differed by counts from then on', () => {
    const { steps, points } = metricTrend(p50, 'timed', inOrder([...level(2000, 12), 4000, ...level(2000, 4)]));
    expect(steps).toEqual([]);
    expect(points[12]?.position).toBe('above');
    const width = (at: number) => (points[at]?.band?.high ?? 0) / (points[at]?.band?.low ?? 1);
    expect(width(15)).toBeGreaterThan(width(12));
  });

  it('in the last run is one that nothing confirms yet', () => {
    const { steps } = metricTrend(p50, 'timed', inOrder([...level(2000, 12), 4000]));
    expect(steps).toMatchObject([{ run: 12, direction: 'rose', to: 4000, runsSince: 1 }]);
  });

  it('is not claimed of a run whose own interval holds what was expected', () => {
    const wide = { figure: figure(4000, { low: 1500, high: 10_000 }), conditions: 'here' };
    const sure = { figure: figure(4000, { low: 3500, high: 4600 }), conditions: 'here' };
    expect(metricTrend(p50, 'timed', [...inOrder(level(2000, 12)), wide, wide]).steps).toEqual([]);
    expect(metricTrend(p50, 'timed', [...inOrder(level(2000, 12)), sure, sure]).steps).toHaveLength(1);
  });

  it('of a count needs two runs before it and more than half a percent', () => {
    const of = (...values: number[]) => metricTrend(overhead, 'counted', inOrder(values)).steps;
    expect(of(4, 4, 5, 5)).toMatchObject([{ run: 2, direction: 'rose', from: 4, to: 5, runsSince: 2 }]);
    expect(of(242, 242, 243, 243)).toEqual([]);
    expect(of(4, 5)).toEqual([]);
    expect(metricTrend(p50, 'timed', inOrder([2000, 2000, 9000, 9000])).steps).toEqual([]);
  });

  it('from zero has no ratio and is one all the same', () => {
    const { steps } = metricTrend(metric('requests.perDelivery'), 'counted', inOrder([0, 0, 0, 1, 1]));
    expect(steps).toMatchObject([{ run: 3, direction: 'rose', from: 0, to: 1 }]);
  });
});

describe('what is no part of a band', () => {
  it('is a figure that is not valid, or of which nothing may be said', () => {
    const doubtful = [figure(9000, { isValid: false }), figure(9000, { doubt: 'few subscribers' }), null];
    const trend = metricTrend(p50, 'timed', [
      ...inOrder(level(2000, 6)),
      ...doubtful.map((each) => ({ figure: each, conditions: 'here' })),
      ...inOrder([2000]),
    ]);
    expect(trend.steps).toEqual([]);
    expect(trend.points.slice(6, 9).map(({ band, position }) => [band, position])).toEqual(Array(3).fill([null, null]));
    expect(trend.points[9]?.band).toMatchObject({ runs: 6 });
  });

  it('is a run of other conditions, which has a band of its own', () => {
    const turns = level(2000, 24).map((value, at) =>
      at % 2 === 0 ? { figure: figure(value), conditions: 'fast' } : { figure: figure(3 * value), conditions: 'slow' },
    );
    const { steps, points, next } = metricTrend(p50, 'timed', turns);
    expect(steps).toEqual([]);
    expect(points[22]?.band).toMatchObject({ runs: 11 });
    expect(next?.middle).toBeCloseTo(6120, 0);
    const moved = metricTrend(p50, 'timed', [...inOrder(level(2000, 12), 'here'), ...inOrder(level(6000, 2), 'there')]);
    expect(moved.steps).toEqual([]);
    expect(moved.next).toBeNull();
  });
});

it('of histories in which nothing changes hardly any has a step that was confirmed', () => {
  const normal = normalsFrom(seededRandom(1));
  const claims = Array.from({ length: 100 }, () => {
    const values = Array.from({ length: 60 }, () => 2000 * Math.exp(0.05 * normal()));
    return metricTrend(p50, 'timed', inOrder(values)).steps.filter(({ runsSince }) => runsSince > 1).length;
  });
  expect(claims.filter((count) => count > 0).length).toBeLessThanOrEqual(1);
});
