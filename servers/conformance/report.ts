import type { TransportId } from '../contract/transports.ts';

/** What a check came to. `skipped`: it could not be tried, and `reason` says why. */
export type CheckOutcome = 'passed' | 'failed' | 'skipped';

/** One rule of the contract, tried on one server. */
export interface CheckResult {
  /** `area/subject`, for example `history/sse`; stable, for people and programs to refer to. */
  id: string;
  title: string;
  /** The rule of the contract in its own words. */
  rule: string;
  /** The transport it concerns; null for the server as a whole. */
  transport: TransportId | null;
  outcome: CheckOutcome;
  /** What was expected and what was got, a sentence each; empty unless failed. */
  violations: string[];
  /** Why it was skipped; null otherwise. */
  reason: string | null;
}

/** Everything the suite found out about one server. */
export interface ConformanceReport {
  server: string;
  contractVersion: number;
  /** The transports it offers. */
  transports: TransportId[];
  /** In the order of the suite, whatever order they ran in. */
  checks: CheckResult[];
  passedCount: number;
  failedCount: number;
  skippedCount: number;
  durationMs: number;
}

/** Whether a server may be measured: nothing failed, and nothing was left untried. */
export function conforms(report: ConformanceReport): boolean {
  return report.failedCount === 0 && report.skippedCount === 0;
}
