/** What the process says to its caller; documented in the README. */
export const EXIT = {
  ok: 0,
  /** A check failed: a server does not conform, a threshold is not kept, something got worse. */
  failed: 1,
  /** Bad usage, scenario, document or output folder: nothing was started. */
  usage: 2,
  /** The run is invalid or data is missing: a cell failed, was skipped, or did not pass its checks. */
  invalid: 3,
  /** There is no baseline, or the runs cannot be compared with each other. */
  incompatible: 4,
  /** The program itself is at fault (EX_SOFTWARE of sysexits.h): never to be taken for a regression. */
  internal: 70,
  /** Interrupted; what was measured until then is written. */
  interrupted: 130,
} as const;

/** The user's mistake or the machine's refusal: the message is all there is to show, no stack trace. */
export class UsageError extends Error {
  override name = 'UsageError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
