import { nowUs } from '../contract/clock.ts';

/** Atomics.wait comes back about 0.12 ms late and never early; from this far before the target on, the rest is spun. */
const SPIN_US = 250;
/** The longest sleep between two looks at whether the parent still lives. */
const LONGEST_SLEEP_MS = 100;

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/**
 * Blocks this thread until the clock shows `targetUs`; never returns earlier. Returns false when the parent process
 * died meanwhile (this process was handed to another parent).
 */
export function waitUntil(targetUs: number, parentPid: number): boolean {
  for (;;) {
    const leftUs = targetUs - nowUs();
    if (leftUs <= 0) return true;
    if (leftUs <= SPIN_US) continue;
    Atomics.wait(neverNotified, 0, 0, Math.min((leftUs - SPIN_US) / 1000, LONGEST_SLEEP_MS));
    if (process.ppid !== parentPid) return false;
  }
}
