import { eventsNeeded } from './statistics/percentile-support.ts';

/** The percentiles of a summary, as fractions. */
export const FRACTION = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const;

export type PercentileKey = keyof typeof FRACTION;

/** How many effective events a percentile needs before it is printed. */
export const EVENTS_NEEDED: Record<PercentileKey, number> = {
  p50: eventsNeeded(FRACTION.p50),
  p90: eventsNeeded(FRACTION.p90),
  p99: eventsNeeded(FRACTION.p99),
  p999: eventsNeeded(FRACTION.p999),
};
