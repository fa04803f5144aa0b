import type { Socket } from 'node:net';

/** What a transport is told about its connection. None is called after `close()`. */
export interface ConnectionHandlers {
  /** The TCP connection is open. */
  connected(): void;
  /** Bytes [0, length) of `bytes` were read. The buffer is used again by the next read. */
  read(bytes: Buffer, length: number): void;
  /** The connection ended from the other side, or could not be opened. Called once. */
  lost(reason: string): void;
}

/** Takes the bytes of whole units. */
export type ByteBook = (receivedBytes: number, sentBytes: number) => void;

/**
 * One TCP connection of a subscriber, as the ledger opened it. Every byte of both directions passes here and is
 * counted; the transport says with `settle` where a unit (an exchange, an event) ends, so that the ledger books whole
 * units into the phase in which they were completed.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #book: ByteBook;
  #unsettledReceivedBytes = 0;
  #unsettledSentBytes = 0;
  /** This side has ended it: nobody wants to hear of it any more. */
  closed = false;

  /** `book` takes settled bytes. */
  constructor(socket: Socket, book: ByteBook) {
    this.#socket = socket;
    this.#book = book;
  }

  /** Called by the ledger for every read. */
  countReceived(bytes: number): void {
    this.#unsettledReceivedBytes += bytes;
  }

  /** Sends Latin-1 text (an HTTP request is ASCII) or bytes. */
  send(data: string | Buffer): void {
    this.#unsettledSentBytes += data.length;
    if (typeof data === 'string') this.#socket.write(data, 'latin1');
    else this.#socket.write(data);
  }

  /** Bytes sent since the last settlement. */
  get unsettledSentBytes(): number {
    return this.#unsettledSentBytes;
  }

  /** Bytes sent and received since the last settlement. */
  get unsettledBytes(): number {
    return this.#unsettledReceivedBytes + this.#unsettledSentBytes;
  }

  /** Books everything since the last settlement into the current phase. */
  settle(): void {
    if (this.#unsettledReceivedBytes === 0 && this.#unsettledSentBytes === 0) return;
    this.#book(this.#unsettledReceivedBytes, this.#unsettledSentBytes);
    this.#unsettledReceivedBytes = 0;
    this.#unsettledSentBytes = 0;
  }

  /** Ends the connection from this side; what was not settled is booked now. */
  close(): void {
    this.settle();
    this.closed = true;
    this.#socket.destroy();
  }
}
