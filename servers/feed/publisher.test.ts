import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowUs } from '../contract/clock.ts';
import type { Feed } from '../contract/feed.ts';
import { PublishedLogReader } from '../contract/published-log.ts';
import type { PublisherConfig, PublisherResult } from '../contract/publisher.ts';
import { dueTimesUs } from '../contract/schedule.ts';
import { describeFeed } from './event-lines.ts';

const steady: Feed = {
  seed: 5,
  payloadBytes: 100,
  schedule: { kind: 'poisson' },
  eventsPerSec: 400,
  durationMs: 1_000,
};

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'publisher-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A stand-in for a server: a Node script with the feed on its stdin. */
function standIn(script: string): ChildProcess & { stdin: Socket } {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  child.stdin.on('error', () => {});
  return child as unknown as ChildProcess & { stdin: Socket };
}

interface Published {
  result: PublisherResult;
  originUs: number;
  /** When each event was first handed over. */
  stampsUs: number[];
  /** When the last of several servers had it. */
  toAllUs: number[];
}

type StandIn = { stdin: Socket };

/** Runs the publisher process against a stand-in, or several of them, until it ends. */
async function publish(
  feed: Feed,
  to: StandIn | StandIn[],
  giveUpAfterMs = 5_000,
  whenPlanned: (originUs: number) => void = () => {},
): Promise<Published> {
  const servers = [to].flat();
  const publishedLogPath = join(folder, 'published');
  const publishedToAllLogPath = servers.length === 1 ? null : join(folder, 'published-to-all');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'publisher.ts')], {
    stdio: ['pipe', 'pipe', 'inherit', ...servers.map((server) => server.stdin)],
  });
  children.push(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const originUs = nowUs() + 500_000;
  whenPlanned(originUs);
  const config: PublisherConfig = {
    feed,
    originUs,
    serverProcesses: servers.length,
    publishedLogPath,
    publishedToAllLogPath,
    giveUpAfterMs,
    realTime: false,
    parentPid: process.pid,
  };
  child.stdin?.end(JSON.stringify(config));
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  const result = JSON.parse(output) as PublisherResult;
  const stampsUs = readStamps(publishedLogPath);
  const toAllUs = publishedToAllLogPath === null ? stampsUs : readStamps(publishedToAllLogPath);
  expect(toAllUs.length).toBe(result.published);
  for (const server of servers) server.stdin.destroy();
  return { result, originUs, stampsUs, toAllUs };
}

function readStamps(path: string): number[] {
  const log = new PublishedLogReader(path);
  const stampsUs: number[] = [];
  for (let seq = 1, stampUs = log.stampUs(seq); stampUs !== null; seq += 1, stampUs = log.stampUs(seq)) {
    stampsUs.push(stampUs);
  }
  log.close();
  return stampsUs;
}

/** A stand-in does this when it is told to, by SIGUSR2, and until then does not read. */
const whenTold = (action: string) =>
  `const waiting = setTimeout(() => {}, 60000); process.on('SIGUSR2', () => { clearTimeout(waiting); ${action}; });`;

/** Tells a stand-in to read 0.4 s after the last event of a feed of a second was due, whatever the start of processes took. */
const tellAfterFeed = (server: ChildProcess) => (originUs: number) => {
  setTimeout(() => server.kill('SIGUSR2'), (originUs - nowUs()) / 1000 + 1_400);
};

