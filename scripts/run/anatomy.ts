import { addAbortListener } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeliveryAnatomy } from '../../results/anatomy/delivery-anatomy.ts';
import type { Warning } from '../../results/run-document.ts';
import { ANATOMY_EVENTS, ANATOMY_PHASES, anatomyCells } from '../../scenarios/anatomy.ts';
import type { Cell, DeliveryCell } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import type { Feed } from '../../servers/contract/feed.ts';
import { PublishedLogReader } from '../../servers/contract/published-log.ts';
import { deriveSeed } from '../../servers/contract/random.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { ServerGroup } from '../../servers/launch/server-group.ts';
import { publisherPriority } from './publisher-priority.ts';
import { PublisherProcess } from './publisher-process.ts';
import { buildOnce } from './server-readiness.ts';
import { TappedSubscriber } from './tapped-subscriber.ts';

/** Sets these feeds apart from those of trials 1, 2, 3 ... */
const ANATOMY_STREAM = 0xa7a70;
/** From the last subscriber's connect to the start of the feed: the publisher has just been started. */
const FEED_LEAD_MS = 150;
const SUBSCRIBE_TIMEOUT_MS = 3_000;
/** After the last event is due: the longest wait for a poll, for events kept back, and for a slow server. */
const DELIVER_TIMEOUT_MS = 2_000;

interface AnatomyInput {
  /** Of the plan; those that will be skipped left out. */
  cells: readonly Cell[];
  servers: ReadonlyMap<string, Server>;
  /** Of the plan. */
  seed: number;
  /** Existing folder for temporary files. */
  folder: string;
  signal: AbortSignal;
}

interface AnatomyResult {
  anatomy: DeliveryAnatomy[];
  /** Says of which transports there is none, and why; the results of the run do not depend on it. */
  warnings: Warning[];
}

/**
 * Records how one event reaches one subscriber of each transport, with every byte that crosses between subscriber and
 * server: for each server of the plan one process with all its transports at once, three events, and a tap in between. The
 * subscribers are those of the driver, in this process. What fails is a warning and nothing more; when the signal is
 * aborted, what there is until then is returned. No process is left.
 */
export async function recordAnatomy({ cells, servers, seed, folder, signal }: AnatomyInput): Promise<AnatomyResult> {
  const anatomy: DeliveryAnatomy[] = [];
  const failures: string[] = [];
  for (const ofServer of anatomyCells(cells)) {
    if (signal.aborted) break;
    const server = servers.get(ofServer[0]?.server ?? '') as Server;
    try {
      const recorded = await recordServer(server, ofServer, deriveSeed(seed, ANATOMY_STREAM), folder, signal);
      anatomy.push(...recorded.anatomy);
      failures.push(...recorded.failures);
    } catch (error) {
      if (signal.aborted) break;
      failures.push(`${server.manifest.name} (${(error as Error).message})`);
    }
  }
  return { anatomy, warnings: failures.length === 0 ? [] : [warningAbout(failures)] };
}

interface Recorded {
  anatomy: DeliveryAnatomy[];
  failures: string[];
}

async function recordServer(
  server: Server,
  cells: readonly DeliveryCell[],
  seed: number,
  folder: string,
  signal: AbortSignal,
): Promise<Recorded> {
  const [first] = cells as [DeliveryCell];
  const log = join(folder, `anatomy-${process.pid}.tmp`);
  const subscribers: TappedSubscriber[] = [];
  let group: ServerGroup | undefined;
  let publisher: PublisherProcess | undefined;
  const { promise: aborted, reject: interrupt } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  using _listener = addAbortListener(signal, () => interrupt(signal.reason));
  try {
    buildOnce(server);
    writeFileSync(log, '');
    group = await ServerGroup.start(server, first.serverOptions, 1);
    publisher = new PublisherProcess(group.stdins);
    const serverGone = group.ended.then((how) => Promise.reject(new Error(`the server ended: ${how}`)));
    const publisherFailed = publisher.result.then(() => new Promise<never>(() => {}));
    const failures = [aborted, serverGone, publisherFailed];
    for (const failure of failures) failure.catch(() => {});
    const unlessFailed = <T>(step: Promise<T>): Promise<T> => Promise.race([step, ...failures]);

    const feed = feedOf(first, ANATOMY_PHASES, seed);
    for (const cell of cells) {
      subscribers.push(await unlessFailed(TappedSubscriber.open(cell, group.ports[0] as number, feed, ANATOMY_EVENTS)));
    }
    await unlessFailed(Promise.all(subscribers.map((subscriber) => subscriber.subscribed(SUBSCRIBE_TIMEOUT_MS))));
    const originUs = nowUs() + FEED_LEAD_MS * 1000;
    publisher.publish({
      feed,
      originUs,
      serverProcesses: 1,
      publishedLogPath: log,
      publishedToAllLogPath: null,
      giveUpAfterMs: DELIVER_TIMEOUT_MS,
      realTime: publisherPriority().class === 'real-time',
      parentPid: process.pid,
    });
    for (const subscriber of subscribers) subscriber.feed(originUs);
    const timeoutMs = FEED_LEAD_MS + ANATOMY_PHASES.measureMs + DELIVER_TIMEOUT_MS;
    await unlessFailed(Promise.all(subscribers.map((subscriber) => subscriber.complete(timeoutMs))));
    await unlessFailed(publisher.result);
    return anatomyOf(subscribers, log, feed, originUs);
  } finally {
    for (const subscriber of subscribers) subscriber.close();
    await Promise.all([publisher?.kill(), group?.kill()]);
    rmSync(log, { force: true });
  }
}

function anatomyOf(
  subscribers: readonly TappedSubscriber[],
  publishedLogPath: string,
  feed: Feed,
  originUs: number,
): Recorded {
  const log = new PublishedLogReader(publishedLogPath);
  const publishedAtUs = log.stampUs(ANATOMY_EVENTS);
  log.close();
  if (publishedAtUs === null) throw new Error('the publisher did not publish every event');
  const dueAtUs = originUs + (dueTimesUs(feed)[ANATOMY_EVENTS - 1] as number);
  const recorded: Recorded = { anatomy: [], failures: [] };
  for (const subscriber of subscribers) {
    const { server, transport } = subscriber.cell;
    if (subscriber.failure === null) recorded.anatomy.push(subscriber.anatomy(originUs, dueAtUs, publishedAtUs));
    else recorded.failures.push(`${transport} of ${server} (${subscriber.failure})`);
  }
  return recorded;
}

function warningAbout(failures: readonly string[]): Warning {
  return {
    code: 'no-anatomy',
    message: `The way of one event could not be recorded: ${failures.join('; ')}.`,
    advice: 'No figure depends on it; the part of the report that shows it is missing or not whole.',
    cellIds: [],
  };
}
