import { readFileSync, writeSync } from 'node:fs';
import { nowUs } from '../contract/clock.ts';
import { PublishedLogWriter } from '../contract/published-log.ts';
import type { PublisherConfig, PublisherResult } from '../contract/publisher.ts';
import { batchFrom, feedHash } from './event-lines.ts';
import { dueTimesUs } from './schedule.ts';
import { spinUsFor, waitUntil } from './wait.ts';

/**
 * The publisher process: a PublisherConfig as JSON on stdin, the server's stdin as file descriptor 3, one line of JSON
 * (PublisherResult) on stdout at the end.
 *
 * A plain synchronous loop on purpose: with an event loop in between, a timer may fire a millisecond off. The pipe is
 * non-blocking, so a server that does not read cannot hold the loop; and since every text can be computed again from
 * (seed, seq), a backlog is two numbers, not a queue, however long the server stalls.
 */
const SERVER_STDIN = 3;
/** How often a full pipe is tried again. */
const RETRY_MS = 0.5;
/** Stamps are written to the log when the next event is further away than this, so that no event waits for a file. */
const LOG_SLACK_US = 1000;
const LOG_BATCH = 4096;
const WARM_UP_ROUNDS = 500;
const WARM_UP_SLACK_US = 5_000;
const WARM_UP_WAIT_US = 600;
const COORDINATOR_GONE = 'the coordinator is gone';

/** Bytes taken by the server's pipe: 0 when it is full, null when the server has closed it. */
function offer(bytes: Buffer, from: number): number | null {
  try {
    return writeSync(SERVER_STDIN, bytes, from);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return 0;
    if (code === 'EPIPE' || code === 'ECONNRESET') return null;
    throw error;
  }
}

/**
 * Has the code that makes texts and the code that waits compiled before the first event is due: V8 puts in compiled code
 * on this thread, and that made one of the first waits end up to 1.7 ms late.
 */
function warmUp({ feed, originUs, parentPid }: PublisherConfig, dueUs: Float64Array): void {
  const endUs = originUs - WARM_UP_SLACK_US;
  const textsEndUs = nowUs() + (endUs - nowUs()) / 2;
  for (let round = 0; round < WARM_UP_ROUNDS && nowUs() < textsEndUs; round += 1) batchFrom(feed, dueUs, 1);
  while (nowUs() < endUs) waitUntil(nowUs() + WARM_UP_WAIT_US, WARM_UP_WAIT_US / 2, parentPid);
}

function publish(config: PublisherConfig): PublisherResult {
  const { feed, originUs } = config;
  const dueUs = dueTimesUs(feed);
  const events = dueUs.length;
  const spinUs = spinUsFor(feed.eventsPerSec);
  const hash = feedHash();
  const log = new PublishedLogWriter(config.publishedLogPath);
  const giveUpUs = originUs + (dueUs[events - 1] ?? 0) + config.giveUpAfterMs * 1000;
  let unlogged: number[] = [];
  let published = 0;
  let dueCount = 0;
  let peakBacklogEvents = 0;
  let stoppedBecause: string | null = null;

  if (events > 0) warmUp(config, dueUs);
  while (published < events && stoppedBecause === null) {
    // Prepared before it is due, so that only the write itself happens at the due time.
    const batch = batchFrom(feed, dueUs, published + 1);
    const batchDueUs = originUs + batch.dueUs;
    if (unlogged.length >= LOG_BATCH || batchDueUs - nowUs() > LOG_SLACK_US) {
      log.append(unlogged);
      unlogged = [];
    }
    if (!waitUntil(batchDueUs, spinUs, config.parentPid)) {
      stoppedBecause = COORDINATOR_GONE;
      break;
    }
    let written = 0;
    let handedOver = 0;
    while (handedOver < batch.ends.length && stoppedBecause === null) {
      const stampUs = nowUs();
      const taken = offer(batch.bytes, written);
      if (taken === null) {
        stoppedBecause = `the server closed its standard input after event ${published}`;
        break;
      }
      written += taken;
      for (; (batch.ends[handedOver] ?? Infinity) <= written; handedOver += 1) {
        unlogged.push(stampUs);
        published += 1;
      }
      if (taken > 0) continue;
      while (dueCount < events && originUs + (dueUs[dueCount] ?? 0) <= stampUs) dueCount += 1;
      peakBacklogEvents = Math.max(peakBacklogEvents, dueCount - published);
      if (stampUs > giveUpUs) {
        stoppedBecause = `the server stopped reading its standard input: ${events - published} of ${events} events were never accepted`;
      } else if (!waitUntil(stampUs + RETRY_MS * 1000, 0, config.parentPid)) {
        stoppedBecause = COORDINATOR_GONE;
      }
    }
    hash.update(batch.bytes.subarray(0, written));
  }
  log.append(unlogged);
  log.close();
  return {
    events,
    published,
    peakBacklogEvents,
    feedSha256: hash.digest('hex'),
    stoppedBecause,
  };
}

// Ctrl-C in a terminal reaches the whole process group; the coordinator decides when this process ends.
process.on('SIGINT', () => {});
// Blocks until the coordinator has written the configuration; nothing at all means that it is gone.
const configuration = readFileSync(0, 'utf8');
if (configuration !== '') {
  try {
    process.stdout.write(`${JSON.stringify(publish(JSON.parse(configuration) as PublisherConfig))}\n`);
  } catch (error) {
    process.stderr.write(`publisher: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
