import { readFileSync } from 'node:fs';
import { nowUs } from '../contract/clock.ts';
import { PublishedLogWriter } from '../contract/published-log.ts';
import { FIRST_SERVER_PIPE, type PublisherConfig, type PublisherResult } from '../contract/publisher.ts';
import { dueTimesUs } from '../contract/schedule.ts';
import { type Batch, batchFrom } from './event-lines.ts';
import { ServerPipe } from './server-pipe.ts';
import { spinUsFor, waitUntil } from './wait.ts';

/**
 * The publisher process: a PublisherConfig as JSON on stdin, the server processes' stdins as file descriptors 3, 4 ...,
 * one line of JSON (PublisherResult) on stdout at the end.
 *
 * A plain synchronous loop on purpose: with an event loop in between, a timer may fire a millisecond off. The pipes are
 * non-blocking, so a server that does not read cannot hold the loop. A turn of the loop makes one write into each pipe
 * that has something due, so a process that does not read, or catches up, cannot hold up the others either.
 */
/** How often a full pipe is tried again. */
const RETRY_MS = 0.5;
/** Stamps are written to the log when the next event is further away than this, so that no event waits for a file. */
const LOG_SLACK_US = 1000;
const LOG_BATCH = 4096;
/**
 * After an event has been handed over the publisher rests, up to a quarter of the time to the next, before it hashes,
 * logs and prepares: the server and then the subscribers are woken up at that moment, and on two cores one of them had
 * to wait for the publisher's. With a null server and one subscriber p50 fell from 291 to 178 us.
 */
const REST_SHARE = 0.25;
const REST_MOST_US = 1_000;
/** Less than a sleep is late by. */
const REST_LEAST_US = 100;
const WARM_UP_ROUNDS = 500;
const WARM_UP_SLACK_US = 5_000;
const WARM_UP_WAIT_US = 600;
const COORDINATOR_GONE = 'the coordinator is gone';

/** Time stamps of consecutive events, kept until there is time for the file. */
class StampLog {
  readonly #writer: PublishedLogWriter;
  #unlogged: number[] = [];
  #count = 0;

  constructor(path: string) {
    this.#writer = new PublishedLogWriter(path);
  }

  /** The events up to `count`, as far as they have no stamp yet, get this one. */
  stamp(count: number, stampUs: number): void {
    for (; this.#count < count; this.#count += 1) this.#unlogged.push(stampUs);
  }

  get isFull(): boolean {
    return this.#unlogged.length >= LOG_BATCH;
  }

  flush(): void {
    this.#writer.append(this.#unlogged);
    this.#unlogged = [];
  }

  close(): void {
    this.flush();
    this.#writer.close();
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

function rest(untilNextUs: number, parentPid: number): void {
  const restUs = Math.min(REST_MOST_US, untilNextUs * REST_SHARE);
  if (restUs >= REST_LEAST_US) waitUntil(nowUs() + restUs, 0, parentPid);
}

function publish(config: PublisherConfig): PublisherResult {
  const { feed, originUs } = config;
  const dueUs = dueTimesUs(feed);
  const events = dueUs.length;
  const spinUs = spinUsFor(feed.eventsPerSec, config.realTime);
  const giveUpUs = originUs + (dueUs[events - 1] ?? 0) + config.giveUpAfterMs * 1000;
  const pipes = Array.from({ length: config.serverProcesses }, (_, index) => new ServerPipe(FIRST_SERVER_PIPE + index));
  const takenByAll = () => pipes.reduce((least, pipe) => Math.min(least, pipe.takenEvents), events);
  const toFirst = new StampLog(config.publishedLogPath);
  const toAll = config.publishedToAllLogPath === null ? null : new StampLog(config.publishedToAllLogPath);
  let dueCount = 0;
  let stoppedBecause: string | null = null;

  // The pipes that keep up share one batch; one that has fallen behind makes its own.
  let newest: Batch | null = null;
  const batchAt = (seq: number): Batch => {
    if (newest?.firstSeq === seq) return newest;
    const batch = batchFrom(feed, dueUs, seq);
    if (newest === null || seq > newest.firstSeq) newest = batch;
    return batch;
  };

  if (events > 0) warmUp(config, dueUs);
  while (stoppedBecause === null) {
    if (pipes.every((pipe) => pipe.batchIsTaken)) {
      rest(originUs + (dueUs[takenByAll()] ?? 0) - nowUs(), config.parentPid);
    }
    // Prepared before it is due, so that only the write itself happens at the due time.
    let nextUs = Infinity;
    let nextDueUs = Infinity;
    for (const pipe of pipes) {
      if (pipe.batchIsTaken) pipe.settle();
      if (pipe.batch === null) {
        if (pipe.takenEvents === events) continue;
        pipe.load(batchAt(pipe.takenEvents + 1));
      }
      if (pipe.retryUs === 0) nextDueUs = Math.min(nextDueUs, originUs + (pipe.batch as Batch).dueUs);
      else nextUs = Math.min(nextUs, pipe.retryUs);
    }
    nextUs = Math.min(nextUs, nextDueUs);
    if (nextUs === Infinity) break;
    if (toFirst.isFull || nextDueUs - nowUs() > LOG_SLACK_US) {
      toFirst.flush();
      toAll?.flush();
    }
    // A full pipe is not worth spinning for, an event is, and so is a retry from which there is no time to sleep again.
    if (!waitUntil(nextUs, nextDueUs - nextUs <= spinUs ? spinUs : 0, config.parentPid)) {
      stoppedBecause = COORDINATOR_GONE;
      break;
    }
    // By index: at few events a second this is never compiled, and an iterator would cost some microseconds of lateness.
    for (let index = 0; index < pipes.length; index += 1) {
      const stampUs = nowUs();
      const pipe = pipes[index] as ServerPipe;
      const { batch } = pipe;
      if (batch === null || stampUs < (pipe.retryUs || originUs + batch.dueUs)) continue;
      const offered = pipe.offer();
      toFirst.stamp(pipe.takenEvents, stampUs);
      toAll?.stamp(takenByAll(), stampUs);
      if (offered === 'taken') {
        pipe.retryUs = 0;
      } else if (offered === 'closed') {
        stoppedBecause = `${named(index, pipes)} closed its standard input after event ${pipe.takenEvents}`;
        break;
      } else {
        while (dueCount < events && originUs + (dueUs[dueCount] ?? 0) <= stampUs) dueCount += 1;
        pipe.peakBacklogEvents = Math.max(pipe.peakBacklogEvents, dueCount - pipe.takenEvents);
        pipe.retryUs = stampUs + RETRY_MS * 1000;
        if (stampUs > giveUpUs) {
          stoppedBecause = `${named(index, pipes)} stopped reading its standard input: ${events - pipe.takenEvents} of ${events} events were never accepted`;
          break;
        }
      }
    }
  }
  toFirst.close();
  toAll?.close();
  return {
    events,
    published: takenByAll(),
    peakBacklogEvents: Math.max(...pipes.map((pipe) => pipe.peakBacklogEvents)),
    feedSha256: [...new Set(pipes.map((pipe) => pipe.sha256()))].join(' '),
    stoppedBecause,
  };
}

function named(index: number, pipes: readonly ServerPipe[]): string {
  return pipes.length === 1 ? 'the server' : `server process ${index + 1} of ${pipes.length}`;
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
