import { connect, type Socket } from 'node:net';
import { nowUs } from '../../servers/contract/clock.ts';
import { Connection, type ConnectionHandlers } from '../wire/connection.ts';
import type { PhaseTallies } from './phase-tallies.ts';

/** The way of a subscriber's connections: which server process, and from which address of this machine. */
export interface Route {
  host: string;
  port: number;
  /** Null lets the system choose. Every other address has local ports of its own, should those of one not suffice. */
  localAddress: string | null;
}

const READ_BUFFER_BYTES = 64 * 1024;

/**
 * Opens every socket of every subscriber of one worker and keeps the books: bytes by phase, connections opened, open,
 * peak and failed. No transport reports bytes of its own.
 *
 * All sockets read into one buffer: libuv fills it and calls back before the next socket is read, so a buffer for each
 * would only cost memory (64 KiB a subscriber), and the stream machinery behind 'data' is left out.
 */
export class Ledger {
  openedCount = 0;
  openCount = 0;
  peakCount = 0;
  failedCount = 0;
  readonly #tallies: PhaseTallies;
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  readonly #book = (receivedBytes: number, sentBytes: number): void => {
    const tally = this.#tallies.current;
    tally.receivedBytes += receivedBytes;
    tally.sentBytes += sentBytes;
  };

  constructor(tallies: PhaseTallies) {
    this.#tallies = tallies;
  }

  /** Opens a connection; its fate is told to the handlers. */
  open({ host, port, localAddress }: Route, handlers: ConnectionHandlers): Connection {
    let isOpen = false;
    let reason = 'the server closed the connection';
    const socket: Socket = connect({
      host,
      port,
      ...(localAddress === null ? {} : { localAddress }),
      noDelay: true,
      onread: {
        buffer: this.#buffer,
        callback: (length, buffer) => {
          // One time stamp for a read: all events it completes arrived together.
          this.#tallies.read(nowUs());
          connection.countReceived(length);
          handlers.read(buffer as Buffer, length);
          return true;
        },
      },
    });
    const connection = new Connection(socket, this.#book);
    socket.on('connect', () => {
      isOpen = true;
      this.openedCount += 1;
      this.openCount += 1;
      this.peakCount = Math.max(this.peakCount, this.openCount);
      if (!connection.closed) handlers.connected();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code ?? error.message;
    });
    // Half-open connections are of no use to a subscriber: allowHalfOpen is off, so an end is followed by close.
    socket.on('close', () => {
      if (isOpen) this.openCount -= 1;
      else if (!connection.closed) this.failedCount += 1;
      connection.settle();
      if (!connection.closed) handlers.lost(reason);
    });
    return connection;
  }
}
