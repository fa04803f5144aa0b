import { expect, test } from 'vitest';
import { transportIds } from '../contract/transports.ts';
import { RawConnection } from './fixtures/raw-connection.ts';
import { pushTransports, RunningServer, requestHead } from './fixtures/running-server.ts';

/** The status and JSON body of a refusal, seen on a raw socket, so that websocket is asked like the others. */
async function refusal(
  server: RunningServer,
  request: string,
): Promise<{ status: number; body: unknown; head: string }> {
  using connection = await RawConnection.open(server.port, request);
  await connection.untilHead();
  const length = Number(/content-length: (\d+)/i.exec(connection.head)?.[1]);
  await connection.untilBody(length);
  return {
    status: Number(connection.head.split(' ')[1]),
    head: connection.head.toLowerCase(),
    body: JSON.parse(connection.body.toString()),
  };
}

test('400 with a reason on all routes', async () => {
  await using server = await RunningServer.start();
  const queries = ['after=', 'after=-1', 'after=01', 'after=1.0', 'after=1e3', 'after=x', 'after=0x1', 'after=%201'];
  queries.push(
    'after=12345678901234567',
    'after',
    'after=1&after=1',
    'after=1&since=2',
    'since=2',
    'AFTER=1',
    '__proto__=1',
  );
  for (const transport of transportIds) {
    for (const query of queries) {
      const request = requestHead(transport, 0).replace('after=0', query);
      const { status, body, head } = await refusal(server, request);
      expect({ transport, query, status, body }).toEqual({
        transport,
        query,
        status: 400,
        body: { error: expect.stringMatching(/after|since/i.test(query) ? /after|query key/ : /query key/) },
      });
      expect(head).toContain('content-type: application/json');
      expect(head).toContain('cache-control: no-store');
    }
  }
});

test('after absent, 0, ahead of the feed, of 16 digits and percent-encoded are valid', async () => {
  await using server = await RunningServer.start();
  server.publish('one', 'two');
  await server.published();
  const statusAndText = async (path: string) => {
    const response = await server.get(path);
    return [response.status, await response.text()];
  };
  expect(await statusAndText('/polling')).toEqual([200, 'one\ntwo\n']);
  expect(await statusAndText('/polling?')).toEqual([200, 'one\ntwo\n']);
  expect(await statusAndText('/polling?after=0')).toEqual([200, 'one\ntwo\n']);
  expect(await statusAndText('/polling?after=%31')).toEqual([200, 'two\n']);
  expect(await statusAndText('/polling?after=2')).toEqual([204, '']);
  expect(await statusAndText('/polling?after=9999999999999999')).toEqual([204, '']);
});

test('410 with the oldest event held, on all routes, exactly from where events are lost', async () => {
  await using server = await RunningServer.start({ historyEvents: 3 });
  server.publish('1', '2', '3', '4', '5');
  await server.published();
  for (const transport of transportIds) {
    const { status, body, head } = await refusal(server, requestHead(transport, 1));
    expect({ transport, status, body }).toEqual({ transport, status: 410, body: { oldestSeq: 3 } });
    expect(head).toContain('content-type: application/json');
    using accepted = await RawConnection.open(server.port, requestHead(transport, 2));
    await accepted.untilHead();
    expect(accepted.head).toMatch(transport === 'websocket' ? / 101 / : / 200 /);
  }
});

test('historyBytes bounds the history too, and the newest event is always held', async () => {
  await using server = await RunningServer.start({ historyBytes: 250 });
  server.publish('a'.repeat(100), 'b'.repeat(100), 'c'.repeat(100));
  await server.published();
  expect(await (await server.get('/polling?after=0')).json()).toEqual({ oldestSeq: 2 });
  server.publish('d'.repeat(1000));
  await server.published();
  expect(await (await server.get('/polling?after=2')).json()).toEqual({ oldestSeq: 4 });
  expect(await (await server.get('/polling?after=3')).text()).toBe(`${'d'.repeat(1000)}\n`);
});

