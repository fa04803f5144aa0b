import type { MeasuredPoint, PointConstants, TransportModel } from './model.ts';
import type { Needs } from './needs.ts';

/** The parameters on which constants depend, as logarithms: what counts is the ratio of two values. */
const axes = ['eventsPerSec', 'subscribers', 'payloadBytes', 'pollIntervalMs'] as const;

/** A point twice as far away counts so many times less: 2 to this power. */
const POWER = 4;

/**
 * A constant of a transport at these needs, from the points that tell it: by inverse distance weighting (Shepard, 1968) over
 * the logarithms of the parameters. At a measured point it is exactly that of the point, between points it is between
 * theirs, and outside of the measured range it is that of the nearest edge: nothing is extended along a slope. Null when no
 * point tells it.
 */
export function constantAt(model: TransportModel, needs: Needs, name: keyof PointConstants): number | null {
  const known = model.points.flatMap((point) => {
    const value = point.constants[name];
    return value === null ? [] : [{ point, value }];
  });
  if (known.length === 0) return null;
  const points = known.map(({ point }) => point);
  const wanted = axes.map((axis) => clamped(points, axis, needs[axis]));
  let [sum, weights] = [0, 0];
  for (const { point, value } of known) {
    const squared = axes.reduce((total, axis, index) => {
      const [at, to] = [point.at[axis], wanted[index]];
      return at == null || to == null ? total : total + Math.log(at / to) ** 2;
    }, 0);
    if (squared < 1e-18) return value;
    const weight = squared ** (-POWER / 2);
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}

/** The value within what was measured along this axis; null when the points have no such parameter. */
function clamped(points: readonly MeasuredPoint[], axis: (typeof axes)[number], value: number): number | null {
  const measured = points.flatMap(({ at }) => at[axis] ?? []);
  if (measured.length === 0) return null;
  return Math.min(Math.max(...measured), Math.max(Math.min(...measured), value));
}
