import { connect, createServer, type Socket } from 'node:net';
import type { ServerProcess } from './server-process.ts';

/** A relay in front of a server whose connections can be cut, as a lost network would. */
export interface Relay {
  port: number;
  /** Resets every open connection on both sides. New ones are accepted. */
  cut(): void;
  close(): Promise<void>;
}

export async function openRelay({ host, port }: ServerProcess): Promise<Relay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: () => Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      other().destroy();
    });
  };
  const relay = createServer((near) => {
    const far = connect({ host, port, noDelay: true });
    keep(near, () => far);
    keep(far, () => near);
    near.pipe(far).pipe(near);
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  relay.listen(0, host, resolve);
  await listening;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (relay.address() as { port: number }).port,
    cut,
    close: () => {
      cut();
      return new Promise((closed) => relay.close(() => closed()));
    },
  };
}
