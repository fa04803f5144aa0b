import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { nowUs } from '../../servers/contract/clock.ts';
import { Tap } from './tap.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

/** A server that treats each connection so, with a tap in front of it. */
async function tapped(handle: (socket: Socket) => void): Promise<{ tap: Tap; server: Server }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tap = await Tap.open((server.address() as AddressInfo).port);
  opened.push(server, tap);
  return { tap, server };
}

/** Everything that comes back when this is said, until the connection is gone. */
async function answerTo(port: number, text: string | Buffer): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => {}); // broken off: what came until then is the answer
  socket.end(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(parts);
}

const bytesOf = (tap: Tap, direction: 'sent' | 'received', connection: number) =>
  Buffer.concat(
    tap.chunks.filter((chunk) => chunk.direction === direction && chunk.connection === connection).map((c) => c.bytes),
  );

describe('a tap', () => {
  it('passes every byte on in both directions and notes it with direction, connection and time', async () => {
    const { tap } = await tapped((socket) => {
      socket.on('data', (bytes) => socket.write(bytes.toString('latin1').toUpperCase(), 'latin1'));
      socket.on('end', () => socket.end());
    });
    const beforeUs = nowUs();
    expect((await answerTo(tap.port, 'one')).toString()).toBe('ONE');
    expect((await answerTo(tap.port, 'two')).toString()).toBe('TWO');
    expect(bytesOf(tap, 'sent', 1).toString()).toBe('one');
    expect(bytesOf(tap, 'received', 1).toString()).toBe('ONE');
    expect(bytesOf(tap, 'received', 2).toString()).toBe('TWO');
    const times = tap.chunks.map(({ atUs }) => atUs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(beforeUs);
    expect(times.at(-1)).toBeLessThan(nowUs());
  });

  it('passes on more than sockets buffer, though it keeps only some of it', async () => {
    const flood = Buffer.alloc(6 * 1024 * 1024, 'x');
    const { tap } = await tapped((socket) => socket.end(flood));
    expect((await answerTo(tap.port, 'go')).equals(flood)).toBe(true);
    expect(bytesOf(tap, 'received', 1).length).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it('ends a subscriber whose server is not there, and whose server breaks off', async () => {
    const { tap, server } = await tapped((socket) => socket.resetAndDestroy());
    expect((await answerTo(tap.port, 'x')).length).toBe(0);
    server.close();
    expect((await answerTo(tap.port, 'x')).length).toBe(0);
  });

  it('leaves no connection open when it is closed', async () => {
    const accepted: Socket[] = [];
    const { tap } = await tapped((socket) => {
      accepted.push(socket);
      socket.on('data', () => {});
      socket.on('end', () => socket.end());
    });
    const socket = connect({ host: '127.0.0.1', port: tap.port });
    socket.on('error', () => {});
    socket.write('x');
    while (accepted.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = [once(socket, 'close'), once(accepted[0] as Socket, 'close')];
    tap.close();
    await Promise.all(closed);
  });
});
