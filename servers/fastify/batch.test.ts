import { expect, test } from 'vitest';
import { RawConnection } from './fixtures/raw-connection.ts';
import { pushTransports, RunningServer, requestHead } from './fixtures/running-server.ts';

// RunningServer.publish feeds its events in one write, so the server reads them together.
const eight = Array.from({ length: 8 }, (_, index) => `<${index + 1}>`);

/** The numbers in `<1><2>...`, as they were received. */
function seqs(bytes: Buffer): number[] {
  return (bytes.toString('latin1').match(/<\d+>/g) ?? []).map((match) => Number(match.slice(1, -1)));
}

/** One more round trip of its own connection: by then the server has the requests that were sent before. */
async function held(server: RunningServer): Promise<void> {
  const response = await server.get(`/polling?after=${server.newestSeq}`);
  expect(response.status).toBe(204);
}

test('events that are read together reach live subscribers and held polls although the history keeps one of them', async () => {
  await using server = await RunningServer.start({ historyEvents: 1 });
  for (const transport of [...pushTransports, 'long-polling'] as const) {
    const base = server.newestSeq;
    using connection = await RawConnection.open(server.port, requestHead(transport, base));
    if (transport === 'long-polling') await held(server);
    else await connection.untilHead();
    server.publish(...eight);
    await connection.until('the last event', () => connection.body.includes('<8>'));
    expect(seqs(connection.body)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  }
});

test('a subscriber that is ahead of this process gets only what it does not have', async () => {
  await using server = await RunningServer.start();
  for (const transport of [...pushTransports, 'long-polling'] as const) {
    using connection = await RawConnection.open(server.port, requestHead(transport, server.newestSeq + 3));
    if (transport === 'long-polling') await held(server);
    else await connection.untilHead();
    server.publish('<1>');
    await server.published();
    server.publish(...eight.slice(1));
    await connection.until('the last event', () => connection.body.includes('<8>'));
    expect(seqs(connection.body)).toEqual([4, 5, 6, 7, 8]);
  }
});

test('a stream that is asked for behind another request begins when that is answered', async () => {
  await using server = await RunningServer.start();
  for (const transport of ['sse', 'http-stream'] as const) {
    const base = server.newestSeq;
    const requests = requestHead('long-polling', base) + requestHead(transport, base);
    using connection = await RawConnection.open(server.port, requests);
    await held(server);
    server.publish('<1>', '<2>');
    await connection.until('the replay', () => seqs(connection.received).length === 4);
    server.publish('<3>');
    await connection.until('a new event', () => connection.received.includes('<3>'));
    expect(seqs(connection.received)).toEqual([1, 2, 1, 2, 3]);
    expect(connection.received.toString('latin1').match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
  }
});

test('a stream that is asked for behind a request of a lost connection never begins', async () => {
  await using server = await RunningServer.start();
  {
    using _lost = await RawConnection.open(server.port, requestHead('long-polling', 0) + requestHead('sse', 0));
    await held(server);
  }
  server.publish('<1>');
  using next = await RawConnection.open(server.port, requestHead('sse', 0));
  await next.until('the event', () => next.body.includes('<1>'));
  expect([server.process.exitCode, server.stderr]).toEqual([null, '']);
});

test('no frame follows the close frame of a websocket, and what was sent before arrives', async () => {
  await using server = await RunningServer.start({ maxBufferedBytes: 64 * 1024 * 1024 });
  using closing = await RawConnection.open(server.port, requestHead('websocket', 0));
  await closing.untilHead();
  closing.socket.pause();
  // More than the kernel takes, so that the answer to the close waits behind them.
  const filler = 'f'.repeat(65_536);
  for (let round = 0; round < 40; round += 1) {
    server.publish(...eight.map((text) => text + filler));
    await server.published();
  }
  // A masked close frame without a code.
  closing.socket.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
  for (let round = 0; round < 20; round += 1) {
    server.publish('late');
    await server.published();
  }
  closing.socket.resume();
  await closing.untilEnd();
  expect(closing.body.subarray(-2)).toEqual(Buffer.from([0x88, 0]));
  expect(seqs(closing.body)).toHaveLength(40 * 8);
});
