import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { CONTRACT_VERSION, type ReadyLine } from '../contract/ready.ts';
import { type TransportId, transportIds } from '../contract/transports.ts';
import { createApp } from './app.ts';
import { Coalescer } from './coalescer.ts';
import { encodeEvent, type FeedEvent } from './event.ts';
import { FeedError, FeedInput } from './feed-input.ts';
import { History } from './history.ts';
import { type Configuration, parseConfiguration } from './options.ts';
import type { OfferTransport, Transport } from './transport.ts';
import { offerHttpStream } from './transports/http-stream.ts';
import { offerLongPolling } from './transports/long-polling.ts';
import { offerPolling } from './transports/polling.ts';
import { offerSse } from './transports/sse.ts';
import { offerWebsocket } from './transports/websocket.ts';

/** Every transport of the contract; a forgotten one does not compile. */
const offers: Record<TransportId, OfferTransport> = {
  polling: offerPolling,
  'long-polling': offerLongPolling,
  sse: offerSse,
  'http-stream': offerHttpStream,
  websocket: offerWebsocket,
};

/** Connections that have not finished by then are destroyed; the contract gives 5 s in all. */
const STOP_MS = 4_000;

/** Many subscribers connect at once; the kernel lowers this to its own limit (net.core.somaxconn). */
const BACKLOG = 4_096;

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function fail(exitCode: number, ...lines: string[]): never {
  for (const line of lines) log(line);
  process.exit(exitCode);
}

async function listen(app: FastifyInstance, { host, port }: Configuration): Promise<number> {
  try {
    await app.listen({ host, port, backlog: BACKLOG });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const advice =
      code === 'EADDRINUSE'
        ? 'another program has this port: stop it, or set BENCH_PORT=0 to let the system choose one'
        : 'set BENCH_HOST to an address of this machine and BENCH_PORT to a port this user may open';
    fail(1, `cannot listen on ${host}:${port}: ${message}; ${advice}`);
  }
  return (app.server.address() as AddressInfo).port;
}

/** Ends everything held and open; what has not finished after STOP_MS is destroyed. */
async function stop(app: FastifyInstance, transports: Transport[]): Promise<never> {
  const closed = app.close();
  for (const transport of transports) transport.stop();
  // The end of the process destroys what is left.
  setTimeout(() => process.exit(0), STOP_MS);
  await closed;
  process.exit(0);
}

const parsed = parseConfiguration(process.env);
if (!parsed.ok) fail(2, ...parsed.problems);

const { configuration } = parsed;
const history = new History(configuration.options);
const app = createApp(log);
const transports = transportIds.map((id) => offers[id](app, { history, options: configuration.options, log }));

const coalescer = new Coalescer(configuration.options.coalesceMs, (events) => {
  for (const event of events) history.append(event);
  for (const transport of transports) transport.publish(events);
});

let read: FeedEvent[] = [];
const input = new FeedInput((seq, text) => read.push(encodeEvent(seq, text)));

/**
 * Takes the events of one chunk together. When the server keeps up a chunk has one event, which is not delayed unless
 * coalescing is asked for; when it is behind a chunk has several, and they cost each subscriber one write.
 */
function take(chunk: Buffer): void {
  orFail(() => input.write(chunk));
  coalescer.add(read);
  read = [];
}

function orFail(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof FeedError) fail(1, `the feed on standard input is broken: ${error.message}`);
    throw error;
  }
}

let stopped = false;
function stopOnce(): void {
  if (stopped) return;
  stopped = true;
  process.stdin.pause();
  coalescer.flush();
  void stop(app, transports);
}

const ready: ReadyLine = { ready: true, contractVersion: CONTRACT_VERSION, port: await listen(app, configuration) };
process.stdout.write(`${JSON.stringify(ready)}\n`);
process.stdin.on('data', take);
process.stdin.on('error', (error) => fail(1, `cannot read the feed on standard input: ${error.message}`));
process.stdin.on('end', () => {
  orFail(() => input.end());
  stopOnce();
});
process.on('SIGTERM', stopOnce);
