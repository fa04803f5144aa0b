import { expect, test } from 'vitest';
import { RawConnection } from './fixtures/raw-connection.ts';
import { pushTransports, RunningServer, requestHead } from './fixtures/running-server.ts';

/** The numbers in `<1><2>...`, as they were received. */
function seqs(bytes: Buffer): number[] {
  return (bytes.toString('latin1').match(/<\d+>/g) ?? []).map((match) => Number(match.slice(1, -1)));
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

test('long-polling: events published between two polls are not lost', async () => {
  await using server = await RunningServer.start();
  const count = 300;
  const got: number[] = [];
  let published = 0;
  const publishNext = () => {
    published += 1;
    server.publish(`<${published}>`);
  };
  publishNext();
  while (got.length < count) {
    const response = await server.get(`/long-polling?after=${got.length}`);
    // One event while the answer is on its way, one after it was read: both fall between two requests.
    if (published < count) publishNext();
    got.push(...seqs(Buffer.from(await response.arrayBuffer())));
    if (published < count) publishNext();
  }
  expect(got).toEqual(oneTo(count));
});

test('a lost connection in the middle of the feed: after resumes without loss or duplicate', async () => {
  await using server = await RunningServer.start();
  for (const transport of pushTransports) {
    const base = server.newestSeq;
    const got: number[] = [];
    while (got.length < 100) {
      using connection = await RawConnection.open(server.port, requestHead(transport, base + got.length));
      await connection.untilHead();
      for (let index = 0; index < 10; index += 1) server.publish(`<${server.newestSeq + 1 - base}>`);
      await connection.until('5 events', () => seqs(connection.body).length >= 5);
      got.push(...seqs(connection.body));
    }
    expect(got).toEqual(oneTo(got.length));
  }
});

test('a subscriber that joins while the feed runs gets the history and then every new event, once', async () => {
  await using server = await RunningServer.start({ maxBufferedBytes: 1000 });
  const filler = 'f'.repeat(300);
  server.publish(...oneTo(2000).map((seq) => `<${seq}>${filler}`));
  await server.published();
  for (const transport of pushTransports) {
    using connection = await RawConnection.open(server.port, requestHead(transport, 0));
    await connection.untilHead();
    for (let index = 0; index < 200; index += 1) {
      server.publish(`<${server.newestSeq + 1}>${filler}`);
      if (index % 10 === 0) await server.published();
    }
    const last = server.newestSeq;
    await connection.until(`event ${last}`, () => connection.body.includes(`<${last}>`));
    expect(seqs(connection.body)).toEqual(oneTo(last));
  }
  expect(server.stderr).toBe('');
});

test('the replay of a history far larger than maxBufferedBytes is paced by a subscriber that reads late', async () => {
  await using server = await RunningServer.start({ maxBufferedBytes: 1000 });
  const events = 300;
  const filler = 'f'.repeat(65_536);
  server.publish(...oneTo(events).map((seq) => `<${seq}>${filler}`));
  await server.published();
  for (const transport of pushTransports) {
    using connection = await RawConnection.open(server.port, requestHead(transport, 0));
    connection.socket.pause();
    // Two round trips on other connections, with a new event: time in which an unpaced replay would be written whole.
    server.publish(`<${server.newestSeq + 1}>${filler}`);
    await server.published();
    await server.published();
    connection.socket.resume();
    const last = server.newestSeq;
    await connection.until(`event ${last}`, () => connection.received.subarray(-70_000).includes(`<${last}>`));
    expect(seqs(connection.body)).toEqual(oneTo(last));
  }
  expect(server.stderr).toBe('');
});
