import { nowUs } from '../contract/clock.ts';

/** Atomics.wait comes back about 0.12 ms late and never early, so at least this much before the target is spun. */
const SPIN_LEAST_US = 150;
/**
 * Now and then a sleeper gets its core back only after up to a millisecond; who spins from then on is there already.
 * On an idle 2-core machine at 50 events a second p99 of the lateness was 0.2 to 0.4 ms with 0.25 ms of spinning and
 * below 0.1 ms with 1 ms.
 */
const SPIN_MOST_US = 1_000;
/** Share of a core that may be spent on spinning, above the least. */
const SPIN_SHARE = 0.05;
/** The longest sleep between two looks at whether the parent still lives. */
const LONGEST_SLEEP_MS = 100;

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/**
 * How long before each event to spin, in microseconds, at so many events a second. Who has real-time priority gets a core
 * when it wakes up and does not take one from the server before.
 */
export function spinUsFor(eventsPerSec: number, realTime: boolean): number {
  if (realTime) return SPIN_LEAST_US;
  return Math.min(SPIN_MOST_US, Math.max(SPIN_LEAST_US, (SPIN_SHARE * 1e6) / eventsPerSec));
}

/**
 * Blocks this thread until the clock shows `targetUs`, spinning for the last `spinUs`; never returns earlier. Returns
 * false when the parent process died meanwhile (this process was handed to another parent).
 */
export function waitUntil(targetUs: number, spinUs: number, parentPid: number): boolean {
  for (;;) {
    const leftUs = targetUs - nowUs();
    if (leftUs <= 0) return true;
    if (leftUs <= spinUs) continue;
    Atomics.wait(neverNotified, 0, 0, Math.min((leftUs - spinUs) / 1000, LONGEST_SLEEP_MS));
    if (process.ppid !== parentPid) return false;
  }
}
