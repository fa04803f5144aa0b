import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { countEstablished, kernelOpenConnections } from './kernel-connections.ts';

const onLinux = process.platform === 'linux';
const hasIpv6 = networkInterfaces()['lo']?.some(({ family }) => family === 'IPv6') ?? false;

// 8080 is 1F90. Columns after the state are cut off.
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000
   1: 0100007F:1F90 0100007F:8001 01 00000000:00000000
   2: 0100007F:8001 0100007F:1F90 01 00000000:00000000
   3: 0100007F:1F90 0100007F:8002 06 00000000:00000000
   4: 0100007F:2000 0100007F:8003 01 00000000:00000000
  10: 0100007F:1F90 0200007F:1F90 01 00000000:00000000
  11: 0200007F:1F90 0100007F:1F90 01 00000000:00000000
100: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000100007F:8004 01 00000000:00000000
`;

describe('countEstablished', () => {
  it.each([
    { ports: [8080], count: 2, what: 'established ones only; a subscriber with the port number of the server is one' },
    { ports: [8192], count: 1, what: 'another server' },
    { ports: [8080, 8192], count: 3, what: 'several servers' },
    { ports: [80], count: 1, what: 'IPv6, and a port of few digits' },
    { ports: [8081], count: 0, what: 'a port without any' },
  ])('$ports: $what', ({ ports, count }) => {
    expect(countEstablished(TABLE, ports)).toBe(count);
  });
});

describe.runIf(onLinux)('kernelOpenConnections', () => {
  const opened: (Server | Socket)[] = [];

  afterEach(() => {
    for (const each of opened.splice(0)) 'destroy' in each ? each.destroy() : each.close();
  });

  async function listen(host: string): Promise<{ server: Server; port: number }> {
    const server = createServer((socket) => opened.push(socket.resume()));
    opened.push(server);
    await once(server.listen(0, host), 'listening');
    return { server, port: (server.address() as { port: number }).port };
  }

  async function subscribe(server: Server, port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    opened.push(socket);
    await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
    return socket;
  }

  it('counts each connection once, of these servers alone, and no longer when it is closed', async () => {
    const [a, b] = [await listen('127.0.0.1'), await listen('127.0.0.1')];
    const sockets: Socket[] = [];
    for (let count = 0; count < 5; count += 1) sockets.push(await subscribe(a.server, a.port));
    await subscribe(b.server, b.port);
    expect(kernelOpenConnections([a.port])).toBe(5);
    expect(kernelOpenConnections([a.port, b.port])).toBe(6);
    const [first] = sockets;
    first?.end();
    await once(first as Socket, 'close');
    expect(kernelOpenConnections([a.port])).toBe(4);
  });

  it.runIf(hasIpv6)('counts what a server of both protocols holds', async () => {
    const { server, port } = await listen('::');
    await subscribe(server, port);
    expect(kernelOpenConnections([port])).toBe(1);
  });
});
