import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { textOfBytes } from './event-texts.ts';
import { RawHttp } from './raw-http.ts';
import { RawWebsocket } from './raw-websocket.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Sends the parts one after another, each when the one before has left, and the rest of the connection stays open. */
async function sending(parts: Buffer[]): Promise<RawHttp> {
  const server = createTcpServer({ noDelay: true }, async (socket: Socket) => {
    socket.on('error', () => {});
    for (const part of parts) await new Promise((sent) => socket.write(part, sent));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const raw = new RawHttp('127.0.0.1', (server.address() as AddressInfo).port);
  closers.push(
    () => raw.close(),
    () => server.close(),
  );
  return raw;
}

const answers = Buffer.from(
  'HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n\r\n' +
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' +
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n',
);

it('reads answers cut at every place', async () => {
  for (let cut = 1; cut < answers.length; cut += 1) {
    const raw = await sending([answers.subarray(0, cut), answers.subarray(cut)]);
    expect(await raw.completed.atLeast(3, 2000), `cut at ${cut}`).toBe(true);
    expect(raw.completed.items).toEqual([204, 200, 200]);
    expect(raw.chunks.items.map(String)).toEqual(['hello', 'a\r\n', '0123456789']);
    expect(raw.heads.items[0]?.headers).toEqual({ 'cache-control': 'no-store' });
    for (const close of closers.splice(0)) close();
  }
});

it('tells a response that ends from one that is cut', async () => {
  const http = createServer((request, response) => {
    response.write('one');
    if (request.url === '/whole') response.end();
    else setImmediate(() => response.destroy());
  });
  closers.push(() => http.close());
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const whole = new RawHttp('127.0.0.1', port).get('/whole');
  const cut = new RawHttp('127.0.0.1', port).get('/cut');
  closers.push(
    () => whole.close(),
    () => cut.close(),
  );
  expect(await whole.completed.atLeast(1, 2000)).toBe(true);
  expect(await cut.completed.ended(2000)).toBe(true);
  expect(cut.completed.items).toEqual([]);
});

it('reads the frames that the ws package sends, of every length form', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => server.close());
  await once(server, 'listening');
  const texts = [0, 1, 125, 126, 65_535, 65_536, 300_000].map((bytes) => textOfBytes(bytes).slice(0, bytes));
  server.on('connection', (socket) => {
    for (const text of texts) socket.send(text);
    socket.ping();
    socket.send('first', { fin: false });
    socket.send('last', { fin: true });
    socket.close(1013, 'slow');
  });
  const raw = new RawWebsocket(new RawHttp('127.0.0.1', (server.address() as AddressInfo).port), '/');
  closers.push(() => raw.close());
  expect(await raw.frames.atLeast(texts.length + 4, 2000)).toBe(true);
  expect(raw.frames.items.slice(0, texts.length).map(({ payload }) => payload.toString())).toEqual(texts);
  const rest = raw.frames.items.slice(texts.length).map(({ fin, opcode, masked }) => ({ fin, opcode, masked }));
  expect(rest).toEqual([
    { fin: true, opcode: 9, masked: false },
    { fin: false, opcode: 1, masked: false },
    { fin: true, opcode: 0, masked: false },
    { fin: true, opcode: 8, masked: false },
  ]);
});
