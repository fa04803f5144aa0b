import type { CompletedCell, TrialResult } from '../../delivery-result.ts';
import { EVENTS_NEEDED } from '../../percentiles.ts';
import { decodeWindows } from '../../recording/latency-windows.ts';
import { type BucketCounts, Mixture } from '../../statistics/latency-sample.ts';
import { measuredDueUs } from '../../theory/feed-schedule.ts';

/** Latencies of the events that were due in a part of the measure phase; all times in microseconds from its start. */
export interface CoursePart {
  /** When the first and the last of its events were due. */
  fromUs: number;
  toUs: number;
  /** The mean of these times. */
  atUs: number;
  p50Us: number;
  /** The percentile that the course names as `upper`. */
  upperUs: number;
}

/** Which line runs above the median: the highest percentile that the events of every part support. */
type UpperLine = 'p99' | 'p90' | 'max';

/** The latency of a cell over the measure phase. */
export interface LatencyCourse {
  upper: UpperLine;
  parts: {
    /** Of all trials together. */
    pooled: CoursePart;
    /** Of the trials one by one; null where the events are too few for a median. */
    trials: (CoursePart | null)[];
  }[];
}

/** A window with the times of its events. */
interface TimedWindow {
  events: number;
  dueUs: Float64Array;
  latencies: BucketCounts;
}

// A course of fewer parts says nothing about a course.
const FEWEST_PARTS = 5;
const MOST_EVENTS = 1_000_000;
const FRACTIONS = { p99: 0.99, p90: 0.9, max: 1 } as const;

/** The windows of a trial; null when the schedule that follows from its seed has other events than they. */
function timedWindows({ cell, phases }: CompletedCell, { seed, windows }: TrialResult): TimedWindow[] | null {
  const events = windows.events.reduce((sum, each) => sum + each, 0);
  const planned = (cell.eventsPerSec * (phases.warmupMs + phases.measureMs)) / 1000;
  // Of more than this the schedule is not computed anew for a chart.
  if (!(planned <= MOST_EVENTS)) return null;
  const dueUs = measuredDueUs(cell, phases, seed).map((atUs) => atUs - phases.warmupMs * 1000);
  if (dueUs.length !== events) return null;
  let first = 0;
  return decodeWindows(windows).map((latencies, window) => {
    const of = windows.events[window] as number;
    first += of;
    return { events: of, dueUs: dueUs.subarray(first - of, first), latencies };
  });
}

/** Neighbouring windows joined into so many parts, as equal as they can be. */
function partsOf<T>(windows: readonly T[], parts: number): T[][] {
  return Array.from({ length: parts }, (_, part) =>
    windows.filter((_window, at) => Math.floor((at * parts) / windows.length) === part),
  );
}

const eventsOf = (windows: readonly TimedWindow[]) => windows.reduce((sum, { events }) => sum + events, 0);

/** The largest number of parts of which each has so many events, by `eventsIn`; 0 when there is none. */
function mostParts(limit: number, needed: number, eventsIn: (parts: number) => number[]): number {
  for (let parts = limit; parts > 0; parts -= 1) if (Math.min(...eventsIn(parts)) >= needed) return parts;
  return 0;
}

function summary(windows: readonly TimedWindow[], upper: UpperLine): CoursePart | null {
  const mixture = new Mixture(windows.map(({ latencies }) => latencies));
  const weights = new Float64Array(windows.length).fill(1);
  const p50Us = mixture.percentileUs(0.5, weights);
  const upperUs = mixture.percentileUs(FRACTIONS[upper], weights);
  if (p50Us === null || upperUs === null) return null;
  const sumUs = windows.reduce((sum, { dueUs }) => dueUs.reduce((total, atUs) => total + atUs, sum), 0);
  return {
    fromUs: Math.min(...windows.map(({ dueUs }) => dueUs[0] as number)),
    toUs: Math.max(...windows.map(({ dueUs }) => dueUs.at(-1) as number)),
    atUs: sumUs / eventsOf(windows),
    p50Us,
    upperUs,
  };
}

/**
 * The course of a cell's latency over the measure phase: the events of each trial in as many parts as their number supports a
 * median for. The times when they were due follow from the seed; the latencies are those of the trials' windows, which have
 * two digits. Instead of a course, why there is none.
 */
export function latencyCourse(result: CompletedCell): LatencyCourse | { whyNot: string } {
  try {
    return courseOf(result);
  } catch {
    return { whyNot: 'its windows cannot be decoded' };
  }
}

function courseOf(result: CompletedCell): LatencyCourse | { whyNot: string } {
  const read = result.trials.map((trial) => timedWindows(result, trial));
  const trials = read.filter((windows) => windows !== null && windows.length > 0) as TimedWindow[][];
  if (read.includes(null)) return { whyNot: 'its windows do not fit its schedule' };
  if (trials.length === 0) return { whyNot: 'it has no events' };

  const { events, effectiveEvents } = result.latencyUs;
  // Events that resemble their neighbours tell less: as many more are needed.
  const perEffective = effectiveEvents > 0 ? Math.max(1, events / effectiveEvents) : Number.POSITIVE_INFINITY;
  const needed = (key: 'p50' | 'p90' | 'p99') => EVENTS_NEEDED[key] * perEffective;
  const limit = Math.min(...trials.map((windows) => windows.length));
  const ofTrials = (parts: number) => trials.map((windows) => partsOf(windows, parts).map(eventsOf));
  const pooledEvents = (parts: number) => {
    const single = ofTrials(parts);
    return Array.from({ length: parts }, (_, part) => single.reduce((sum, each) => sum + (each[part] as number), 0));
  };

  const single = mostParts(limit, needed('p50'), (parts) => ofTrials(parts).flat());
  const most = single >= FEWEST_PARTS ? single : mostParts(limit, needed('p50'), pooledEvents);
  if (most < FEWEST_PARTS) return { whyNot: 'too few events for a course' };
  const supported = (['p99', 'p90'] as const)
    .map((upper) => ({ upper, parts: mostParts(most, needed(upper), pooledEvents) }))
    .find(({ parts }) => parts >= FEWEST_PARTS);
  const { upper, parts } = supported ?? { upper: 'max' as const, parts: most };

  const split = trials.map((windows) => partsOf(windows, parts));
  const summaries = Array.from({ length: parts }, (_, part) => {
    const ofPart = split.map((windows) => windows[part] as TimedWindow[]);
    const isSupported = (windows: readonly TimedWindow[]) => eventsOf(windows) >= needed('p50');
    return {
      pooled: summary(ofPart.flat(), upper),
      trials: ofPart.map((windows) => (isSupported(windows) ? summary(windows, upper) : null)),
    };
  });
  const held = summaries.flatMap(({ pooled, trials: single }) => (pooled === null ? [] : [{ pooled, trials: single }]));
  return held.length === 0 ? { whyNot: 'no delivery' } : { upper, parts: held };
}
