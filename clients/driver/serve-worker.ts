import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { WorkerUsage } from '../../results/recording/measurement.ts';
import { mergeTimelines } from '../../results/recording/timeline.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import { PublishedLogReader } from '../../servers/contract/published-log.ts';
import type { PhaseTimes } from './phase-tallies.ts';
import { type ClientTransports, Population } from './population.ts';
import { TimelineRecorder } from './timeline-recorder.ts';
import type { WorkerCommand, WorkerConfig, WorkerReport } from './worker-protocol.ts';

/** How often the books are read, for the coordinator and for the timeline. */
const PROGRESS_MS = 200;

function report(message: WorkerReport): void {
  process.send?.(message);
}

function after(targetUs: number, action: () => void): void {
  setTimeout(action, Math.max(0, Math.ceil((targetUs - nowUs()) / 1000)));
}

/** The distance of the timers whose lateness tells the delay of the event loop; Node's own default. */
const DELAY_RESOLUTION_MS = 10;

/** The histogram holds the times between two timers, in nanoseconds; what is above their planned distance is delay. */
function delayP99Us(delay: ReturnType<typeof monitorEventLoopDelay>): number {
  delay.disable();
  return Math.max(0, delay.percentile(99) / 1000 - DELAY_RESOLUTION_MS * 1000);
}

type PhaseUsage = Omit<WorkerUsage, 'rssBytesBefore'>;

/** CPU and event loop of this process over the measure phase. */
class UsageMeter {
  #read: (() => PhaseUsage) | null = null;
  #usage: PhaseUsage | null = null;

  schedule(times: PhaseTimes): void {
    after(times.measureUs, () => {
      const cpuStart = process.cpuUsage();
      const loopStart = performance.eventLoopUtilization();
      const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
      delay.enable();
      this.#read = () => {
        const { user, system } = process.cpuUsage(cpuStart);
        const { utilization } = performance.eventLoopUtilization(loopStart);
        return {
          workers: 1,
          cpuUs: user + system,
          eventLoopUtilization: utilization,
          eventLoopDelayP99Us: delayP99Us(delay),
          rssBytes: process.memoryUsage.rss(),
        };
      };
      after(times.drainUs, () => this.#finish());
    });
  }

  /** The usage of the phase; read now if the timer at its end has not come yet. */
  get usage(): PhaseUsage {
    return this.#finish() ?? { workers: 1, cpuUs: 0, eventLoopUtilization: 0, eventLoopDelayP99Us: 0, rssBytes: 0 };
  }

  #finish(): PhaseUsage | null {
    this.#usage ??= this.#read?.() ?? null;
    return this.#usage;
  }
}

class Worker {
  readonly #config: WorkerConfig;
  readonly #published: PublishedLogReader;
  readonly #population: Population;
  readonly #meter = new UsageMeter();
  readonly #startedUs = nowUs();
  readonly #rssBytesBefore = process.memoryUsage.rss();
  readonly #timeline = new TimelineRecorder();
  #times: PhaseTimes | null = null;
  #complete = false;
  #progress: NodeJS.Timeout | undefined;

  constructor(config: WorkerConfig, transports: ClientTransports) {
    this.#config = config;
    this.#published = new PublishedLogReader(config.publishedLogPath);
    this.#population = new Population(config, transports, this.#published, () =>
      report({ type: 'connected', connectMs: (nowUs() - this.#startedUs) / 1000 }),
    );
    this.#progress = setInterval(() => this.#tick(), PROGRESS_MS);
    this.#read();
    this.#population.connect();
  }

  feed(times: PhaseTimes): void {
    this.#times = times;
    this.#population.feed(times);
    this.#meter.schedule(times);
    // All subscribers are connected now, and the feed has carried nothing until it starts.
    this.#read();
    after(times.originUs, () => this.#read());
  }

  stop(): void {
    clearInterval(this.#progress);
    const { observer, tallies } = this.#population;
    const { usage } = this.#meter;
    this.#read();
    this.#population.close();
    observer.finish();
    const incidents = { ...this.#population.incidents };
    if (observer.unjoinedCount > 0)
      incidents['deliveries without a known time of publication'] = observer.unjoinedCount;
    const last: WorkerReport = {
      type: 'measurement',
      measurement: {
        fromDue: observer.fromDue.data(),
        fromPublished: observer.fromPublished.data(),
        pollLateness: observer.pollLateness.data(),
        pollResponse: observer.pollResponse.data(),
        skippedPolls: observer.skippedPollCount,
        windows: observer.windows.data(),
        spread: observer.spread.data(),
        timeline: this.#times === null ? mergeTimelines([]) : this.#timeline.data(this.#times),
        feedUs: this.#population.feedUs,
        deliveries: this.#population.deliveries(),
        connections: this.#population.connections(),
        firstEvent: observer.firstEvent,
        tallies: tallies.byPhase,
        usage: { ...usage, rssBytesBefore: this.#rssBytesBefore },
        incidents,
      },
    };
    process.send?.(last, () => process.exit());
  }

  #read(): void {
    this.#timeline.read(this.#population.reading(nowUs()));
  }

  #tick(): void {
    this.#read();
    const { observer, tallies, readyCount, lastIncident } = this.#population;
    observer.join();
    const { warmup, measure, drain } = tallies.byPhase;
    report({
      type: 'progress',
      ready: readyCount,
      deliveries: warmup.deliveries + measure.deliveries + drain.deliveries,
      lastIncident,
    });
    if (!this.#complete && observer.completeCount === this.#config.subscribers) {
      this.#complete = true;
      report({ type: 'complete' });
    }
  }
}

/**
 * Makes this process a driver worker: it has a share of the subscribers, and is told what to do by the coordinator over
 * IPC. `transports` are the client sides its subscribers use.
 */
export function serveWorker(transports: ClientTransports): void {
  let worker: Worker | undefined;
  process.on('message', (command: WorkerCommand) => {
    if (command.type === 'connect') worker = new Worker(command.config, transports);
    else if (command.type === 'feed') worker?.feed(command.times);
    else worker?.stop();
  });
  // The coordinator is gone, or has all it wanted.
  process.on('disconnect', () => process.exit());
  // Ctrl-C in a terminal reaches the whole process group; the coordinator decides when this process ends.
  process.on('SIGINT', () => {});
}
