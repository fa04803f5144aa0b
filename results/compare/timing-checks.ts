import type { CompletedCell } from '../delivery-result.ts';

/**
 * Checks that doubt when things happened and not what: a busy core makes latencies and processor time worthless and no
 * byte, request, connection or lost event wrong. Counts of a cell in which nothing else failed can be judged.
 */
const TIMING_CHECKS: ReadonlySet<string> = new Set([
  'busy-cores',
  'coordinated-omission',
  'driver-delay',
  'driver-utilization',
  'other-programs',
  'publisher-lateness',
  'steadiness',
  'stolen-cpu',
]);

/** Whether the counts of this cell may be believed, whatever becomes of its timed figures. */
export function countsAreValid({ validity }: Pick<CompletedCell, 'validity'>): boolean {
  return validity.checks.every(({ id, ok, severity }) => ok || severity === 'warning' || TIMING_CHECKS.has(id));
}
