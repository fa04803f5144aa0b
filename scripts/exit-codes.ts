/** What the process says to its caller; documented in the README. */
export const EXIT = {
  ok: 0,
  /** A check failed: a server does not conform. */
  failed: 1,
  /** Bad usage, scenario, document or output folder: nothing was started. */
  usage: 2,
  /** The run is invalid or data is missing: a cell failed, was skipped, or did not pass its checks. */
  invalid: 3,
  /** Interrupted; what was measured until then is written. */
  interrupted: 130,
} as const;

/** The user's mistake or the machine's refusal: the message is all there is to show, no stack trace. */
export class UsageError extends Error {
  override name = 'UsageError';
}
