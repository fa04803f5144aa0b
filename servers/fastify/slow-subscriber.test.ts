import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RawConnection } from './fixtures/raw-connection.ts';
import { pushTransports, RunningServer, requestHead } from './fixtures/running-server.ts';

const filler = 'f'.repeat(65_536);

/** Publishes events of 64 KiB in round trips, so that other subscribers have time to read, until the condition holds. */
async function publishUntil(server: RunningServer, condition: () => boolean): Promise<void> {
  const most = server.newestSeq + 2_000;
  while (!condition() && server.newestSeq < most) {
    server.publish(...Array.from({ length: 8 }, (_, index) => `<${server.newestSeq + 1 + index}>${filler}`));
    await server.published();
  }
}

/** Event numbers received, in order. The last may have been cut off. */
function seqs(bytes: Buffer): number[] {
  return (bytes.toString('latin1').match(/<\d+>f{65536}/g) ?? []).map((match) => Number.parseInt(match.slice(1), 10));
}

for (const transport of pushTransports) {
  test(`${transport}: a subscriber that does not read is told why, and resumes without loss; others notice nothing`, async () => {
    await using server = await RunningServer.start();
    using reader = await RawConnection.open(server.port, requestHead(transport, 0));
    using slow = await RawConnection.open(server.port, requestHead(transport, 0));
    await slow.untilHead();
    slow.socket.pause();
    await publishUntil(server, () => server.stderr.includes('slow subscriber'));
    slow.socket.resume();
    await slow.untilEnd();

    const said = /slow subscriber .* is disconnected before event (\d+): (\d+) bytes unsent/.exec(server.stderr);
    const [next, unsentBytes] = [Number(said?.[1]), Number(said?.[2])];
    expect(unsentBytes).toBeGreaterThan(1024 * 1024);
    expect(unsentBytes).toBeLessThan(1024 * 1024 + 2 * filler.length);
    const end = slow.body.subarray(-120).toString('latin1');
    const farewell = `slow subscriber: ${unsentBytes} bytes unsent`;
    const lastWords = {
      sse: `\r\n: ${farewell}\n\n\r\n0\r\n\r\n`,
      'http-stream': 'f\n\r\n0\r\n\r\n',
      websocket: `\x88${String.fromCharCode(2 + farewell.length)}\x03\xf5${farewell}`,
    }[transport as 'sse' | 'http-stream' | 'websocket'];
    expect(end.endsWith(lastWords)).toBe(true);
    expect(seqs(slow.body)).toEqual(Array.from({ length: next - 1 }, (_, index) => index + 1));

    using resumed = await RawConnection.open(server.port, requestHead(transport, next - 1));
    const last = server.newestSeq;
    const lastEvent = `<${last}>${filler}`;
    await resumed.until('the last event', () => resumed.received.subarray(-70_000).includes(lastEvent));
    expect(seqs(resumed.body)).toEqual(Array.from({ length: last - next + 1 }, (_, index) => next + index));
    await reader.until('the last event', () => reader.received.subarray(-70_000).includes(lastEvent));
    expect(seqs(reader.body)).toHaveLength(last);
    expect(server.stderr.match(/slow subscriber/g)).toHaveLength(1);
  });
}

test.skipIf(!existsSync('/proc/self/fd'))('a dismissed subscriber that still does not read is destroyed', async () => {
  await using server = await RunningServer.start();
  const openFiles = () => readdirSync(`/proc/${server.process.pid}/fd`).length;
  const connections: RawConnection[] = [];
  using _all = { [Symbol.dispose]: () => connections.forEach((each) => void each[Symbol.dispose]()) };
  for (const transport of pushTransports) {
    const slow = await RawConnection.open(server.port, requestHead(transport, 0));
    connections.push(slow);
    await slow.untilHead();
    slow.socket.pause();
  }
  const dismissed = () => server.stderr.match(/slow subscriber/g)?.length ?? 0;
  await publishUntil(server, () => dismissed() === pushTransports.length);
  // The subscribers neither read nor close, so only the server can end these connections.
  const before = openFiles();
  await server.eventually('the end of all connections', () => openFiles() === before - pushTransports.length);
  expect(dismissed()).toBe(pushTransports.length);
});

test('a replaying subscriber that does not read is dismissed when its next event leaves the history', async () => {
  await using server = await RunningServer.start({ historyEvents: 300 });
  await publishUntil(server, () => server.newestSeq >= 300);
  for (const transport of pushTransports) {
    const after = server.newestSeq - 300;
    using slow = await RawConnection.open(server.port, requestHead(transport, after));
    await slow.untilHead();
    slow.socket.pause();
    const before = server.stderr.length;
    await publishUntil(server, () => server.stderr.length > before);
    const next = Number(/event (\d+) left the history/.exec(server.stderr.slice(before))?.[1]);
    // What it was sent is what the kernel took; 19 MiB of history are more than that.
    expect(next).toBeGreaterThan(after);
    expect(next).toBeLessThanOrEqual(after + 300);
  }
});

test.skipIf(!existsSync('/proc/self/status'))('memory stays bounded while a subscriber does not read', async () => {
  await using server = await RunningServer.start({ historyBytes: 1024 * 1024 });
  const peakBytes = () =>
    1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1]);
  // Once without a slow subscriber, so that the memory of reading the feed itself is not counted.
  await publishUntil(server, () => server.newestSeq >= 1_000);
  const before = peakBytes();
  const connections: RawConnection[] = [];
  using _all = { [Symbol.dispose]: () => connections.forEach((each) => void each[Symbol.dispose]()) };
  for (const transport of pushTransports) {
    for (let index = 0; index < 10; index += 1) {
      const slow = await RawConnection.open(server.port, requestHead(transport, server.newestSeq));
      connections.push(slow);
      await slow.untilHead();
      slow.socket.pause();
    }
  }
  // Unbounded, each of them would hold most of 128 MiB.
  await publishUntil(server, () => server.newestSeq >= 3_000);
  expect(server.stderr.match(/slow subscriber/g)).toHaveLength(connections.length);
  expect(peakBytes() - before).toBeLessThan(48 * 1024 * 1024);
});
