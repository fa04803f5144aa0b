import { WebSocket } from 'ws';
import type { TransportId } from '../contract/transports.ts';
import type { ServerProcess } from './server-process.ts';
import { subscribe } from './subscribe.ts';
import { describeFetchError } from './subscribers/poll-loop.ts';

/** An answer to one request; of an answer that does not end, only the head. */
export interface Answer {
  status: number;
  header(name: string): string | null;
  body: Buffer;
}

const REQUEST_TIMEOUT_MS = 5000;

/** Asks with fetch. `readBody` false: takes the head and hangs up. */
export async function ask(
  { host, port }: ServerProcess,
  pathAndQuery: string,
  {
    method = 'GET',
    headers = {},
    readBody = true,
  }: { method?: string; headers?: Record<string, string>; readBody?: boolean } = {},
): Promise<Answer> {
  const hangUp = new AbortController();
  const signal = AbortSignal.any([hangUp.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  try {
    const answer = await fetch(`http://${host}:${port}${pathAndQuery}`, { method, headers, signal });
    const body = readBody ? Buffer.from(await answer.bytes()) : Buffer.alloc(0);
    return { status: answer.status, header: (name) => answer.headers.get(name), body };
  } catch (error) {
    throw new Error(`${method} ${pathAndQuery} got no answer: ${describeFetchError(error as Error)}`);
  } finally {
    hangUp.abort();
  }
}

/**
 * Asks for a route the way its subscribers do and expects to be refused: a WebSocket handshake for websocket, a GET for
 * the others. A request that is not refused comes back with status 200, 204 or 101 and no body.
 */
export async function askRefusal(
  server: ServerProcess,
  transport: TransportId,
  query: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const path = `/${transport}${query}`;
  if (transport === 'websocket') return askHandshake(server, path);
  const head = await ask(server, path, { headers, readBody: false });
  return head.status < 400 ? head : ask(server, path, { headers });
}

function askHandshake({ host, port }: ServerProcess, path: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const socket = new WebSocket(`ws://${host}:${port}${path}`, { handshakeTimeout: REQUEST_TIMEOUT_MS });
  socket.on('error', (error) => reject(new Error(`handshake ${path} got no answer: ${error.message}`)));
  socket.on('open', () => {
    socket.terminate();
    resolve({ status: 101, header: () => null, body: Buffer.alloc(0) });
  });
  socket.on('unexpected-response', (_, answer) => {
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    answer.on('close', () => socket.terminate());
    answer.on('end', () =>
      resolve({
        status: answer.statusCode ?? 0,
        header: (name) => answer.headers[name]?.toString() ?? null,
        body: Buffer.concat(parts),
      }),
    );
  });
  return promise;
}

/** Waits until the server has read all that was published, by asking for the newest event. */
export async function untilRead(
  server: ServerProcess,
  transports: readonly TransportId[],
  timeoutMs = 5000,
): Promise<void> {
  const newest = server.texts.length;
  const transport = transports.find((id) => id === 'polling') ?? (transports[0] as TransportId);
  const subscription = subscribe[transport]({ host: server.host, port: server.port, after: newest - 1 });
  // A server that goes back too far, or alters texts, must fail where that is checked and not everywhere.
  const last = server.texts.at(-1) as Buffer;
  const earlier = server.texts.slice(-5, -1);
  const isNewest = (text: Buffer) => text.equals(last) || !earlier.some((other) => other.equals(text));
  const { deliveries } = subscription;
  const read = await deliveries.until(() => deliveries.items.some(({ text }) => isNewest(text)), timeoutMs);
  subscription.close();
  if (!read)
    throw new Error(`event ${newest} did not become available by ${transport} (${deliveries.end ?? 'in time'})`);
}
