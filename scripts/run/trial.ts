import { addAbortListener } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../../clients/driver/ledger.ts';
import type { PhaseTimes } from '../../clients/driver/phase-tallies.ts';
import type { TrialRecord } from '../../results/merge-trials.ts';
import type { KernelCounts } from '../../results/network.ts';
import type { NetworkScope } from '../../results/traffic.ts';
import type { DeliveryCell, Phases, PlannedTrial } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { type MachineLimits, processLayout } from '../../scenarios/process-layout.ts';
import { calendarTime, nowUs } from '../../servers/contract/clock.ts';
import type { PublisherConfig } from '../../servers/contract/publisher.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import { describeFeed } from '../../servers/feed/event-lines.ts';
import type { Server } from '../../servers/launch/discover.ts';
import type { ProcessUsage } from '../../servers/launch/process-usage.ts';
import { ServerGroup } from '../../servers/launch/server-group.ts';
import { ServerError } from '../../servers/launch/server-process.ts';
import { type DriverProgress, DriverWorkers } from './driver-workers.ts';
import { machineLimits } from './environment.ts';
import { kernelOpenConnections } from './kernel-connections.ts';
import { MachineMeter } from './machine-usage.ts';
import { type NetworkBackground, NetworkMeter } from './network-meter.ts';
import { publication } from './publication.ts';
import { publisherPriority } from './publisher-priority.ts';
import { PublisherProcess } from './publisher-process.ts';
import { makeRoutes, takeAddresses } from './routes.ts';
import { TrialFailure } from './trial-failure.ts';

/** Between the last subscriber's connect and the start of the feed: time for the news to reach every process. */
const FEED_LEAD_MS = 100;
/** The kernel's counts begin so long before the feed, when the last connect has been acknowledged. */
const COUNT_LEAD_MS = 30;
const CONNECT_TIMEOUT_BASE_MS = 15_000;
/** The slowest connect rate that is still waited for. */
const CONNECTS_PER_MS_MIN = 0.5;
const ACK_DELAY_MS = 50;
/** The publisher gives up by itself after drainMs; this is for its last words. */
const PUBLISHER_GRACE_MS = 2_000;
/** A wait that was overtaken must not keep the process alive; the processes of the trial do while it runs. */
const UNREF = { ref: false };
const UNKNOWN_NETWORK: TrialNetwork = {
  scope: 'host',
  background: { backgroundPacketsPerSec: null, backgroundBytesPerSec: null },
};

/** Where the connections of a trial are, and what others send there. */
export interface TrialNetwork {
  scope: NetworkScope;
  background: NetworkBackground;
}

export interface TrialInput {
  cell: DeliveryCell;
  planned: PlannedTrial;
  phases: Phases;
  server: Server;
  /** Existing folder for the trial's temporary files. */
  folder: string;
  /** What to choose the number of processes by; this machine's when left out. */
  limits?: MachineLimits;
  /** The host's loopback, and unknown, when left out. */
  network?: TrialNetwork;
  /** The program of the driver workers; the driver's own when left out. */
  workerProgram?: string;
  /** Aborted when the user interrupts the run. */
  signal: AbortSignal;
  /** Hears of each phase as it begins and, while it lasts, can ask how far the subscribers are. */
  onPhase(phase: string, progress: () => DriverProgress): void;
}

/**
 * Runs one trial: fresh server, publisher and worker processes, the phases connect, warm-up, measure, drain, close.
 * Throws a TrialFailure when it could not be completed, or the signal's reason when it was interrupted. All processes
 * are gone when it returns or throws.
 */
export async function runTrial(input: TrialInput): Promise<TrialRecord> {
  const { signal } = input;
  const log = join(input.folder, `published-${process.pid}.tmp`);
  const logToAll = `${log}-to-all`;
  const layout = processLayout(input.cell, input.phases, input.limits ?? machineLimits());
  const workers = new DriverWorkers(input.cell.subscribers, layout.workers, input.workerProgram);
  let server: ServerGroup | undefined;
  let publisher: PublisherProcess | undefined;
  try {
    writeFileSync(log, '');
    server = await ServerGroup.start(input.server, input.cell.serverOptions, layout.serverProcesses);
    publisher = new PublisherProcess(server.stdins);
    const record = await measure(input, server, publisher, workers, {
      routes: makeRoutes(server.ports, layout.sourceAddresses, takeAddresses(layout.sourceAddresses)),
      publishedLogPath: log,
      publishedToAllLogPath: server.size === 1 ? null : logToAll,
    });
    await server.stop();
    return record;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const stderrTail = error instanceof ServerError ? error.stderrTail : (server?.stderrTail ?? '');
    throw new TrialFailure((error as Error).message, stderrTail);
  } finally {
    await Promise.all([workers.kill(), publisher?.kill(), server?.kill()]);
    for (const path of [log, logToAll]) rmSync(path, { force: true });
  }
}

interface TrialPaths extends Pick<PublisherConfig, 'publishedLogPath' | 'publishedToAllLogPath'> {
  routes: Route[];
}

