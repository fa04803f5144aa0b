/**
 * How many independent events a percentile needs before it is printed: with fewer, the upper end of its two-sided 95 %
 * order-statistic interval would lie beyond the largest event. Deliveries of one event to many subscribers are one
 * cluster, so events count, not deliveries. The least n with fraction^n <= 0.025: 6 for p50, 36 for p90, 368 for p99,
 * 3,688 for p99.9 (David & Nagaraja 2003, section 7.1).
 */
export function eventsNeeded(fraction: number): number {
  return Math.ceil(Math.log(0.025) / Math.log(fraction));
}

/**
 * How many seconds more of the measure phase a percentile needs, at the rate at which this cell has gained effective
 * events in `measuredMs`; 0 when it has enough, null when nothing was gained.
 */
export function secondsStillNeeded(fraction: number, effectiveEvents: number, measuredMs: number): number | null {
  const missing = eventsNeeded(fraction) - effectiveEvents;
  if (missing <= 0) return 0;
  return effectiveEvents <= 0 ? null : (missing * measuredMs) / effectiveEvents / 1000;
}
