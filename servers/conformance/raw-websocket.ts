import { randomBytes } from 'node:crypto';
import { Arrivals } from './arrivals.ts';
import type { RawHttp } from './raw-http.ts';

/** A frame with everything that a library hides (RFC 6455, section 5.2). */
export interface RawFrame {
  fin: boolean;
  reservedBits: number;
  opcode: number;
  masked: boolean;
  payload: Buffer;
}

export const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** A WebSocket connection on a bare socket that shows each frame as it was sent. It answers nothing by itself. */
export class RawWebsocket {
  readonly http: RawHttp;
  readonly frames = new Arrivals<RawFrame>();
  #held: Buffer[] = [];
  #heldBytes = 0;
  #neededBytes = 2;

  /** Sends the handshake on a connection, which may have been used for other requests before. */
  constructor(http: RawHttp, path: string) {
    this.http = http;
    this.http.onUpgraded = (bytes) => this.#feed(bytes);
    this.http.socket.on('close', () => this.frames.finish('connection closed'));
    this.http.get(path, {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      'Sec-WebSocket-Version': '13',
    });
  }

  close(): void {
    this.http.close();
  }

  #feed(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes < this.#neededBytes) return;
    let rest = Buffer.concat(this.#held);
    for (let size = this.#frameBytes(rest); size !== null && size <= rest.length; size = this.#frameBytes(rest)) {
      rest = rest.subarray(size);
    }
    this.#held = [rest];
    this.#heldBytes = rest.length;
  }

  /** The size of the frame at the front, handed on when it is whole; null when not even its size is known. */
  #frameBytes(bytes: Buffer): number | null {
    this.#neededBytes = bytes.length + 1;
    if (bytes.length < 2) return null;
    const first = bytes.readUInt8(0);
    const second = bytes.readUInt8(1);
    const shortLength = second & 0x7f;
    const extraBytes = shortLength === 127 ? 8 : shortLength === 126 ? 2 : 0;
    const headBytes = 2 + extraBytes + (second & 0x80 ? 4 : 0);
    if (bytes.length < headBytes) return null;
    const payloadBytes =
      extraBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : extraBytes === 2 ? bytes.readUInt16BE(2) : shortLength;
    const frameBytes = headBytes + payloadBytes;
    this.#neededBytes = frameBytes;
    if (bytes.length < frameBytes) return frameBytes;
    this.frames.push({
      fin: (first & 0x80) !== 0,
      reservedBits: (first >> 4) & 7,
      opcode: first & 15,
      masked: (second & 0x80) !== 0,
      payload: Buffer.from(bytes.subarray(headBytes, frameBytes)),
    });
    return frameBytes;
  }
}
