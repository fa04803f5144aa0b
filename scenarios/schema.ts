import { z } from 'zod';
import type { Schedule } from '../servers/contract/feed.ts';
import { type HeaderProfile, headerProfileNames, REQUEST_BYTES_MAX } from '../servers/contract/header-profiles.ts';
import {
  defaultServerOptions,
  type ServerOptions,
  type TransportId,
  type TransportOptions,
  transportIds,
} from '../servers/contract/transports.ts';
import { axis, between, bool, count, listOf, MOST_VALUES, map, toList, whole, wholeAxis } from './schema-values.ts';
import type { ScenarioThreshold } from './threshold.ts';

/**
 * The schema of a scenario file, the one source of its types, its checks and the JSON Schema for editors. Every
 * `error` says what to write instead; the parser adds the place and what was found. For unknown keys the `error` is
 * the list of the known ones, from which the parser makes a suggestion.
 */

/** Beyond the ports and memory of any one machine that could drive them. */
const SUBSCRIBERS_HIGHEST = 1_000_000;

// One day: longer than any soak, and due times stay far below 2^53 microseconds.
const DAY_MS = 24 * 60 * 60 * 1000;
// The longest time a Node timer can wait, 2^31 - 1 ms; servers pass these options to timers.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const GIB = 1024 ** 3;
// Longer than anybody keeps an event back to save work; drainMs, which must cover it, goes to ten times that.
const LONGEST_WINDOW_MS = 60_000;

const schedule = z
  .union(
    [
      z.enum(['constant', 'poisson'], { error: 'use constant, poisson or { burst: N }' }),
      map({
        burst: whole(1, 100_000).describe('Events due at the same moment; bursts are evenly spaced.'),
      }),
    ],
    { error: 'use constant, poisson or { burst: N }' },
  )
  .default('poisson')
  .transform((value): Schedule => {
    return typeof value === 'string' ? { kind: value } : { kind: 'burst', eventsPerBurst: value.burst };
  });

const phases = map({
  warmupMs: whole(0, 600_000).describe(
    'Events are delivered and verified but not measured: connections, caches and compilers settle.',
  ),
  measureMs: whole(100, DAY_MS).describe('Events due in this time are measured.'),
  // 1 s at least: late answers must not count as missing, and waiting ends at once when everything has arrived.
  drainMs: whole(1000, 600_000).describe(
    'Longest wait for events still under way after the last was due; ends early when all have arrived. ' +
      'At least the slowest poll interval, the longest coalesceMs and 500 ms.',
  ),
});

const keepAlive = axis(bool, 'use true or false')
  .default(true)
  .transform(toList<boolean>);

const HEADERS = `use ${headerProfileNames.join(', ')} or a whole number of bytes up to ${count(REQUEST_BYTES_MAX)}`;
const headerProfile = [z.enum(headerProfileNames, { error: HEADERS }), whole(1, REQUEST_BYTES_MAX)] as const;

/** A flat union, so that a wrong value of a list is named in its place. */
const headers = z
  .union([...headerProfile, listOf(z.union(headerProfile, { error: HEADERS }), HEADERS)], {
    error: `${HEADERS}, or a list of such values`,
  })
  .default('bare')
  .transform(toList<HeaderProfile>);

const transportOptions = map({
  polling: map({
    // From 1 ms, the resolution of Node's timers, to an hour.
    intervalMs: wholeAxis(1, 3_600_000)
      .default(250)
      .transform(toList<number>)
      .describe('Time between two polls of one subscriber. A list sweeps it, for polling alone.'),
    keepAlive: keepAlive.describe('false opens a new TCP connection for every poll. A list sweeps it.'),
  })
    .prefault({})
    .describe('Options of polling subscribers.'),
  'long-polling': map({
    keepAlive: keepAlive.describe('false opens a new TCP connection for every request. A list sweeps it.'),
  })
    .prefault({})
    .describe('Options of long-polling subscribers.'),
  sse: map({}).prefault({}).describe('SSE subscribers have no options.'),
  'http-stream': map({}).prefault({}).describe('HTTP streaming subscribers have no options.'),
  websocket: map({}).prefault({}).describe('WebSocket subscribers have no options.'),
} satisfies Record<TransportId, z.ZodType>);

