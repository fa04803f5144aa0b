/** A clock: microseconds, monotonic, comparable between all processes of one host. */
export type Clock = () => number;

/**
 * The one clock of this project: CLOCK_MONOTONIC in microseconds, with a fraction down to a nanosecond.
 *
 * `process.hrtime` is libuv's `clock_gettime(CLOCK_MONOTONIC)`, which counts from the same moment (boot) in every
 * process of a host, so a time stamp of the publisher and one of a driver worker may be subtracted.
 * `performance.now()` may not be used for that: it counts from the start of its own process.
 */
export const nowUs: Clock = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
};

/** The calendar time, for file names and documents; never for measuring. */
export function calendarTime(): Date {
  return new Date();
}
