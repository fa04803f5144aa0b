import type { QuietEvents } from '../delivery-result.ts';
import type { EventSpread } from '../recording/event-spread.ts';
import { meanOf } from './row.ts';

/** Beyond what it takes to wake the processes, so that a subscriber of long-polling has asked again. */
const QUIET_LEAST_US = 1_000;
/** So many times what it usually takes from the first subscriber of an event to the last: the server has long since done. */
const QUIET_SPREADS = 4;

/** Median, the upper of two; 0 without values. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * What the events took before which nothing was due for a while, `dueUs` being when the events of the spread were due.
 * They met a server with nothing to do, so these are its constants without any queueing, and theory takes them for
 * inputs. Null when there are none; the first event counts as none, since what came before it is not among these.
 */
export function quietEvents(spread: EventSpread, dueUs: ArrayLike<number>): QuietEvents | null {
  const delivered = spread.counts.flatMap((count, event) => (count > 0 ? [event] : []));
  const spreadUs = median(delivered.map((event) => (spread.lastUs[event] ?? 0) - (spread.firstUs[event] ?? 0)));
  const quietUs = Math.max(QUIET_LEAST_US, QUIET_SPREADS * spreadUs);
  const quiet = delivered.filter((event) => event > 0 && (dueUs[event] ?? 0) - (dueUs[event - 1] ?? 0) >= quietUs);
  const firstUs = meanOf(quiet, (event) => spread.firstUs[event] ?? null);
  const meanUs = meanOf(quiet, (event) => (spread.sumsUs[event] ?? 0) / (spread.counts[event] ?? 1));
  const lastUs = meanOf(quiet, (event) => spread.lastUs[event] ?? null);
  if (firstUs === null || meanUs === null || lastUs === null) return null;
  return { quietUs, count: quiet.length, firstUs, meanUs, lastUs };
}