const serverOption = (key: keyof ServerOptions, high: number, what: string, low = 1) =>
  wholeAxis(low, high)
    .transform(toList<number>)
    .describe(`${what} Default ${count(defaultServerOptions[key])}. A list sweeps it.`)
    .exactOptional();

const serverOptions = map({
  historyEvents: serverOption('historyEvents', 1e9, 'Events kept for subscribers that come back.'),
  historyBytes: serverOption('historyBytes', 64 * GIB, 'Upper bound of the history in bytes of event text.'),
  longPollTimeoutMs: serverOption(
    'longPollTimeoutMs',
    LONGEST_TIMER_MS,
    'A held long-poll is answered 204 after this.',
  ),
  heartbeatMs: serverOption('heartbeatMs', LONGEST_TIMER_MS, 'Push transports send a heartbeat after this silence.'),
  maxBufferedBytes: serverOption(
    'maxBufferedBytes',
    64 * GIB,
    'Unsent bytes of one connection above which a slow subscriber is disconnected.',
  ),
  coalesceMs: serverOption(
    'coalesceMs',
    LONGEST_WINDOW_MS,
    'Events are kept back until this long after the first of them, then delivered together, by every transport; 0 is off.',
    0,
  ),
} satisfies Record<keyof ServerOptions, z.ZodType>);

const subscribersMax = map(
  Object.fromEntries(
    transportIds.map((id) => [
      id,
      whole(1, SUBSCRIBERS_HIGHEST).optional().describe(`The most subscribers of ${id}; no limit when left out.`),
    ]),
  ) as Record<TransportId, z.ZodOptional<z.ZodInt>>,
);

const trials = whole(1, 1000);

const capacity = map({
  // One process of the load generator opens them all; 20,000 sockets is a common limit of one process.
  connections: wholeAxis(1, 20_000)
    .transform(toList<number>)
    .describe('Connections that each send the next request as soon as the answer is there. A list sweeps it.'),
  // The load generator samples its request rate once a second.
  durationMs: whole(1000, 3_600_000).describe('Length of one trial.'),
  trials: trials.optional().describe('Repetitions of a capacity cell; the trials of the scenario when left out.'),
});

const CHECK = 'write a check such as "websocket.latencyUs.p99 < 20ms"';
const check = z.string({ error: CHECK }).max(300, { error: 'use at most 300 characters' });

/** A threshold as it stands in a file; what it becomes has its policy filled in, and its text is not read yet. */
export const thresholdItem = z
  .union(
    [
      check,
      map({
        check: check.describe('What must hold, such as "websocket.latencyUs.p99 < 20ms".'),
        severity: z
          .enum(['fail', 'warn'], { error: 'use fail or warn' })
          .default('fail')
          .describe('fail: the command ends with exit code 1 when it does not hold. warn: this is only shown.'),
        undecided: z
          .enum(['pass', 'fail'], { error: 'use pass or fail' })
          .default('pass')
          .describe('What becomes of it when its 95 % interval lies on both sides of the limit.'),
      }),
    ],
    { error: `${CHECK}, or a map with the keys check, severity, undecided` },
  )
  .transform((item) =>
    typeof item === 'string' ? { check: item, severity: 'fail' as const, undecided: 'pass' as const } : item,
  );

const SERVER_NAME = 'use names of folders in servers/: lower-case letters, digits and hyphens';