test('polling answers 204 at once; long-polling only at its timeout', async () => {
  const longPollTimeoutMs = 150;
  await using server = await RunningServer.start({ longPollTimeoutMs });
  const polled = await server.get('/polling?after=0');
  expect([polled.status, polled.headers.get('cache-control')]).toEqual([204, 'no-store']);
  const startedAt = performance.now();
  const held = await server.get('/long-polling?after=0');
  expect([held.status, held.headers.get('cache-control')]).toEqual([204, 'no-store']);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(longPollTimeoutMs - 1);
});

test('an after ahead of the feed waits for the event after it', async () => {
  await using server = await RunningServer.start();
  server.publish('1');
  await server.published();
  using poll = await RawConnection.open(server.port, requestHead('long-polling', 3));
  const streams = [];
  using stream = await RawConnection.open(server.port, requestHead('http-stream', 3));
  using websocket = await RawConnection.open(server.port, requestHead('websocket', 3));
  using sse = await RawConnection.open(server.port, requestHead('sse', 3));
  streams.push(stream, websocket, sse);
  for (const each of streams) await each.untilHead();
  // The held request was sent before those of the streams, which have been answered.
  server.publish('2', '3', 'four');
  await poll.untilBody(5);
  expect(poll.body.toString()).toBe('four\n');
  for (const each of streams) await each.until('four', () => each.body.includes('four'));
  expect(stream.body.toString()).toBe('5\r\nfour\n\r\n');
  expect(websocket.body.toString('latin1')).toBe('\x81\x04four');
  expect(sse.body.toString()).toBe('12\r\nid: 4\ndata: four\n\n\r\n');
});

test('Last-Event-ID wins over after; a malformed one is refused', async () => {
  await using server = await RunningServer.start();
  server.publish('1', '2', '3');
  await server.published();
  using resumed = await RawConnection.open(server.port, requestHead('sse', 0, 'Last-Event-ID: 2'));
  await resumed.until('event 3', () => resumed.body.includes('data: 3'));
  expect(resumed.body.toString()).toBe('f\r\nid: 3\ndata: 3\n\n\r\n');
  for (const value of ['x', '-1', '1, 2', '']) {
    const { status, body } = await refusal(server, requestHead('sse', 0, `Last-Event-ID: ${value}`));
    expect({ value, status, body }).toEqual({
      value,
      status: 400,
      body: { error: expect.stringContaining('Last-Event-ID') },
    });
  }
});

test('other methods and paths are not found, and a plain GET of /websocket is told what to do', async () => {
  await using server = await RunningServer.start();
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
    for (const transport of transportIds) {
      const response = await fetch(`${server.origin}/${transport}`, { method });
      await response.arrayBuffer();
      expect([404, 405], `${method} /${transport}`).toContain(response.status);
    }
  }
  for (const path of ['/', '/Polling', '/polling/', '/sse/x', '/%zz', '//polling']) {
    const response = await server.get(path);
    expect([path, response.status >= 400 && response.status < 500]).toEqual([path, true]);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  }
  const plain = await server.get('/websocket');
  expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
  expect(await plain.json()).toEqual({ error: expect.stringContaining('handshake') });
});

test('a handshake on another route is an ordinary request', async () => {
  await using server = await RunningServer.start();
  server.publish('1');
  await server.published();
  const request = requestHead('websocket', 0).replace('/websocket', '/polling');
  using connection = await RawConnection.open(server.port, request);
  await connection.untilBody(2);
  expect(connection.head).toMatch(/ 200 /);
});

test('all subscribers of all transports get the same events in order', async () => {
  await using server = await RunningServer.start();
  const count = 500;
  const connections: RawConnection[] = [];
  using _all = { [Symbol.dispose]: () => connections.forEach((each) => void each[Symbol.dispose]()) };
  for (const transport of pushTransports) {
    for (let index = 0; index < 20; index += 1) {
      connections.push(await RawConnection.open(server.port, requestHead(transport, 0)));
    }
  }
  for (let seq = 1; seq <= count; seq += 1) server.publish(`<${seq}>`);
  const expected = Array.from({ length: count }, (_, index) => `<${index + 1}>`).join('');
  for (const connection of connections) {
    await connection.until('the last event', () => connection.body.includes(`<${count}>`));
    expect(connection.body.toString('latin1').match(/<\d+>/g)?.join('')).toBe(expected);
  }
});
