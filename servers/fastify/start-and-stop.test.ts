import { once } from 'node:events';
import { createServer } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import readySchema from '../contract/ready.schema.json' with { type: 'json' };
import { transportIds } from '../contract/transports.ts';
import { RawConnection } from './fixtures/raw-connection.ts';
import { pushTransports, RunningServer, requestHead } from './fixtures/running-server.ts';

test('the first line of stdout says ready, and nothing else is written there', async () => {
  await using server = await RunningServer.start();
  expect(JSON.parse(server.stdout)).toEqual({ ready: true, contractVersion: 1, port: server.port });
  expect(new Ajv2020().compile(readySchema)(JSON.parse(server.stdout))).toBe(true);
  server.publish('1');
  await server.published();
  expect(server.stdout.match(/\n/g)).toHaveLength(1);
});

test('refuses to start with every problem of the environment, exit 2, no ready line', async () => {
  await using server = new RunningServer({
    BENCH_HOST: '',
    BENCH_PORT: '70000',
    BENCH_OPTIONS:
      '{"compression":true,"heartbeatMs":0,"historyEvents":"5","longPollTimeoutMs":1e10,"maxBufferedBytes":1.5}',
  });
  expect((await server.exit()).code).toBe(2);
  expect(server.stdout).toBe('');
  for (const word of ['BENCH_HOST', 'BENCH_PORT', 'compression', 'heartbeatMs', 'historyEvents', 'longPollTimeoutMs']) {
    expect(server.stderr).toContain(word);
  }
  expect(server.stderr.trim().split('\n')).toHaveLength(7);
});

test('BENCH_OPTIONS that is no JSON object is refused', async () => {
  for (const value of ['', '{', '[]', 'null', '5']) {
    await using server = new RunningServer({ BENCH_OPTIONS: value });
    expect([value, (await server.exit()).code]).toEqual([value, 2]);
    expect(server.stderr).toContain('BENCH_OPTIONS must be a JSON object');
  }
});

test('a port in use: exit 1 with the address and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  try {
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await using server = new RunningServer({ BENCH_PORT: String(port) });
    expect((await server.exit()).code).toBe(1);
    expect(server.stderr).toContain(`127.0.0.1:${port}`);
    expect(server.stderr).toContain('BENCH_PORT=0');
    expect(server.stdout).toBe('');
  } finally {
    other.close();
  }
});

test('a broken feed: exit 1 with the reason', async () => {
  const broken: [string, RegExp][] = [
    ['2 a\n', /expected event 1, got event 2/],
    ['1 a\n3 c\n', /expected event 2, got event 3/],
    ['1 a\n1 a\n', /expected event 2, got event 1/],
    ['01 a\n', /begins with "01 a"/],
    ['{"seq":1}\n', /expected "1 TEXT"/],
    ['\n', /expected "1 TEXT"/],
    ['1 a\r\n', /CR/],
    ['1  \n', /single space/],
    [`1 ${'x'.repeat(1024 * 1024 + 1)}\n`, /at most 1048576/],
  ];
  for (const [feed, reason] of broken) {
    await using server = await RunningServer.start();
    server.process.stdin.write(feed);
    expect((await server.exit()).code, feed.slice(0, 20)).toBe(1);
    expect(server.stderr).toMatch(reason);
  }
});

const stops: [string, (server: RunningServer) => void][] = [
  ['the end of stdin', (server) => server.process.stdin.end()],
  ['SIGTERM', (server) => server.process.kill('SIGTERM')],
];

for (const [name, stop] of stops) {
  test(`${name}: everything read is delivered, every transport ends properly, exit 0 under 5 s`, async () => {
    await using server = await RunningServer.start();
    using idle = await RawConnection.open(server.port, requestHead('polling', 0));
    using poll = await RawConnection.open(server.port, requestHead('long-polling', 500));
    using sse = await RawConnection.open(server.port, requestHead('sse', 0));
    using stream = await RawConnection.open(server.port, requestHead('http-stream', 0));
    using websocket = await RawConnection.open(server.port, requestHead('websocket', 0));
    for (const each of [idle, sse, stream, websocket]) await each.untilHead();
    server.publish(...Array.from({ length: 500 }, (_, index) => `<${index + 1}>`));
    if (name === 'SIGTERM') await server.published();
    const startedAt = performance.now();
    stop(server);
    // A websocket ends when its subscriber has answered the close frame; this one has a masked, empty payload.
    await websocket.until('the close frame', () => websocket.body.includes(Buffer.from([0x88, 2, 0x03, 0xe9])));
    websocket.socket.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
    expect(await server.exit()).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    for (const each of [sse, stream, websocket, poll, idle]) await each.untilEnd();
    for (const each of [sse, stream, websocket]) expect(each.body.toString('latin1').match(/<\d+>/g)).toHaveLength(500);
    for (const each of [sse, stream]) expect(each.body.toString().endsWith('\r\n0\r\n\r\n')).toBe(true);
    expect(poll.head).toMatch(/^HTTP\/1\.1 204 /);
    // Or the subscriber would send its next poll into a connection that is being closed.
    expect(poll.head).toMatch(/^connection: close$/im);
    expect(server.stderr).toBe('');
  });
}

test('the end of stdin: subscribers in the middle of a replay get the rest first', async () => {
  await using server = await RunningServer.start();
  const events = 300;
  const filler = 'f'.repeat(65_536);
  server.publish(...Array.from({ length: events }, (_, index) => `<${index + 1}>${filler}`));
  await server.published();
  const connections: RawConnection[] = [];
  using _all = { [Symbol.dispose]: () => connections.forEach((each) => void each[Symbol.dispose]()) };
  for (const transport of pushTransports) {
    const connection = await RawConnection.open(server.port, requestHead(transport, 0));
    connections.push(connection);
    await connection.until('its first event', () => connection.received.includes('<1>'));
  }
  server.process.stdin.end();
  for (const connection of connections) {
    await connection.until('its last event', () => connection.received.subarray(-70_000).includes(`<${events}>`));
    expect(connection.body.toString('latin1').match(/<\d+>/g)).toHaveLength(events);
  }
  connections.at(-1)?.socket.end();
  expect((await server.exit()).code).toBe(0);
});

test('subscribers that read nothing, never close or never finish their request do not hold up the stop', async () => {
  await using server = await RunningServer.start();
  const filler = 'f'.repeat(1024 * 1024);
  server.publish(...Array.from({ length: 40 }, () => filler));
  await server.published();
  const connections: RawConnection[] = [];
  using _all = { [Symbol.dispose]: () => connections.forEach((each) => void each[Symbol.dispose]()) };
  for (const transport of transportIds) {
    const connection = await RawConnection.open(server.port, requestHead(transport, 0));
    connections.push(connection);
    await connection.untilHead();
    connection.socket.pause();
  }
  connections.push(await RawConnection.open(server.port, 'GET /polling HTTP/1.1\r\nHost:'));
  const startedAt = performance.now();
  server.process.stdin.end();
  expect((await server.exit()).code).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
