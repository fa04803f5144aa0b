import { nowUs } from '../contract/clock.ts';
import { missingPrograms } from '../contract/manifest.ts';
import { CONTRACT_VERSION, type ResponseHeads, type ServerManifest } from '../contract/ready.ts';
import { type TransportId, transportIds } from '../contract/transports.ts';
import { type Check, Subject, Trial } from './check.ts';
import { afterChecks } from './checks/after.ts';
import { coalescingChecks } from './checks/coalescing.ts';
import { deliveryChecks } from './checks/delivery.ts';
import { heartbeatChecks } from './checks/heartbeats.ts';
import { historyChecks } from './checks/history.ts';
import { longPollingChecks } from './checks/long-polling.ts';
import { pollingChecks } from './checks/polling.ts';
import { processChecks } from './checks/processes.ts';
import { promptChecks } from './checks/prompt.ts';
import { queryChecks } from './checks/query.ts';
import { responseHeadChecks } from './checks/response-heads.ts';
import { robustnessChecks } from './checks/robustness.ts';
import { slowSubscriberChecks } from './checks/slow-subscriber.ts';
import { sseChecks } from './checks/sse.ts';
import { readyCheck, startChecks } from './checks/start.ts';
import { stopChecks } from './checks/stop.ts';
import { streamChecks } from './checks/streams.ts';
import { websocketChecks } from './checks/websocket.ts';
import type { CheckOutcome, CheckResult, ConformanceReport } from './report.ts';
import type { ServerFolder } from './server-folder.ts';
import type { StartServer } from './server-process.ts';

/** Checks under way at a time: most of them wait, so more than there are cores. */
const CONCURRENT_CHECKS = 6;
/** A check that takes longer hangs; none needs half of it, on a slow machine either. */
const CHECK_LIMIT_MS = 30_000;

const manifestRule = 'server.json: contractVersion, name (= folder), language, transports, requires, build, start';

/** The checks after the first two, slow ones first so that they overlap with the others. */
function checksFor(transports: readonly TransportId[], heads: ResponseHeads): Check[] {
  const offered = (check: Check) => check.transport === null || transports.includes(check.transport);
  return [
    ...slowSubscriberChecks,
    ...startChecks,
    ...stopChecks,
    ...coalescingChecks(transports),
    ...queryChecks(transports),
    ...afterChecks(transports),
    ...historyChecks(transports),
    ...deliveryChecks(transports),
    ...pollingChecks,
    ...longPollingChecks,
    ...streamChecks,
    ...sseChecks,
    ...websocketChecks,
    ...heartbeatChecks,
    ...responseHeadChecks(heads),
    ...processChecks(transports),
    ...robustnessChecks,
    ...promptChecks(transports),
  ].filter(offered);
}

export interface ConformanceOptions {
  /** What readServerFolder found out about the server. */
  server: Pick<ServerFolder, 'name' | 'manifest' | 'problems'>;
  /** Ends the suite early: checks not finished are skipped, and no process is left. */
  signal?: AbortSignal;
}

/**
 * Tries every rule of the contract on a server and reports all violations. `start` starts one process of it (see
 * readServerFolder); every process is ended before this resolves. Throws nothing about the server.
 */
export async function checkServer(
  start: StartServer,
  { server, signal }: ConformanceOptions,
): Promise<ConformanceReport> {
  const startedUs = nowUs();
  const { name, manifest, problems } = server;
  const transports = transportIds.filter((id) => manifest?.transports.includes(id));
  const first: CheckResult = {
    id: 'start/manifest',
    title: 'has a valid server.json',
    rule: manifestRule,
    transport: null,
    outcome: problems.length === 0 ? 'passed' : 'failed',
    violations: problems,
    reason: null,
  };
  const others = await tryAll(
    start,
    manifest,
    checksFor(manifest === null ? transportIds : transports, manifest?.responseHeadBytes ?? {}),
    signal,
  );
  const checks = [first, ...others];
  const count = (outcome: CheckOutcome) => checks.filter((check) => check.outcome === outcome).length;
  return {
    server: name,
    contractVersion: CONTRACT_VERSION,
    transports,
    checks,
    passedCount: count('passed'),
    failedCount: count('failed'),
    skippedCount: count('skipped'),
    durationMs: Math.round((nowUs() - startedUs) / 1000),
  };
}

async function tryAll(
  start: StartServer,
  manifest: ServerManifest | null,
  checks: Check[],
  signal: AbortSignal | undefined,
): Promise<CheckResult[]> {
  const all = [readyCheck, ...checks];
  if (manifest === null) return all.map((check) => skipped(check, 'server.json is not valid'));
  const missing = missingPrograms(manifest);
  if (missing.length > 0) return all.map((check) => skipped(check, `not on PATH: ${missing.join(', ')}`));
  const subject = new Subject(manifest, start);
  try {
    const ready = await tryCheck(readyCheck, subject, signal);
    if (ready.outcome !== 'passed')
      return [ready, ...checks.map((check) => skipped(check, 'the server does not start as it should'))];
    const results = new Map<Check, CheckResult>();
    await tryConcurrently(
      checks.filter(({ alone }) => !alone),
      CONCURRENT_CHECKS,
      subject,
      signal,
      results,
    );
    await tryConcurrently(
      checks.filter(({ alone }) => alone),
      1,
      subject,
      signal,
      results,
    );
    return [ready, ...checks.map((check) => results.get(check) as CheckResult)];
  } finally {
    await subject.close();
  }
}

async function tryConcurrently(
  checks: Check[],
  concurrent: number,
  subject: Subject,
  signal: AbortSignal | undefined,
  results: Map<Check, CheckResult>,
): Promise<void> {
  const waiting = checks.values();
  const lane = async () => {
    for (const check of waiting) results.set(check, await tryCheck(check, subject, signal));
  };
  await Promise.all(Array.from({ length: concurrent }, lane));
}

async function tryCheck(check: Check, subject: Subject, signal: AbortSignal | undefined): Promise<CheckResult> {
  if (signal?.aborted) return skipped(check, 'interrupted');
  const trial = new Trial(subject);
  const { promise: stopped, resolve: stop } = Promise.withResolvers<string>();
  const interrupt = () => stop('interrupted');
  signal?.addEventListener('abort', interrupt);
  const timer = setTimeout(() => stop(`the check did not end within ${CHECK_LIMIT_MS} ms`), CHECK_LIMIT_MS);
  const ended = check.run(trial).then(
    () => null,
    (error: Error) => error.message,
  );
  const trouble = await Promise.race([ended, stopped]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', interrupt);
  await trial.close();
  if (signal?.aborted) return skipped(check, 'interrupted');
  if (trouble !== null) trial.violation(trouble);
  return result(check, trial.violations.length === 0 ? 'passed' : 'failed', trial.violations, null);
}

function skipped(check: Check, reason: string): CheckResult {
  return result(check, 'skipped', [], reason);
}

function result(
  { id, title, rule, transport }: Check,
  outcome: CheckOutcome,
  violations: string[],
  reason: string | null,
): CheckResult {
  return { id, title, rule, transport, outcome, violations, reason };
}
