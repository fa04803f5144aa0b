import { expect, test } from 'vitest';
import { RawConnection } from './fixtures/raw-connection.ts';
import { pushTransports, RunningServer, requestHead } from './fixtures/running-server.ts';

const texts = ['a', '', 'zwölf', '{"x":[1,2]}', ' two  spaces ', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(65_536)];

/** One HTTP/1.1 chunk: RFC 9112 7.1. */
function chunk(data: string): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** One unmasked, unfragmented text frame: RFC 6455 5.2. */
function frame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const m = bytes.length;
  if (m <= 125) return Buffer.concat([Buffer.from([0x81, m]), bytes]);
  if (m <= 65_535) return Buffer.concat([Buffer.from([0x81, 126, m >> 8, m & 0xff]), bytes]);
  return Buffer.concat([Buffer.from([0x81, 127, 0, 0, 0, 0, 0, m >> 16, (m >> 8) & 0xff, m & 0xff]), bytes]);
}

const encoders: Record<string, (text: string, seq: number) => Buffer> = {
  sse: (text, seq) => chunk(`id: ${seq}\ndata: ${text}\n\n`),
  'http-stream': (text) => chunk(`${text}\n`),
  websocket: frame,
};

for (const transport of pushTransports) {
  test(`${transport}: every byte of live and replayed events`, async () => {
    await using server = await RunningServer.start();
    using live = await RawConnection.open(server.port, requestHead(transport, 0));
    await live.untilHead();
    server.publish(...texts);
    const expected = Buffer.concat(texts.map((text, index) => encoders[transport]?.(text, index + 1) as Buffer));
    await live.untilBody(expected.length);
    expect(live.body.equals(expected)).toBe(true);

    using replayed = await RawConnection.open(server.port, requestHead(transport, 3));
    const rest = Buffer.concat(texts.slice(3).map((text, index) => encoders[transport]?.(text, index + 4) as Buffer));
    await replayed.untilBody(rest.length);
    expect(replayed.body.equals(rest)).toBe(true);
  });
}

test('overhead per event of 100 bytes is what theory gives: websocket 2, http-stream 1 + 6, sse 8 + 5 + |id| + 6', async () => {
  await using server = await RunningServer.start();
  const overhead: Record<string, number> = {};
  for (const transport of pushTransports) {
    using connection = await RawConnection.open(server.port, requestHead(transport, server.newestSeq));
    await connection.untilHead();
    server.publish('e'.repeat(100));
    await connection.untilBody(102);
    using replay = await RawConnection.open(server.port, requestHead(transport, server.newestSeq - 1));
    await replay.untilBody(connection.body.length);
    expect(replay.body.equals(connection.body)).toBe(true);
    overhead[transport] = connection.body.length - 100;
  }
  expect(overhead).toEqual({ sse: 8 + 5 + 1 + 6, 'http-stream': 1 + 6, websocket: 2 });
});

test('polling and long-polling: one line for each event, with Content-Length, and the connection stays', async () => {
  await using server = await RunningServer.start();
  server.publish(...texts);
  await server.published();
  for (const transport of ['polling', 'long-polling'] as const) {
    using connection = await RawConnection.open(server.port, requestHead(transport, 2));
    const body = Buffer.from(texts.slice(2).join('\n').concat('\n'));
    await connection.untilBody(body.length);
    expect(connection.body.equals(body)).toBe(true);
    expect(connection.head).toMatch(/^HTTP\/1\.1 200 /);
    expect(connection.head.toLowerCase()).toContain(`content-length: ${body.length}`);
    expect(connection.head.toLowerCase()).toContain('content-type: application/x-ndjson');
    expect(connection.head.toLowerCase()).toContain('cache-control: no-store');
    const before = connection.received.length;
    connection.socket.write(requestHead(transport, 0));
    await connection.until('a second answer', () => connection.received.subarray(before).includes(`${texts[0]}\n\n`));
  }
});

test('heads of the streams: chunked, no-store, their types', async () => {
  await using server = await RunningServer.start();
  for (const [transport, type] of [
    ['sse', 'text/event-stream'],
    ['http-stream', 'application/x-ndjson'],
  ] as const) {
    using connection = await RawConnection.open(server.port, requestHead(transport, 0));
    await connection.untilHead();
    const head = connection.head.toLowerCase();
    expect(head).toMatch(/^http\/1\.1 200 /);
    expect(head).toContain('transfer-encoding: chunked');
    expect(head).toContain('cache-control: no-store');
    expect(head).toContain(`content-type: ${type}`);
    expect(head).not.toContain('content-length');
  }
});

test('an answer is bounded: it ends with the event that takes it past 1 MiB, and the next one goes on from there', async () => {
  await using server = await RunningServer.start();
  const large = Array.from({ length: 4 }, (_, index) => String(index).repeat(600_000));
  server.publish(...large);
  await server.published();
  for (const transport of ['polling', 'long-polling']) {
    const first = await (await server.get(`/${transport}?after=0`)).text();
    expect(first).toBe(`${large[0]}\n${large[1]}\n`);
    const second = await (await server.get(`/${transport}?after=2`)).text();
    expect(second).toBe(`${large[2]}\n${large[3]}\n`);
  }
});

test('heartbeats: a comment, a space, a ping', async () => {
  await using server = await RunningServer.start({ heartbeatMs: 40 });
  const heartbeats = { sse: chunk(':\n\n'), 'http-stream': chunk(' \n'), websocket: Buffer.from([0x89, 0]) };
  for (const transport of pushTransports) {
    using connection = await RawConnection.open(server.port, requestHead(transport, server.newestSeq));
    const heartbeat = heartbeats[transport as keyof typeof heartbeats];
    await connection.untilBody(heartbeat.length * 3);
    expect(connection.body.subarray(0, heartbeat.length * 3).equals(Buffer.concat(Array(3).fill(heartbeat)))).toBe(
      true,
    );
  }
});

test('no heartbeat while events come more often', async () => {
  const heartbeatMs = 600;
  await using server = await RunningServer.start({ heartbeatMs });
  using connection = await RawConnection.open(server.port, requestHead('http-stream', 0));
  await connection.untilHead();
  // Twice the interval in all: a timer that events do not put off would have fired.
  const events = Array.from({ length: 24 }, (_, index) => `event ${index + 1}`);
  for (const [index, text] of events.entries()) {
    server.publish(text);
    await connection.until(text, () => connection.body.includes(`${text}\n`));
    if (index < events.length - 1) await new Promise((resolve) => setTimeout(resolve, heartbeatMs / 12));
  }
  expect(connection.body.toString()).toBe(events.map((text) => chunk(`${text}\n`).toString()).join(''));
});
