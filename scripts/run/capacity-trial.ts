import { spawn } from 'node:child_process';
import { addAbortListener } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CeilingConfig, CeilingResult } from '../../clients/capacity/request-ceiling.ts';
import type { CapacityTrial } from '../../results/run-document.ts';
import type { CapacityCell, PlannedTrial } from '../../scenarios/cell.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { ServerError, ServerProcess } from '../../servers/launch/server-process.ts';
import { TrialFailure } from './trial-failure.ts';

const WARMUP_MS = 500;

export interface CapacityInput {
  cell: CapacityCell;
  planned: PlannedTrial;
  server: Server;
  signal: AbortSignal;
}

/**
 * One closed-loop trial against a fresh server without a feed, so that every poll is answered 204 at once.
 * Throws a TrialFailure, or the signal's reason when interrupted; no process is left in either case.
 */
export async function runCapacityTrial({ cell, planned, server, signal }: CapacityInput): Promise<CapacityTrial> {
  let running: ServerProcess | undefined;
  try {
    running = await ServerProcess.start(server, {});
    const before = running.usage();
    const result = await loadUntilDone(
      {
        url: `http://127.0.0.1:${running.port}/polling?after=0`,
        connections: cell.connections,
        warmupMs: WARMUP_MS,
        durationMs: cell.durationMs,
      },
      running,
      signal,
    );
    const after = running.usage();
    await running.stop();
    const cpuUs = before === null || after === null ? null : after.cpuUs - before.cpuUs;
    // The server's CPU time covers warm-up and measurement alike, and so must the requests it is divided by.
    const share = cell.durationMs / (cell.durationMs + WARMUP_MS);
    return {
      trial: planned.trial,
      requests: result.requests,
      requestsPerSec: (result.requests / result.durationMs) * 1000,
      receivedBytesPerRequest: result.requests === 0 ? 0 : result.receivedBytes / result.requests,
      errors: result.errors,
      serverCpuUsPerRequest: cpuUs === null || result.requests === 0 ? null : (cpuUs * share) / result.requests,
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const stderrTail = error instanceof ServerError ? error.stderrTail : (running?.stderrTail ?? '');
    throw new TrialFailure((error as Error).message, stderrTail);
  } finally {
    await running?.kill();
  }
}

async function loadUntilDone(
  config: CeilingConfig,
  server: ServerProcess,
  signal: AbortSignal,
): Promise<CeilingResult> {
  const script = fileURLToPath(import.meta.resolve('../../clients/capacity/request-ceiling.ts'));
  const child = spawn(process.execPath, [script, JSON.stringify(config)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const { promise: done, resolve, reject } = Promise.withResolvers<CeilingResult>();
  using _listener = addAbortListener(signal, () => reject(signal.reason));
  child.once('error', reject);
  child.once('close', (code, ended) => {
    if (code === 0) resolve(JSON.parse(output) as CeilingResult);
    else reject(new Error(`autocannon ended unexpectedly: ${ended ?? `exit code ${code}`}`));
  });
  void server.ended.then((how) => reject(new Error(`the server ended during the measurement: ${how}`)));
  try {
    return await done;
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}
