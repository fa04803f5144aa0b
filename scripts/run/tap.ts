import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { nowUs } from '../../servers/contract/clock.ts';
import { LOOPBACK } from './routes.ts';

/** The bytes of one read, as the subscriber sees their direction. */
export interface TappedChunk {
  /** Absolute time of the one clock. */
  atUs: number;
  direction: 'sent' | 'received';
  /** 1, 2, 3 ... in the order in which the connections were opened. */
  connection: number;
  bytes: Buffer;
}

/** A server that floods its subscriber must not fill this process's memory. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * A hop on the loopback between subscribers and a server that passes every byte on, unaltered and at once, and notes it
 * with direction and time. For looking at a transport; never in the way of a trial.
 */
export class Tap {
  /** In the order in which they were read. */
  readonly chunks: TappedChunk[] = [];
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;
  #keptBytes = 0;

  private constructor(serverPort: number) {
    // A side that has said all may still be listening, as a client may after `Connection: close`.
    this.#listener = createServer({ noDelay: true, allowHalfOpen: true }, (subscriber) => {
      this.#connections += 1;
      const connection = this.#connections;
      const server = connect({ host: LOOPBACK, port: serverPort, noDelay: true, allowHalfOpen: true });
      this.#pass(subscriber, server, 'sent', connection);
      this.#pass(server, subscriber, 'received', connection);
    });
  }

  /** Listens on a free port of 127.0.0.1 and passes on to this one; rejects with the system's error when it cannot. */
  static async open(serverPort: number): Promise<Tap> {
    const tap = new Tap(serverPort);
    tap.#listener.listen(0, LOOPBACK);
    await once(tap.#listener, 'listening');
    return tap;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Ends all connections and listens no more. */
  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(from: Socket, to: Socket, direction: TappedChunk['direction'], connection: number): void {
    this.#sockets.add(from);
    from.on('data', (bytes: Buffer) => {
      const atUs = nowUs();
      if (!to.write(bytes)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
      this.#keptBytes += bytes.length;
      if (this.#keptBytes <= KEPT_BYTES_MAX) this.chunks.push({ atUs, direction, connection, bytes });
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.end();
    });
  }
}
