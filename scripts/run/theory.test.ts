import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TheoryRow } from '../../results/theory/row.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import type { TheoryTrial } from './fixtures/theory-rows.ts';
import { possibleNetwork } from './isolation.ts';

const program = join(import.meta.dirname, 'fixtures', 'theory-rows.ts');
const network = possibleNetwork();
const isolated = network.scope === 'private';
if (!isolated) console.warn(`theory of packets is not tested: ${network.reason}`);

/** 90 events, one every 10 ms, to each of 5 subscribers. */
const phases = { warmupMs: 200, measureMs: 700, drainMs: 3_000 };
const cell = { subscribers: 5 };
/** Of long-polling so few that a busy machine, too, has asked again before the next. */
const slow = { subscribers: 5, eventsPerSec: 20 };
const cellFor = (transport: TransportId) => (transport === 'long-polling' ? slow : cell);

/** The rows of each trial, by quantity. */
async function theoryOf(trials: readonly TheoryTrial[]): Promise<Map<string, TheoryRow>[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(trials)]);
  const rows = JSON.parse(stdout) as TheoryRow[][];
  return rows.map((of) => new Map(of.map((row) => [row.quantity, row])));
}

/** Rows that depend on what was sent and not on how long a busy machine took. */
const counted = [
  'wire bytes per delivery',
  'handshake bytes per subscriber',
  'packets per delivery',
  'IP bytes per delivery',
  'requests per delivery',
  'share of empty polls',
];

const wire = 'wire bytes per delivery';
const handshake = 'handshake bytes per subscriber';
const packets = 'packets per delivery';
const quiet = 'latency of an event that meets a quiet server, first subscriber';

interface Bug {
  bug: string;
  trial: Omit<TheoryTrial, 'phases' | 'cell'>;
  /** Rows that must break, with words that their causes must contain and the sign of their residual. */
  breaks: Record<string, { cause: RegExp; sign: 1 | -1 }>;
}

const extraHeader = { cause: /header field more|another header field|more framing/, sign: 1 } as const;
const bugs: Bug[] = [
  ...transportIds.flatMap((transport): Bug[] => {
    const opens = transport === 'sse' || transport === 'http-stream' || transport === 'websocket';
    const breaks: Bug['breaks'] = opens ? { [handshake]: extraHeader } : { [wire]: extraHeader };
    return [
      { bug: 'one response header too many', trial: { transport, planted: 'header' }, breaks },
      { bug: 'one request header too many', trial: { transport, extraRequestHeader: true }, breaks },
    ];
  }),
  {
    bug: 'Nagle on, head and body apart',
    trial: { transport: 'long-polling', planted: 'nagle' },
    breaks: { [quiet]: { cause: /Nagle/, sign: 1 } },
  },
  ...(['sse', 'http-stream', 'websocket'] as const).map(
    (transport): Bug => ({
      bug: 'events written in two parts',
      trial: { transport, planted: 'nagle' },
      breaks: { [packets]: { cause: /written in several parts/, sign: 1 } },
    }),
  ),
  {
    bug: 'a corked socket',
    trial: { transport: 'websocket', planted: 'corked' },
    breaks: { [quiet]: { cause: /corked/, sign: 1 } },
  },
  ...(['sse', 'http-stream'] as const).map(
    (transport): Bug => ({
      bug: 'merged chunks',
      trial: { transport, planted: 'merged' },
      breaks: { [wire]: { cause: /merged/, sign: -1 } },
    }),
  ),
  {
    bug: 'no space after data:',
    trial: { transport: 'sse', planted: 'no-space' },
    breaks: { [wire]: { cause: /space of the framing/, sign: -1 } },
  },
];

describe.skipIf(!isolated && process.env['CI'] === undefined)('theory beside real trials in a private network', () => {
  let sound: Map<string, TheoryRow>[];
  let broken: Map<string, TheoryRow>[];

  beforeAll(async () => {
    sound = await theoryOf([
      ...transportIds.map((transport) => ({ transport, cell: cellFor(transport), phases })),
      { transport: 'polling', cell, phases, options: { keepAlive: false } },
      { transport: 'long-polling', cell: slow, phases, options: { keepAlive: false } },
    ]);
    broken = await theoryOf(bugs.map(({ trial }) => ({ ...trial, cell: cellFor(trial.transport), phases })));
  }, 180_000);

  it.each(
    [...transportIds, 'polling without keep-alive', 'long-polling without keep-alive'].map((name, index) => ({
      name,
      index,
    })),
  )('$name: bytes, packets, requests and empty polls hold', ({ index }) => {
    const rows = sound[index] as Map<string, TheoryRow>;
    expect(rows.get(wire)?.residual).toBe(0);
    expect(rows.has(packets)).toBe(true);
    const failed = counted.map((quantity) => rows.get(quantity)).filter((row) => row !== undefined && !row.holds);
    expect(failed).toEqual([]);
  });

  it.each(bugs.map((bug, index) => ({ ...bug, transport: bug.trial.transport, index })))(
    '$transport: $bug breaks a row, which names it',
    ({ breaks, index }) => {
      for (const [quantity, { cause, sign }] of Object.entries(breaks)) {
        const row = broken[index]?.get(quantity);
        expect(row).toMatchObject({ quantity, holds: false });
        expect(Math.sign(row?.residual ?? 0)).toBe(sign);
        expect(row?.causes.join('\n')).toMatch(cause);
      }
    },
  );
});
