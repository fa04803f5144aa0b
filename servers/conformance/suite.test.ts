import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { transportIds } from '../contract/transports.ts';
import { type ConformanceReport, conforms } from './report.ts';
import { readServerFolder } from './server-folder.ts';
import type { StartServer } from './server-process.ts';
import { checkServer } from './suite.ts';

interface Fixture {
  /** Checks that must fail, and words that a violation of theirs must contain. */
  plants: Record<string, string>;
  /** Besides these, checks that may fail as a consequence; nothing else may. */
  consequences?: RegExp;
}

const push = 'sse|http-stream|websocket';
const perTransport = (area: string, violation: string) =>
  Object.fromEntries(transportIds.map((id) => [`${area}/${id}`, violation]));

/** Going back too far shows wherever a subscriber resumes. */
const resuming =
  /^(after|ahead|history|delivery|replay|prompt|slow-subscriber|stop|coalescing|sse|polling|long-polling)\/(?!form|delivers-first)/;

const fixtures: Record<string, Fixture> = {
  minimal: { plants: {} },
  'inclusive-after': {
    plants: perTransport('after', 'after=11: delivery 1: expected event 12 "event 12", got "event 11"'),
    consequences: resuming,
  },
  'duplicates-on-resume': {
    plants: {
      ...perTransport('after', 'after=11: delivery 1: expected event 12 "event 12", got "event 9"'),
      'sse/reconnect': 'got the text of event 18',
    },
    consequences: resuming,
  },
  'merged-sse-events': {
    plants: { 'sse/form': 'chunks, one for each event, got', 'delivery/sse': 'expected event ' },
    consequences: /(^sse\/|\/sse$|^stop\/delivers-first$|^coalescing\/stop$)/,
  },
  'coalesced-frames': {
    plants: { 'websocket/form': 'frames, one for each event, got', 'delivery/websocket': 'expected event ' },
    consequences: /(\/websocket$|^stop\/delivers-first$|^coalescing\/stop$)/,
  },
  'debounced-coalescing': {
    plants: {
      ...perTransport('coalescing', 'got it only when no event had come for so long'),
      'coalescing/stop': 'expected 3 deliveries (events 1 to 3), got 0',
    },
  },
  'long-poll-gap': {
    plants: { 'long-polling/gap': 'event 2 came before the request for it' },
    consequences: /(\/long-polling$|^long-polling\/held$)/,
  },
  'reparsed-text': {
    plants: perTransport('delivery', 'expected event 1 "{\\"a\\": 1.0,\\"b\\":1e2}", got "{\\"a\\":1,\\"b\\":100}"'),
    consequences: /^(replay\/|(sse|http-stream|websocket)\/form$)/,
  },
  'split-utf8': {
    plants: perTransport('delivery', '\ufffd'),
    consequences: new RegExp(`^(replay|processes|slow-subscriber)/|^(${push})/form$|^stop/delivers-first$`),
  },
  'silent-loss': {
    plants: perTransport('history', 'expected 410 (the oldest event held is 41), got'),
  },
  'accepts-unknown-keys': { plants: perTransport('query', 'noSuchKey=1: expected 400, got') },
  'no-ready-line': { plants: { 'start/ready': 'expected a ready line first on stdout, got "listening on port' } },
  'ignores-stop': {
    plants: {
      'stop/end-of-input': 'it kept running',
      'stop/sigterm': 'it kept running',
      'stop/delivers-first': 'it kept running',
      'coalescing/stop': 'it kept running',
    },
  },
  careless: {
    plants: {
      'start/options': 'unknown option noSuchOption: expected exit code 2, got it kept running',
      ...perTransport('coalescing', 'expected nothing sooner, got event 1 after'),
      'sse/last-event-id': '/sse?after=15 with Last-Event-ID: 2: expected "id: 3\\n" first',
      'http-stream/form': 'chunks, one for each event, got',
      'heartbeats/sse': 'expected the heartbeat ":\\n\\n", got "event: heartbeat\\ndata:\\n\\n"',
      'slow-subscriber/sse': 'subscribers that do not read, got 0',
      'slow-subscriber/http-stream': 'subscribers that do not read, got 0',
      'slow-subscriber/websocket': 'subscribers that do not read, got 0',
      'prompt/sse': 'expected a small event within 25 ms',
      'prompt/http-stream': 'expected a small event within 25 ms',
      'polling/answer': 'expected cache-control no-store, got no-cache',
      'sse/form': 'expected cache-control no-store, got no-cache',
      ...perTransport('response-heads', 'a response head of 1'),
    },
    consequences: /^(long-polling\/|history\/sse$|sse\/reconnect$)/,
  },
  'wrong-manifest': { plants: { 'start/manifest': 'name: must be the name of the folder, "wrong-manifest"' } },
  'missing-program': { plants: {} },
};

