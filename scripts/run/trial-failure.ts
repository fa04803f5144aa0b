/** A trial that could not be completed: why, and the end of the server's stderr. */
export class TrialFailure extends Error {
  override name = 'TrialFailure';
  readonly stderrTail: string;

  constructor(reason: string, stderrTail: string) {
    super(reason);
    this.stderrTail = stderrTail;
  }
}
