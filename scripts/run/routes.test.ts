import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { makeRoutes, takeAddresses } from './routes.ts';

describe('makeRoutes', () => {
  it('leaves the address to the system where one suffices', () => {
    expect(makeRoutes([1001, 1002], 1, 77)).toEqual([
      { host: '127.0.0.1', port: 1001, localAddress: null },
      { host: '127.0.0.1', port: 1002, localAddress: null },
    ]);
  });

  it('leads from every address to every port, with equal shares whatever the number of subscribers', () => {
    const routes = makeRoutes([1001, 1002, 1003], 8, 250);
    expect(routes.length).toBe(24);
    expect(new Set(routes.map(({ port, localAddress }) => `${port} ${localAddress}`)).size).toBe(24);
    expect(routes[0]?.localAddress).toBe('127.64.0.250');
    expect(routes.at(-1)?.localAddress).toBe('127.64.1.1');
    for (const subscribers of [50_000, 24, 5]) {
      const counts = new Map<number, number>();
      for (let n = 0; n < subscribers; n += 1) {
        const { port = 0 } = routes[n % routes.length] ?? {};
        counts.set(port, (counts.get(port) ?? 0) + 1);
      }
      expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
    }
  });

  it('begins again at the first address after the last', () => {
    expect(makeRoutes([1], 2, 2 ** 22 - 1).map((route) => route.localAddress)).toEqual([
      '127.127.255.255',
      '127.64.0.0',
    ]);
  });
});

describe('takeAddresses', () => {
  it('gives no address twice in a row', () => {
    const first = takeAddresses(8);
    expect(takeAddresses(3)).toBe((first + 8) % 2 ** 22);
  });
});

describe.runIf(process.platform === 'linux')('the addresses of routes', () => {
  it('can be bound: a server sees connections from each of them', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((socket) => {
      seen.push(socket.remoteAddress);
      socket.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const sockets: Socket[] = [];
    try {
      const routes = makeRoutes([port], 5, takeAddresses(5));
      for (const { host, localAddress } of routes) {
        sockets.push(connect({ host, port, ...(localAddress === null ? {} : { localAddress }) }).resume());
      }
      await Promise.all(sockets.map((socket) => once(socket, 'close')));
      expect(seen.sort()).toEqual(routes.map((route) => route.localAddress).sort());
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
