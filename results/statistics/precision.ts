/** A value with its interval; the ends are null where there are too few trials to say. */
interface Uncertain {
  value: number;
  low: number | null;
  high: number | null;
}

/** Half of the width of an interval / its value: 0.05 is "to 5 %". Null without an interval or with a value of 0. */
export function relativeHalfWidth(estimate: Uncertain | null): number | null {
  if (estimate === null || estimate.low === null || estimate.high === null || estimate.value === 0) return null;
  return (estimate.high - estimate.low) / 2 / estimate.value;
}

/** Whether p50 and p99 are both known with an interval at most so wide; unknown is not precise. */
export function isPreciseTo(target: number, latency: { p50: Uncertain | null; p99: Uncertain | null }): boolean {
  return [latency.p50, latency.p99].every((estimate) => {
    const halfWidth = relativeHalfWidth(estimate);
    return halfWidth !== null && halfWidth <= target;
  });
}
