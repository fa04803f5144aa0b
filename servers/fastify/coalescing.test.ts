import { expect, test } from 'vitest';
import { processUsage } from '../launch/process-usage.ts';
import { RawConnection } from './fixtures/raw-connection.ts';
import { pushTransports, RunningServer, requestHead } from './fixtures/running-server.ts';

const EVENTS = 8;
const ALL = '<1><2><3><4><5><6><7><8>';
/** Of each transport that keeps a connection or a request open. */
const SUBSCRIBERS = 10;

const seqs = (bytes: Buffer | string) => bytes.toString('latin1').match(/<\d+>/g)?.join('');

/** Feeds the events one after another; a poll between two of them finds nothing. */
async function publishEach(server: RunningServer): Promise<void> {
  for (let index = 0; index < EVENTS; index += 1) {
    server.publish(`<${server.newestSeq + 1}>`);
    expect((await server.get('/polling?after=0')).status).toBe(204);
  }
}

/** The polls of publishEach come after the requests of these on the same server, so it has them by then. */
async function subscribe(server: RunningServer, connections: DisposableStack): Promise<RawConnection[]> {
  const subscribers: RawConnection[] = [];
  for (const transport of ['long-polling', ...pushTransports] as const) {
    for (let index = 0; index < SUBSCRIBERS; index += 1) {
      const connection = connections.use(await RawConnection.open(server.port, requestHead(transport, 0)));
      if (transport !== 'long-polling') await connection.untilHead();
      subscribers.push(connection);
    }
  }
  return subscribers;
}

test('the events of a window reach every transport together, and cost each subscriber one write', async () => {
  await using server = await RunningServer.start({ coalesceMs: 1_000 });
  using connections = new DisposableStack();
  const subscribers = await subscribe(server, connections);
  await publishEach(server);
  const before = processUsage(server.process.pid ?? 0);
  for (const each of subscribers) await each.until('the last event', () => each.body.includes(`<${EVENTS}>`));
  const after = processUsage(server.process.pid ?? 0);
  expect(subscribers.map(({ body }) => seqs(body))).toEqual(subscribers.map(() => ALL));
  expect(seqs(await (await server.get('/polling?after=0')).text())).toBe(ALL);
  if (process.platform === 'linux') {
    const writeCalls = (after?.writeCalls ?? Number.NaN) - (before?.writeCalls ?? Number.NaN);
    // Node wakes threads of its own now and then, by a write to an eventfd.
    expect(writeCalls).toBeGreaterThanOrEqual(subscribers.length);
    expect(writeCalls).toBeLessThan(subscribers.length + SUBSCRIBERS);
  }
});

test.each(['end of input', 'SIGTERM'])('a stop by %s delivers what is kept back first', async (how) => {
  await using server = await RunningServer.start({ coalesceMs: 60_000 });
  using connections = new DisposableStack();
  const subscribers = await subscribe(server, connections);
  await publishEach(server);
  if (how === 'SIGTERM') server.process.kill('SIGTERM');
  else server.process.stdin.end();
  for (const each of subscribers) await each.until('the last event', () => each.body.includes(`<${EVENTS}>`));
  expect(subscribers.map(({ body }) => seqs(body))).toEqual(subscribers.map(() => ALL));
  // The websockets here do not answer the closing handshake, which the server would wait for.
  connections.dispose();
  expect(await server.exit()).toEqual({ code: 0, signal: null });
});
