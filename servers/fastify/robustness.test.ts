import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../contract/random.ts';
import { transportIds } from '../contract/transports.ts';
import { RawConnection } from './fixtures/raw-connection.ts';
import { RunningServer, requestHead } from './fixtures/running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await RunningServer.start();
  server.publish('first');
  await server.published();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** One process for the whole file: it has to survive everything, and this asks it on every route. */
async function answersNextClient(on = server): Promise<void> {
  for (const transport of transportIds) {
    using connection = await RawConnection.open(on.port, requestHead(transport, 0));
    await connection.until('the first event', () => connection.body.includes('first'));
  }
  expect(on.process.exitCode).toBeNull();
}

/** Sends the bytes, half-closes, and waits until the server has ended the connection. */
async function send(bytes: Buffer | string): Promise<RawConnection> {
  using connection = await RawConnection.open(server.port, bytes);
  connection.socket.end();
  await connection.untilEnd();
  return connection;
}

test('random bytes, alone and after the beginning of a good request', async () => {
  const random = seededRandom(20_261);
  const garbage = () =>
    Buffer.from(Array.from({ length: Math.floor(random() * 400) }, () => Math.floor(random() * 256)));
  for (let round = 0; round < 300; round += 1) {
    const transport = transportIds[round % transportIds.length] ?? 'polling';
    const good = Buffer.from(requestHead(transport, 0));
    const prefix = round % 3 === 0 ? Buffer.alloc(0) : good.subarray(0, Math.floor(random() * (good.length + 1)));
    await send(Buffer.concat([prefix, garbage(), Buffer.from('\r\n\r\n')]));
  }
  await answersNextClient();
});

test('oversized headers, targets and many header fields are refused', async () => {
  const statuses = [];
  for (const request of [
    requestHead('sse', 0, `X-Large: ${'x'.repeat(100_000)}`),
    `GET /polling?after=${'1'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    requestHead('websocket', 0, ...Array.from({ length: 5_000 }, (_, index) => `X-${index}: ${'x'.repeat(50)}`)),
  ]) {
    using connection = await RawConnection.open(server.port, request);
    await connection.until('an answer or the end', () => connection.received.includes('\r\n\r\n'));
    statuses.push(Number(connection.head.split(' ')[1]));
  }
  expect(statuses).toEqual([431, 431, 431]);
  await answersNextClient();
});

test('malformed upgrade requests get an HTTP error', async () => {
  const good = requestHead('websocket', 0);
  const malformed = [
    good.replace('Version: 13', 'Version: 12'),
    good.replace('Version: 13', 'Version: x'),
    good.replace(/Sec-WebSocket-Key: \S+\r\n/, ''),
    good.replace(/Sec-WebSocket-Key: \S+/, 'Sec-WebSocket-Key: short'),
    good.replace('GET', 'POST'),
    good.replace('Upgrade: websocket', 'Upgrade: h2c'),
    good.replace('Connection: Upgrade', 'Connection: close'),
    requestHead('websocket', 0, 'Sec-WebSocket-Protocol: ,,,'),
    requestHead('websocket', 'x'),
  ];
  for (const request of malformed) {
    using connection = await RawConnection.open(server.port, request);
    await connection.untilHead();
    expect(connection.head).toMatch(/^HTTP\/1\.1 4\d\d /);
  }
  await answersNextClient();
});

test('frames that RFC 6455 forbids end that connection only', async () => {
  const bad = [
    [0x81, 0x01, 0x61], // not masked
    [0xf1, 0x80, 0, 0, 0, 0], // reserved bits
    [0x83, 0x80, 0, 0, 0, 0], // reserved opcode
    [0x09, 0x80, 0, 0, 0, 0], // fragmented ping
    [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0], // ping of 256 bytes
    [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], // 2^63 bytes
    [0x81, 0x81, 0, 0, 0, 0, 0xff], // not UTF-8
    [0x88, 0x81, 0, 0, 0, 0, 0x03], // close with half a code
  ];
  for (const frame of bad) {
    using connection = await RawConnection.open(server.port, requestHead('websocket', 1));
    await connection.untilHead();
    connection.socket.write(Buffer.from(frame));
    await connection.untilEnd();
  }
  await answersNextClient();
});

test('connections lost in the middle of a request, an answer, a stream or a hold', async () => {
  for (let round = 0; round < 40; round += 1) {
    for (const transport of transportIds) {
      const request = requestHead(transport, transport === 'long-polling' ? server.newestSeq : 0);
      using connection = await RawConnection.open(server.port, request);
      if (round % 4 > 0 && transport !== 'long-polling') await connection.untilHead();
      // Several events in flight while the connection is reset.
      server.publish('x'.repeat(20_000), 'y');
      if (round % 2 === 0) connection.socket.resetAndDestroy();
      else connection.socket.destroy();
      server.publish('z');
    }
  }
  await server.published();
  await answersNextClient();
});

test('pipelined requests are answered in order, also behind one that is held', async () => {
  using connection = await RawConnection.open(
    server.port,
    requestHead('long-polling', server.newestSeq) + requestHead('polling', server.newestSeq) + requestHead('sse', 0),
  );
  await server.published();
  server.publish('awaited');
  await connection.until('three answers', () => connection.received.includes('data: awaited'));
  expect(
    connection.received
      .toString()
      .match(/HTTP\/1\.1 \d+|text\/event-stream/g)
      ?.join(' '),
  ).toMatch(/^HTTP\/1\.1 200 HTTP\/1\.1 20[04] HTTP\/1\.1 200 text\/event-stream$/);
  await answersNextClient();
});

test('100,000 half-open requests, 4,000 at a time', async () => {
  const atOnce = 4_000;
  const halves = ['', 'G', 'GET /sse', 'GET /polling?after=0 HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow:'];
  for (let opened = 0; opened < 100_000; opened += atOnce) {
    const connections: RawConnection[] = [];
    try {
      for (let index = 0; index < atOnce; index += 500) {
        const batch = Array.from({ length: 500 }, (_, each) =>
          RawConnection.open(server.port, halves[(index + each) % halves.length] as string),
        );
        for (const opening of await Promise.allSettled(batch)) {
          if (opening.status === 'fulfilled') connections.push(opening.value);
        }
      }
      expect(connections).toHaveLength(atOnce);
      await answersNextClient();
    } finally {
      for (const connection of connections) connection.socket.resetAndDestroy();
    }
  }
  expect(server.stderr).toBe('');
}, 90_000);

// Descriptors are counted in /proc.
test.runIf(process.platform === 'linux')(
  'without free file descriptors it stays up, and serves again when there are some',
  async () => {
    const command = ['sh', '-c', 'ulimit -n 64; exec "$0" server.ts', process.execPath];
    await using limited = await RunningServer.start({}, command);
    limited.publish('first');
    await limited.published();
    const openFiles = () => readdirSync(`/proc/${limited.process.pid}/fd`).length;
    const filesBefore = openFiles();
    const connections: RawConnection[] = [];
    try {
      for (let index = 0; index < 100; index += 1) connections.push(await RawConnection.open(limited.port, 'GET /'));
    } finally {
      for (const connection of connections) connection.socket.resetAndDestroy();
    }
    // "When there are some": until then libuv accepts and closes whoever comes, and the next client would be one of them.
    while (openFiles() > filesBefore) await sleep(20);
    await answersNextClient(limited);
  },
);