describe('the publisher process', () => {
  it('hands over every event of the feed, byte for byte, never before it is due', async () => {
    const server = standIn('process.stdin.pipe(process.stdout)');
    const received = createHash('sha256');
    server.stdout?.on('data', (bytes: Buffer) => received.update(bytes));
    const { result, originUs, stampsUs } = await publish(steady, server);
    await once(server, 'close');
    const { events, sha256 } = describeFeed(steady);
    expect(result).toMatchObject({ events, published: events, feedSha256: sha256, stoppedBecause: null });
    expect(received.digest('hex')).toBe(sha256);
    const latenessUs = [...dueTimesUs(steady)].map((dueUs, index) => (stampsUs[index] as number) - originUs - dueUs);
    expect(Math.min(...latenessUs)).toBeGreaterThanOrEqual(0);
  });

  it('keeps to the schedule while the server does not read, and says how far it fell behind', async () => {
    // 4 KiB events overfill any pipe within the second in which nothing is read.
    const feed: Feed = { ...steady, payloadBytes: 4_096 };
    const { events, sha256 } = describeFeed(feed);
    const server = standIn(whenTold('process.stdin.resume()'));
    const { result, originUs, stampsUs } = await publish(feed, server, 5_000, tellAfterFeed(server));
    expect(result).toMatchObject({ events, published: events, feedSha256: sha256, stoppedBecause: null });
    expect(result.peakBacklogEvents).toBeGreaterThan(events / 2);
    // The first events went out in time, into the pipe; the last had to wait until the server read again.
    expect((stampsUs[0] as number) - originUs - (dueTimesUs(feed)[0] as number)).toBeLessThan(200_000);
    expect((stampsUs.at(-1) as number) - originUs - (dueTimesUs(feed).at(-1) as number)).toBeGreaterThan(300_000);
  });

  it('gives up on a server that never reads, and says how much was not accepted', async () => {
    const feed: Feed = { ...steady, payloadBytes: 16_384, durationMs: 500 };
    const server = standIn('setTimeout(() => {}, 60000)');
    const { result } = await publish(feed, server, 300);
    expect(result.published).toBeLessThan(result.events);
    expect(result.stoppedBecause).toBe(
      `the server stopped reading its standard input: ${result.events - result.published} of ${result.events} events were never accepted`,
    );
  });

  it('says so when the server closes its input', async () => {
    const server = standIn('process.stdin.once("data", () => process.exit(0))');
    const { result } = await publish(steady, server);
    expect(result.stoppedBecause).toMatch(/^the server closed its standard input after event \d+$/);
  });

  it('publishes events that are due at one moment together', async () => {
    const feed: Feed = { ...steady, schedule: { kind: 'burst', eventsPerBurst: 50 } };
    const server = standIn('process.stdin.resume()');
    const { stampsUs } = await publish(feed, server);
    for (let burst = 0; burst < 8; burst += 1) {
      expect(new Set(stampsUs.slice(burst * 50, burst * 50 + 50)).size).toBe(1);
    }
  });

  it('gives several servers the same feed, and none waits for one that does not read', async () => {
    const feed: Feed = { ...steady, payloadBytes: 4_096 };
    const { events, sha256 } = describeFeed(feed);
    const late = standIn(whenTold('process.stdin.pipe(process.stdout)'));
    const prompt = [standIn('process.stdin.pipe(process.stdout)'), standIn('process.stdin.pipe(process.stdout)')];
    const servers = [prompt[0] as typeof late, late, prompt[1] as typeof late];
    const received = servers.map((server) => {
      const hash = createHash('sha256');
      server.stdout?.on('data', (bytes: Buffer) => hash.update(bytes));
      return hash;
    });
    const ended = servers.map((server) => once(server, 'close'));
    const { result, originUs, stampsUs, toAllUs } = await publish(feed, servers, 5_000, tellAfterFeed(late));
    await Promise.all(ended);
    expect(result).toMatchObject({ events, published: events, feedSha256: sha256, stoppedBecause: null });
    expect(received.map((hash) => hash.digest('hex'))).toEqual([sha256, sha256, sha256]);
    expect(result.peakBacklogEvents).toBeGreaterThan(events / 2);
    const dueUs = dueTimesUs(feed);
    const lateUs = (stamps: number[]) => stamps.map((stampUs, index) => stampUs - originUs - (dueUs[index] as number));
    // The prompt ones got everything while the late one had not begun to read.
    expect(stampsUs.length).toBe(events);
    expect(Math.min(...lateUs(stampsUs))).toBeGreaterThanOrEqual(0);
    expect(lateUs(stampsUs).at(-1)).toBeLessThan(200_000);
    expect(lateUs(toAllUs).at(-1)).toBeGreaterThan(300_000);
    expect(toAllUs.every((toAll, index) => toAll >= (stampsUs[index] as number))).toBe(true);
  });

  it.each([
    ['never reads', 'setTimeout(() => {}, 60000)', /^server process 2 of 2 stopped reading its standard input: \d+ of/],
    [
      'closes its input',
      'process.stdin.once("data", () => process.exit(0))',
      /^server process 2 of 2 closed its standard input after event \d+$/,
    ],
  ])('names the one of several servers that %s', async (_, script, message) => {
    const feed: Feed = { ...steady, payloadBytes: 16_384, durationMs: 500 };
    const { result, stampsUs } = await publish(feed, [standIn('process.stdin.resume()'), standIn(script)], 300);
    expect(result.stoppedBecause).toMatch(message);
    expect(result.published).toBeLessThan(result.events);
    expect(stampsUs.length).toBeGreaterThanOrEqual(result.published);
  });
});