/** The keys of a scenario file; `Scenario` is what they become. */
export const scenarioSchema = map({
  question: z
    .string({ error: 'write the question this scenario answers, ending in "?"' })
    .max(300, { error: 'use at most 300 characters' })
    .regex(/^\S.*\?$/, { error: 'write the question in one line, ending in "?"' })
    .describe('The question this scenario answers, in one line that ends in a question mark.'),
  servers: listOf(
    z.string({ error: SERVER_NAME }).regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: SERVER_NAME }),
    'name at least one server',
  )
    .default(['fastify'])
    .describe('Folders of servers/ to compare.'),
  transports: listOf(
    z.enum(transportIds, { error: `use transports: ${transportIds.join(', ')}` }),
    'name at least one transport',
  )
    .default(transportIds)
    .describe('Transports to compare; all when left out.'),
  subscribers: wholeAxis(1, SUBSCRIBERS_HIGHEST)
    .transform(toList<number>)
    .describe('Simulated clients that are subscribed at the same time. A list sweeps it.'),
  subscribersMax: subscribersMax
    .default({})
    .describe(
      'The most subscribers of some transports: values of subscribers above are left out for these transports alone, ' +
        'so that those that can go further do.',
    ),
  // An event every 1,000 s to one every 10 us, below which the publisher itself would be measured.
  eventsPerSec: axis(between(0.001, 100_000), 'use a number from 0.001 to 100,000')
    .transform(toList<number>)
    .describe('Mean rate of the feed; every subscriber gets every event. A list sweeps it.'),
  // 32 bytes hold the head of an event of any feed of practical length; 1 MiB is the largest event of the contract.
  payloadBytes: wholeAxis(32, 1024 * 1024)
    .transform(toList<number>)
    .describe('Exact size of every event text. A list sweeps it.'),
  schedule: schedule.describe(
    'When events are due. constant: evenly spaced. poisson: random gaps, so that no poll interval can lock to the feed. ' +
      '{ burst: N }: N events at the same moment, bursts evenly spaced at the same mean rate.',
  ),
  phases: phases.describe('Length of the phases of one trial.'),
  trials: trials.describe(
    'Repetitions of every cell, each with fresh processes, interleaved over all cells. Five is the least that gives an ' +
      'interval of about 94 %.',
  ),
  // The range of the seeds of the feed.
  seed: whole(0, 2 ** 32 - 1)
    .default(1)
    .describe('Fixes the feed, the phases of the subscribers and the order of the trials.'),
  transportOptions: transportOptions.prefault({}).describe('How the subscribers of each transport behave.'),
  headers: headers.describe(
    'Header fields that every subscriber sends with its requests and handshakes. bare: what the protocol needs. ' +
      'fetch: those of fetch and WebSocket of Node. browser: those of Chrome, with cookies. A number: bare, and one ' +
      'padding field, so that a request with after=0 has exactly so many bytes. A list sweeps it.',
  ),
  serverOptions: serverOptions
    .default({})
    .describe(
      'What is asked of every server, in BENCH_OPTIONS; the defaults are those of the contract. A list sweeps an option.',
    ),
  capacity: capacity
    .optional()
    .describe(
      'Adds a closed-loop measurement of the request ceiling of the polling endpoint: no feed and no latency, only ' +
        'how many requests per second the server answers.',
    ),
  thresholds: z
    .array(thresholdItem, { error: `${CHECK}, as an item of a list` })
    .max(MOST_VALUES, { error: `use at most ${MOST_VALUES} thresholds` })
    .default([])
    .describe(
      'What the run is held against: [SERVER/]TRANSPORT.METRIC, then <, <=, > or >=, then a number with its unit or ' +
        'FACTOR * [SERVER/]TRANSPORT.METRIC, and optionally "at subscribers=1000" to choose among cells. Decided on the ' +
        '95 % interval; a failed one ends the command with exit code 1, one without data with 3.',
    ),
});

/** For each transport, the values of each option of its subscribers. */
type OptionAxes = { [T in TransportId]: { [K in keyof TransportOptions[T]]: TransportOptions[T][K][] } };

/** A scenario after parsing: every axis a list, every default filled in, every threshold read. */
export type Scenario = Omit<z.output<typeof scenarioSchema>, 'transportOptions' | 'thresholds'> & {
  /** The name of the file without its ending. */
  name: string;
  transportOptions: OptionAxes;
  thresholds: ScenarioThreshold[];
};

/** The JSON Schema (draft 7) of a scenario file, for editors. */
export function scenarioJsonSchema(): object {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'transport-bench scenario' };
}
