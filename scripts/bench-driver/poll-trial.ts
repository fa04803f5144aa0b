import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Measurement } from '../../results/recording/measurement.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import type { Feed } from '../../servers/contract/feed.ts';
import { PublishedLogWriter } from '../../servers/contract/published-log.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import { batchFrom } from '../../servers/feed/event-lines.ts';
import { processUsage } from '../../servers/launch/process-usage.ts';
import { ServerProcess } from '../../servers/launch/server-process.ts';
import { nullServer } from '../null-server/registered.ts';
import { closedLoopPolling } from '../run/closed-loop-polling.ts';
import { DriverWorkers } from '../run/driver-workers.ts';
import { type Contestant, programOf } from './contestants.ts';

/** Who asks: a contestant, or a load generator for HTTP. */
export type Poller = Contestant | 'autocannon' | 'wrk';

/** wrk is a program of the system, and may not be there. */
export const hasWrk = (): boolean => spawnSync('wrk', ['-v']).error === undefined;

/** Connections that ask again as soon as they are answered. */
export const POLL_CONNECTIONS = 100;
const autocannonProgram = fileURLToPath(import.meta.resolve('./peers/autocannon.ts'));
/** How long a poller warms up, and then is measured. */
const DURATIONS = { warmupMs: 1500, measureMs: 4000 };
/**
 * One event for every poll of a trial: of a connection that asks 5,000 times a second there are none left too soon. All
 * are due at once, at the start, so that every delivery is recorded.
 */
const EVENTS = 30_000;
const feed: Feed = {
  seed: 1,
  payloadBytes: 100,
  schedule: { kind: 'burst', eventsPerBurst: EVENTS },
  eventsPerSec: EVENTS,
  durationMs: 1000,
};

export interface PollResult {
  /** CPU of the asking process for each poll, in microseconds. */
  cpuUsPerPoll: number;
  pollsPerSec: number;
  /** What the driver recorded; null for others. */
  measurement: Measurement | null;
}

/** One trial: polls are counted by the server, CPU time by the kernel, over the same time, for all pollers alike. */
export async function pollTrial(
  poller: Poller,
  signal: AbortSignal,
  { warmupMs, measureMs } = DURATIONS,
): Promise<PollResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-driver-'));
  let server: ServerProcess | undefined;
  let asking: Asking | undefined;
  try {
    server = await ServerProcess.start(nullServer, {});
    await fill(server, signal);
    asking =
      poller === 'autocannon' || poller === 'wrk'
        ? generator(poller, server.port)
        : await workers(poller, server.port, folder);
    await sleep(warmupMs, undefined, { signal });
    const before = await sample(server.port, asking.pid);
    await sleep(measureMs, undefined, { signal });
    const after = await sample(server.port, asking.pid);
    const polls = after.polls - before.polls;
    if (polls === 0 || after.cpuUs === before.cpuUs) throw new Error(`${poller} did not poll`);
    return {
      cpuUsPerPoll: (after.cpuUs - before.cpuUs) / polls,
      pollsPerSec: (polls / (after.atUs - before.atUs)) * 1e6,
      measurement: await asking.stop(),
    };
  } finally {
    await asking?.kill();
    await server?.kill();
    rmSync(folder, { recursive: true });
  }
}

interface Asking {
  pid: number;
  /** Ends it in order; what was measured, if anything was. */
  stop(): Promise<Measurement | null>;
  kill(): Promise<void>;
}

function generator(poller: 'autocannon' | 'wrk', port: number): Asking {
  const url = `http://127.0.0.1:${port}/polling?after=0`;
  // It is ended when the measurement is over, and ends by itself should nobody do so.
  const seconds = '60';
  const child =
    poller === 'wrk'
      ? spawn('wrk', ['-t1', `-c${POLL_CONNECTIONS}`, `-d${seconds}s`, url], { stdio: 'ignore' })
      : spawn(process.execPath, [autocannonProgram, url, String(POLL_CONNECTIONS), seconds], { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  return { pid: child.pid ?? 0, stop: () => kill().then(() => null), kill };
}

/** A worker whose subscribers poll in the closed loop. */
async function workers(contestant: Contestant, port: number, folder: string): Promise<Asking> {
  const publishedLogPath = join(folder, 'published');
  const originUs = nowUs() + 1000;
  const log = new PublishedLogWriter(publishedLogPath);
  log.append(new Array<number>(EVENTS).fill(originUs));
  log.close();
  const driver = new DriverWorkers(POLL_CONNECTIONS, 1, programOf(contestant));
  const { seed, payloadBytes } = feed;
  const observed = { seed, payloadBytes, lastSeq: EVENTS, firstMeasuredSeq: EVENTS + 1 };
  driver.connect(closedLoopPolling(port, observed, publishedLogPath));
  try {
    await Promise.race([driver.connected, driver.failed]);
  } catch (error) {
    await driver.kill();
    throw error;
  }
  driver.feed({ originUs, measureUs: originUs, drainUs: originUs + 3_600e6 });
  return { pid: driver.pids[0] as number, stop: () => driver.stop(), kill: () => driver.kill() };
}

/** Gives the server the whole feed, and waits until it has it. */
async function fill(server: ServerProcess, signal: AbortSignal): Promise<void> {
  const dueUs = dueTimesUs(feed);
  for (let seq = 1; seq <= EVENTS; ) {
    const batch = batchFrom(feed, dueUs, seq);
    server.stdin.write(batch.bytes);
    seq += batch.ends.length;
  }
  while ((await counts(server.port)).eventCount < EVENTS) await sleep(20, undefined, { signal });
}

async function counts(port: number): Promise<{ pollCount: number; eventCount: number }> {
  const answer = await fetch(`http://127.0.0.1:${port}/counts`);
  return (await answer.json()) as { pollCount: number; eventCount: number };
}

async function sample(port: number, pid: number): Promise<{ polls: number; cpuUs: number; atUs: number }> {
  const { pollCount } = await counts(port);
  return { polls: pollCount, cpuUs: processUsage(pid)?.cpuUs ?? 0, atUs: nowUs() };
}
