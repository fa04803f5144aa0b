import { addAbortListener } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PhaseTimes } from '../../clients/driver/phase-tallies.ts';
import type { CapacityTrial } from '../../results/capacity-result.ts';
import type { Measurement } from '../../results/recording/measurement.ts';
import type { CapacityCell, PlannedTrial } from '../../scenarios/cell.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import type { Server } from '../../servers/launch/discover.ts';
import type { ProcessUsage } from '../../servers/launch/process-usage.ts';
import { ServerError, ServerProcess } from '../../servers/launch/server-process.ts';
import { closedLoopPolling } from './closed-loop-polling.ts';
import { DriverWorkers } from './driver-workers.ts';
import { TrialFailure } from './trial-failure.ts';

/** Time for the news of the start to reach the workers. */
const LEAD_MS = 50;
/** Time for the code of both sides to be compiled. */
const WARMUP_MS = 1_000;
const CONNECT_TIMEOUT_MS = 30_000;
/** A wait that was overtaken must not keep the process alive; the processes of the trial do while it runs. */
const UNREF = { ref: false };

export interface CapacityInput {
  cell: CapacityCell;
  planned: PlannedTrial;
  server: Server;
  /** Existing folder for the trial's temporary file. */
  folder: string;
  signal: AbortSignal;
}

/**
 * One closed-loop trial against a fresh server without a feed, so that every poll is answered 204 at once.
 * Throws a TrialFailure, or the signal's reason when interrupted; no process is left in either case.
 */
export async function runCapacityTrial({
  cell,
  planned,
  server,
  folder,
  signal,
}: CapacityInput): Promise<CapacityTrial> {
  // Nothing is ever published; the workers read the log of publication all the same.
  const publishedLogPath = join(folder, `published-${process.pid}.tmp`);
  const workers = new DriverWorkers(cell.connections, 1);
  let running: ServerProcess | undefined;
  try {
    writeFileSync(publishedLogPath, '');
    running = await ServerProcess.start(server, {});
    const { before, after, measurement } = await load(cell, planned.seed, running, workers, publishedLogPath, signal);
    await running.stop();
    return resultOf(planned.trial, cell, measurement, before, after);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const stderrTail = error instanceof ServerError ? error.stderrTail : (running?.stderrTail ?? '');
    throw new TrialFailure((error as Error).message, stderrTail);
  } finally {
    await Promise.all([workers.kill(), running?.kill()]);
    rmSync(publishedLogPath, { force: true });
  }
}

interface Load {
  before: ProcessUsage | null;
  after: ProcessUsage | null;
  measurement: Measurement;
}

async function load(
  cell: CapacityCell,
  seed: number,
  server: ServerProcess,
  workers: DriverWorkers,
  publishedLogPath: string,
  signal: AbortSignal,
): Promise<Load> {
  const { promise: aborted, reject: interrupt } = Promise.withResolvers<never>();
  using _listener = addAbortListener(signal, () => interrupt(signal.reason));
  const gone = server.ended.then((how) => {
    throw new Error(`the server ended during the measurement: ${how}`);
  });
  const failures = [gone, aborted, workers.failed];
  for (const failure of failures) failure.catch(() => {});
  const unlessFailed = <T>(step: Promise<T>): Promise<T> => Promise.race([step, ...failures]);
  const until = (targetUs: number) => unlessFailed(sleep(Math.max(0, (targetUs - nowUs()) / 1000), undefined, UNREF));

  const noFeed = { seed, payloadBytes: 1, lastSeq: 0, firstMeasuredSeq: 1 };
  workers.connect(closedLoopPolling(server.port, noFeed, publishedLogPath));
  const late = sleep(CONNECT_TIMEOUT_MS, undefined, UNREF).then(() => {
    const { ready, lastIncident } = workers.progress;
    throw new Error(
      `only ${ready} of ${cell.connections} connections were answered: ${lastIncident ?? 'no reason heard'}`,
    );
  });
  await unlessFailed(Promise.race([workers.connected, late]));
  const originUs = nowUs() + LEAD_MS * 1000;
  const measureUs = originUs + WARMUP_MS * 1000;
  const times: PhaseTimes = { originUs, measureUs, drainUs: measureUs + cell.durationMs * 1000 };
  workers.feed(times);
  await until(times.measureUs);
  const before = server.usage();
  await until(times.drainUs);
  const after = server.usage();
  return { before, after, measurement: await unlessFailed(workers.stop()) };
}

function resultOf(
  trial: number,
  { durationMs }: CapacityCell,
  measurement: Measurement,
  before: ProcessUsage | null,
  after: ProcessUsage | null,
): CapacityTrial {
  const { requests, receivedBytes, failedRequests } = measurement.tallies.measure;
  const perRequest = (value: number) => (requests === 0 ? null : value / requests);
  return {
    trial,
    requests,
    requestsPerSec: (requests / durationMs) * 1000,
    receivedBytesPerRequest: perRequest(receivedBytes) ?? 0,
    errors: failedRequests + Object.values(measurement.incidents).reduce((sum, count) => sum + count, 0),
    response: measurement.pollResponse,
    serverCpuUsPerRequest: before === null || after === null ? null : perRequest(after.cpuUs - before.cpuUs),
    driverCpuUsPerRequest: perRequest(measurement.usage.cpuUs),
    driverUtilization: measurement.usage.eventLoopUtilization,
  };
}
