import type { Timeline } from '../../results/recording/timeline.ts';
import type { PhaseTimes } from './phase-tallies.ts';

/** What the books of a worker said at one moment. */
export interface TimelineReading extends Record<Exclude<keyof Timeline, 'atMs'>, number> {
  atUs: number;
}

/** The feed has at most so many steps. */
const MOST_FEED_STEPS = 16;
/** Of a long connect phase only its last steps are kept. */
const MOST_CONNECT_STEPS = 8;

/** The shortest step of 200 ms, 500 ms, 1 s, 2 s, 5 s ... that divides so long a feed into at most MOST_FEED_STEPS. */
function stepUs(feedUs: number): number {
  const least = feedUs / MOST_FEED_STEPS;
  for (let decadeUs = 100_000; ; decadeUs *= 10) {
    const step = [2, 5, 10].map((times) => times * decadeUs).find((us) => us >= least);
    if (step !== undefined) return step;
  }
}

/** Collects readings as they come, and hands them over on steps that all workers of the trial share. */
export class TimelineRecorder {
  readonly #readings: TimelineReading[] = [];

  /** Keeps a reading; readings come in the order of their time. */
  read(reading: TimelineReading): void {
    this.#readings.push(reading);
  }

  /**
   * The readings at whole steps from the start of the feed: counters are interpolated between the two nearest readings,
   * open connections are those of the reading before. A last step that was not finished is left out.
   */
  data({ originUs, drainUs }: PhaseTimes): Timeline {
    const step = stepUs(drainUs - originUs);
    const [first, last] = [this.#readings[0], this.#readings.at(-1)];
    const timeline: Timeline = { atMs: [], openConnections: [], requests: [], wireBytes: [] };
    if (first === undefined || last === undefined) return timeline;
    const begin = Math.max(-MOST_CONNECT_STEPS, Math.floor((first.atUs - originUs) / step));
    for (let at = begin; originUs + at * step <= last.atUs; at += 1) {
      const { openConnections, requests, wireBytes } = this.#at(originUs + at * step);
      timeline.atMs.push((at * step) / 1000);
      timeline.openConnections.push(openConnections);
      timeline.requests.push(requests);
      timeline.wireBytes.push(wireBytes);
    }
    return timeline;
  }

  /** The books at this moment, which is not after the last reading; nothing before the first. */
  #at(atUs: number): Omit<TimelineReading, 'atUs'> {
    const place = this.#readings.findLastIndex((reading) => reading.atUs <= atUs);
    const [before, after] = [this.#readings[place], this.#readings[place + 1]];
    if (before === undefined) return { openConnections: 0, requests: 0, wireBytes: 0 };
    if (after === undefined) return before;
    const share = (atUs - before.atUs) / (after.atUs - before.atUs);
    const between = (key: 'requests' | 'wireBytes') => Math.round(before[key] + share * (after[key] - before[key]));
    return {
      openConnections: before.openConnections,
      requests: between('requests'),
      wireBytes: between('wireBytes'),
    };
  }
}
