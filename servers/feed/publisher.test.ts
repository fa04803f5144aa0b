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
import type { PublisherResult } from '../contract/publisher.ts';
import { describeFeed } from './event-lines.ts';
import { dueTimesUs } from './schedule.ts';

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
  stampsUs: number[];
}

/** Runs the publisher process against a stand-in until it ends. */
async function publish(feed: Feed, server: { stdin: Socket }, giveUpAfterMs = 5_000): Promise<Published> {
  const publishedLogPath = join(folder, 'published');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'publisher.ts')], {
    stdio: ['pipe', 'pipe', 'inherit', server.stdin],
  });
  children.push(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const originUs = nowUs() + 500_000;
  child.stdin?.end(JSON.stringify({ feed, originUs, publishedLogPath, giveUpAfterMs, parentPid: process.pid }));
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  const log = new PublishedLogReader(publishedLogPath);
  const result = JSON.parse(output) as PublisherResult;
  const stampsUs = Array.from({ length: result.published }, (_, index) => log.stampUs(index + 1) ?? Number.NaN);
  expect(log.stampUs(result.published + 1)).toBeNull();
  log.close();
  server.stdin.destroy();
  return { result, originUs, stampsUs };
}

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
    const server = standIn('setTimeout(() => process.stdin.resume(), 1800)');
    const { result, originUs, stampsUs } = await publish(feed, server);
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
});