async function measure(
  input: TrialInput,
  server: ServerGroup,
  publisher: PublisherProcess,
  workers: DriverWorkers,
  { routes, publishedLogPath, publishedToAllLogPath }: TrialPaths,
): Promise<TrialRecord> {
  const { cell, phases, planned, signal } = input;
  const startedAt = calendarTime().toISOString();
  const feed = feedOf(cell, phases, planned.seed);
  const dueUs = dueTimesUs(feed);
  const measuredEvents = dueUs.filter((atUs) => atUs >= phases.warmupMs * 1000).length;
  const { sha256 } = describeFeed(feed);

  let phase = 'connect';
  const machine = new MachineMeter();
  const enter = (next: string) => {
    phase = next;
    machine.phase(next);
    input.onPhase(next, () => workers.progress);
  };
  const serverGone = server.ended.then((how) => {
    throw new Error(`the server ended in the ${phase} phase: ${how}`);
  });
  const { promise: aborted, reject: interrupt } = Promise.withResolvers<never>();
  using _listener = addAbortListener(signal, () => interrupt(signal.reason));
  const failures = [serverGone, aborted, workers.failed, publisher.result.then(() => new Promise<never>(() => {}))];
  for (const failure of failures) failure.catch(() => {});
  /** Waits for a step of the trial, or for whatever makes it pointless. */
  const unlessFailed = <T>(step: Promise<T>): Promise<T> => Promise.race([step, ...failures]);
  const until = (targetUs: number) => unlessFailed(sleep(Math.max(0, (targetUs - nowUs()) / 1000), undefined, UNREF));

  enter('connect');
  const whenReady = server.usage();
  workers.connect({
    routes,
    transport: cell.transport,
    transportOptions: cell.transportOptions,
    headers: cell.headers,
    polls: 'planned',
    seed: planned.seed,
    feed: {
      seed: feed.seed,
      payloadBytes: feed.payloadBytes,
      lastSeq: dueUs.length,
      firstMeasuredSeq: dueUs.length - measuredEvents + 1,
    },
    publishedLogPath,
  });
  const connectMs = await unlessFailed(Promise.race([workers.connected, connectTimeout(cell.subscribers, workers)]));
  const whenConnected = server.usage();
  const kernelOpen = kernelOpenConnections(server.ports);
  const { scope, background } = input.network ?? UNKNOWN_NETWORK;
  const network = new NetworkMeter(scope, background);

  const originUs = nowUs() + FEED_LEAD_MS * 1000;
  const times: PhaseTimes = {
    originUs,
    measureUs: originUs + phases.warmupMs * 1000,
    drainUs: originUs + feed.durationMs * 1000,
  };
  publisher.publish({
    feed,
    originUs,
    serverProcesses: server.size,
    publishedLogPath,
    publishedToAllLogPath,
    giveUpAfterMs: phases.drainMs,
    realTime: publisherPriority().class === 'real-time',
    parentPid: process.pid,
  });
  workers.feed(times);
  await until(originUs - COUNT_LEAD_MS * 1000);
  network.begin();
  const whenCounting = server.usage();
  enter('warm-up');
  await until(times.measureUs);
  enter('measure');
  const before = server.usage();
  await until(times.drainUs);
  const after = server.usage();
  enter('drain');
  await Promise.race([unlessFailed(workers.complete), until(times.drainUs + phases.drainMs * 1000)]);
  const published = await unlessFailed(
    Promise.race([publisher.result, sleep(phases.drainMs + PUBLISHER_GRACE_MS, undefined, UNREF).then(() => null)]),
  );
  if (published === null) throw new Error('the publisher did not end');
  // Until the last answer is acknowledged: Linux delays a bare ACK by up to 40 ms.
  await unlessFailed(sleep(ACK_DELAY_MS, undefined, UNREF));
  network.end();
  const whenCounted = server.usage();
  enter('close');
  const measurement = await unlessFailed(workers.stop());

  return {
    trial: planned.trial,
    seed: planned.seed,
    startedAt,
    connectMs,
    authority: `${routes[0]?.host}:${routes[0]?.port}`,
    responseHeads: input.server.manifest.responseHeadBytes ?? null,
    measurement,
    publisher: published,
    ...publication(publishedToAllLogPath ?? publishedLogPath, dueUs, dueUs.length - measuredEvents, originUs),
    plannedFeedSha256: sha256,
    kernel: kernelCounts(network, whenCounting, whenCounted),
    kernelOpen,
    machine: machine.usage(),
    measuredEvents,
    serverUsage: serverUsage(cell.subscribers, server.size, { whenReady, whenConnected, before, after }),
  };
}

async function connectTimeout(subscribers: number, workers: DriverWorkers): Promise<never> {
  const timeoutMs = CONNECT_TIMEOUT_BASE_MS + subscribers / CONNECTS_PER_MS_MIN;
  await sleep(timeoutMs, undefined, UNREF);
  const { ready, lastIncident } = workers.progress;
  throw new Error(
    `only ${ready} of ${subscribers} subscribers were subscribed after ${Math.round(timeoutMs / 1000)} s; ` +
      `the last reason heard was: ${lastIncident ?? 'none'}`,
  );
}

function kernelCounts(
  network: NetworkMeter,
  before: ProcessUsage | null,
  after: ProcessUsage | null,
): KernelCounts | null {
  const counts = network.counts();
  return counts === null ? null : { ...counts, serverWriteCalls: writeCallsBetween(before, after) };
}

function writeCallsBetween(before: ProcessUsage | null, after: ProcessUsage | null): number | null {
  if (before?.writeCalls == null || after?.writeCalls == null) return null;
  return after.writeCalls - before.writeCalls;
}

type Samples = Record<'whenReady' | 'whenConnected' | 'before' | 'after', ProcessUsage | null>;

function serverUsage(
  subscribers: number,
  processes: number,
  { whenReady, whenConnected, before, after }: Samples,
): TrialRecord['serverUsage'] {
  return {
    processes,
    cpuUs: before === null || after === null ? null : after.cpuUs - before.cpuUs,
    writeCalls: writeCallsBetween(before, after),
    rssBytes: after?.rssBytes ?? null,
    rssBytesPerSubscriber:
      whenReady === null || whenConnected === null ? null : (whenConnected.rssBytes - whenReady.rssBytes) / subscribers,
  };
}