/** More lanes than one, because the suite mostly waits; not more, because some of it judges time. */
const LANES = 2;
const reports = new Map<string, ConformanceReport>();
const pids: number[] = [];

/** Remembers the processes that it starts. */
function watched(start: StartServer): StartServer {
  return (options) => {
    const server = start(options);
    if (server.pid !== undefined) pids.push(server.pid);
    return server;
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function report(name: string): ConformanceReport {
  return reports.get(name) as ConformanceReport;
}

beforeAll(async () => {
  const waiting = Object.keys(fixtures).values();
  const lane = async () => {
    for (const name of waiting) {
      const server = await readServerFolder(join(import.meta.dirname, 'fixtures', name));
      reports.set(name, await checkServer(watched(server.start), { server }));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}, 300_000);

describe('the suite', () => {
  it('passes a correct server, with every check tried', () => {
    const { checks, durationMs, ...rest } = report('minimal');
    expect(checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(rest).toMatchObject({ server: 'minimal', contractVersion: 1, transports: transportIds, failedCount: 0 });
    expect(rest.passedCount).toBe(checks.length);
    expect(conforms(report('minimal'))).toBe(true);
    expect(durationMs).toBeGreaterThan(0);
  });

  it.each(Object.entries(fixtures))(
    'finds what is wrong with %s, and nothing else',
    (name, { plants, consequences }) => {
      const failed = report(name).checks.filter(({ outcome }) => outcome === 'failed');
      for (const [id, violation] of Object.entries(plants)) {
        const violations = failed.find((check) => check.id === id)?.violations.join('\n');
        expect.soft(violations, id).toContain(violation);
      }
      const unrelated = failed.filter(({ id }) => plants[id] === undefined && !consequences?.test(id));
      expect(unrelated).toEqual([]);
    },
  );

  it('skips what cannot be tried, with the reason', () => {
    const reasons = (name: string) =>
      new Set(report(name).checks.flatMap(({ outcome, reason }) => (outcome === 'skipped' ? [reason] : [])));
    expect(reasons('wrong-manifest')).toEqual(new Set(['server.json is not valid']));
    expect(reasons('missing-program')).toEqual(new Set(['not on PATH: no-such-program-anywhere']));
    expect(reasons('no-ready-line')).toEqual(new Set(['the server does not start as it should']));
    expect(conforms(report('missing-program'))).toBe(false);
  });

  it('gives every check an id of its own', () => {
    const ids = report('minimal').checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leaves no process behind', () => {
    expect(pids.length).toBeGreaterThan(100);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('can be interrupted, and leaves no process behind then either', async () => {
    const server = await readServerFolder(join(import.meta.dirname, 'fixtures/minimal'));
    const interruption = new AbortController();
    const started: number[] = [];
    const start: StartServer = (options) => {
      const process = server.start(options);
      started.push(process.pid as number);
      // In the middle: the first checks are under way.
      if (started.length === 8) interruption.abort();
      return process;
    };
    const { checks, failedCount } = await checkServer(start, { server, signal: interruption.signal });
    expect(failedCount).toBe(0);
    expect(checks.at(-1)).toMatchObject({ outcome: 'skipped', reason: 'interrupted' });
    expect(started.filter(isRunning)).toEqual([]);
  });
});
