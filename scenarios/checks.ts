import { minimumPayloadBytes } from '../servers/contract/event-text.ts';
import type { Schedule } from '../servers/contract/feed.ts';
import { smallestRequestBytes } from '../servers/contract/header-profiles.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

/** What is wrong between several values that are each allowed. */
export interface Conflict {
  path: PropertyKey[];
  found: string;
  advice: string;
}

/** A poll that was due just after the last event needs its interval and then an answer, on a machine that is busy. */
const POLL_ANSWER_MS = 500;

/**
 * The fewest expected events with which a Poisson feed is worth starting: the chance that a trial has none at all is
 * e^-10, one in 22,000. With one expected event it would be more than one in three.
 */
const FEWEST_POISSON_EVENTS = 10;

/** The longest host and port of a server on this machine: 127.0.0.1 and a port of five digits. */
const AUTHORITY_BYTES_MAX = '127.0.0.1:65535'.length;

/** How many events must be expected in the measure phase so that there are some. */
function fewestEvents(schedule: Schedule): { count: number; reason: string } {
  switch (schedule.kind) {
    case 'constant':
      return { count: 1, reason: 'an event' };
    case 'burst':
      return { count: schedule.eventsPerBurst, reason: `a burst of ${schedule.eventsPerBurst}` };
    case 'poisson':
      return {
        count: FEWEST_POISSON_EVENTS,
        reason: `${FEWEST_POISSON_EVENTS} events, so that a random feed is not empty`,
      };
  }
}

/** An upper bound of the seq of a feed's last event. */
function highestSeq(schedule: Schedule, eventsPerSec: number, durationMs: number): number {
  const mean = (eventsPerSec * durationMs) / 1000;
  switch (schedule.kind) {
    case 'constant':
      return Math.ceil(mean);
    case 'burst':
      return Math.ceil(mean / schedule.eventsPerBurst) * schedule.eventsPerBurst;
    case 'poisson':
      // Ten standard deviations, and 20 for the longer tail of small means: never exceeded in practice.
      return Math.ceil(mean + 10 * Math.sqrt(mean) + 20);
  }
}

// Up to the next number with two significant digits, so that the advice is easy to type and still enough.
function roundUp(value: number): number {
  const step = 10 ** Math.max(-2, Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / step - 1e-9) * step).toFixed(3));
}

/**
 * Conflicts between the values of a scenario file. Every conflict is looked for as soon as the values that it needs
 * are valid by themselves, whatever is wrong elsewhere, so that all problems of a file are said at once.
 */
export function findConflicts(data: Record<string, unknown>): Conflict[] {
  const valid = <K extends keyof typeof scenarioSchema.shape>(key: K): Scenario[K] | null => {
    const result = scenarioSchema.shape[key].safeParse(data[key]);
    return result.success ? (result.data as Scenario[K]) : null;
  };
  // A single value stands at `subscribers`, a value of a list at `subscribers[2]`.
  const place = (key: string, index: number): PropertyKey[] => (Array.isArray(data[key]) ? [key, index] : [key]);

  const conflicts: Conflict[] = [];
  const phases = valid('phases');
  const schedule = valid('schedule');
  const rates = valid('eventsPerSec');
  const transports = valid('transports');

  if (phases !== null && schedule !== null && rates !== null) {
    const fewest = fewestEvents(schedule);
    rates.forEach((rate, index) => {
      const expected = (rate * phases.measureMs) / 1000;
      // The tolerance forgives the rounding of, for example, 0.1 * 3 s * 10.
      if (expected < fewest.count * (1 - 1e-9)) {
        conflicts.push({
          path: place('eventsPerSec', index),
          found: `found ${rate}, which in measureMs ${phases.measureMs} makes ${Number(expected.toPrecision(3))} events`,
          advice:
            `the measure phase needs ${fewest.reason}: raise eventsPerSec to ` +
            `${roundUp((fewest.count * 1000) / phases.measureMs)} or measureMs to ${roundUp((fewest.count * 1000) / rate)}`,
        });
      }
    });

    const durationMs = phases.warmupMs + phases.measureMs;
    const lastSeq = Math.max(...rates.map((rate) => highestSeq(schedule, rate, durationMs)));
    const minimum = minimumPayloadBytes(lastSeq, durationMs * 1000 - 1);
    valid('payloadBytes')?.forEach((payloadBytes, index) => {
      if (payloadBytes < minimum) {
        conflicts.push({
          path: place('payloadBytes', index),
          found: `found ${payloadBytes}, too small for the last events of this feed (seq and due time in full)`,
          advice: `use at least ${minimum}, or a lower rate or shorter phases`,
        });
      }
    });
  }

  if (phases !== null) {
    const slowestMs = Math.max(...(valid('transportOptions')?.polling.intervalMs ?? [0]));
    const windowMs = Math.max(0, ...(valid('serverOptions')?.coalesceMs ?? []));
    const leastMs = slowestMs + windowMs + POLL_ANSWER_MS;
    if (phases.drainMs < leastMs) {
      const window = windowMs === 0 ? '' : ` and the longest coalesceMs is ${windowMs}`;
      conflicts.push({
        path: ['phases', 'drainMs'],
        found: `found ${phases.drainMs}, and the slowest poll interval is ${slowestMs} ms${window}`,
        advice: `use at least ${leastMs}, or events that wait for the next poll${
          windowMs === 0 ? '' : ', or for those they are coalesced with,'
        } would count as missing`,
      });
    }
  }

  const options = valid('transportOptions');
  if (transports !== null && options !== null) {
    const smallest = transports.map((transport) => {
      const choices: Partial<Record<'keepAlive', boolean[]>> = options[transport];
      const bytes = (choices.keepAlive ?? [true]).map((kept) =>
        smallestRequestBytes(transport, kept, AUTHORITY_BYTES_MAX),
      );
      return { transport, bytes: Math.max(...bytes) };
    });
    const { transport, bytes } = smallest.reduce((most, each) => (each.bytes > most.bytes ? each : most));
    valid('headers')?.forEach((headers, index) => {
      if (typeof headers === 'string' || headers >= bytes) return;
      conflicts.push({
        path: place('headers', index),
        found: `found ${headers}, too small for a request of ${transport} and a padding field`,
        advice: `use at least ${bytes}`,
      });
    });
  }

  const subscribers = valid('subscribers');
  const limits = valid('subscribersMax');
  for (const [transport, limit] of Object.entries(limits ?? {})) {
    if (limit === undefined) continue;
    const path = ['subscribersMax', transport];
    if (transports !== null && !transports.some((id) => id === transport)) {
      conflicts.push({
        path,
        found: 'found a limit of a transport that is not among transports',
        advice: `add ${transport} to transports or remove this`,
      });
    } else if (subscribers !== null && limit < Math.min(...subscribers)) {
      conflicts.push({
        path,
        found: `found ${limit}, below every value of subscribers, so ${transport} would not be measured at all`,
        advice: `use at least ${Math.min(...subscribers)}, or remove ${transport} from transports`,
      });
    }
  }

  if (valid('capacity') && transports !== null && !transports.includes('polling')) {
    conflicts.push({
      path: ['capacity'],
      found: 'found a capacity measurement, which asks the polling endpoint, and transports without polling',
      advice: 'add polling to transports or remove capacity',
    });
  }
  return conflicts;
}
