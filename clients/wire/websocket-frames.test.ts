import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as ws from 'ws';
import { readVectors, type VectorBytes, vectorBytes } from '../../servers/contract/vectors/vectors.ts';
import { anyBytes, anyCuts, chunkings, cutsOf, refuses, shown } from './fixtures/chunkings.ts';
import { HttpResponseReader } from './http-response.ts';
import { MAX_EVENT_BYTES } from './reader.ts';
import { closeFrame, maskedFrame, opcodes, pongFrame, WebSocketFrameReader } from './websocket-frames.ts';
import { expectedAccept, websocketHandshake } from './websocket-handshake.ts';

interface FrameVector {
  name: string;
  wire: VectorBytes;
  error?: boolean;
  messages: { type: 'text' | 'binary'; payload: VectorBytes }[];
  frames: number;
  pings: VectorBytes[];
  pongs: VectorBytes[];
  close?: { code: number | null; reason: string };
}

interface Close {
  code: number | null;
  reason: string;
}

function read(wire: Buffer, cuts: Iterable<number>, maxMessageBytes = MAX_EVENT_BYTES) {
  const messages: { type: string; payload: string }[] = [];
  const pings: string[] = [];
  const pongs: string[] = [];
  const closes: Close[] = [];
  const reader = new WebSocketFrameReader(
    {
      text: (...range) => messages.push({ type: 'text', payload: shown(...range) }),
      binary: (...range) => messages.push({ type: 'binary', payload: shown(...range) }),
      ping: (...range) => pings.push(shown(...range)),
      pong: (...range) => pongs.push(shown(...range)),
      closing: (code, reason) => closes.push({ code, reason }),
    },
    { maxMessageBytes },
  );
  const refused = refuses(reader, wire, cuts);
  return { messages, pings, pongs, closes, frames: reader.frames, refused, between: !refused && reader.between };
}

// `ws` exports these two; its published types do not know it.
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: { isServer: boolean; skipUTF8Validation: boolean; maxPayload: number }) => Writable;
  Sender: {
    frame(
      data: Buffer,
      options: { opcode: number; fin: boolean; mask: boolean; readOnly: boolean; rsv1: boolean },
    ): Buffer[];
  };
};

/** The same by the receiver of `ws`. */
function readByOracle(wire: Buffer, { isServer = false, skipUTF8Validation = false } = {}) {
  const messages: { type: string; payload: string }[] = [];
  const pings: string[] = [];
  const pongs: string[] = [];
  const closes: Close[] = [];
  let refused = false;
  const receiver = new Receiver({ isServer, skipUTF8Validation, maxPayload: MAX_EVENT_BYTES });
  receiver.on('message', (data: Buffer, isBinary: boolean) =>
    messages.push({ type: isBinary ? 'binary' : 'text', payload: shown(data) }),
  );
  receiver.on('ping', (data: Buffer) => pings.push(shown(data)));
  receiver.on('pong', (data: Buffer) => pongs.push(shown(data)));
  // It stands 1005 for a close without a code.
  receiver.on('conclude', (code: number, reason: Buffer) =>
    closes.push({ code: code === 1005 ? null : code, reason: reason.toString() }),
  );
  receiver.on('error', () => {
    refused = true;
  });
  return new Promise<Omit<ReturnType<typeof read>, 'frames' | 'between'>>((resolve) => {
    const done = () => resolve({ messages, pings, pongs, closes, refused });
    receiver.on('close', done);
    receiver.write(wire, () => setImmediate(done));
  });
}

/** A frame as `ws` sends it from a server. */
function serverFrame(opcode: number, fin: boolean, data: Buffer): Buffer {
  return Buffer.concat(Sender.frame(data, { opcode, fin, mask: false, readOnly: true, rsv1: false }));
}

const vectors = readVectors<FrameVector>('websocket-frames.json');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('vectors, however they are cut', () => {
  it.each(vectors.filter(({ error }) => !error))('$name', async ({ wire, messages, pings, pongs, frames, close }) => {
    const bytes = vectorBytes(wire);
    const expected = {
      messages: messages.map(({ type, payload }) => ({ type, payload: shown(vectorBytes(payload)) })),
      pings: pings.map((ping) => shown(vectorBytes(ping))),
      pongs: pongs.map((pong) => shown(vectorBytes(pong))),
      closes: close === undefined ? [] : [close],
      refused: false,
    };
    for (const cuts of chunkings(bytes)) expect(read(bytes, cuts)).toEqual({ ...expected, frames, between: true });
    expect(await readByOracle(bytes)).toEqual(expected);
  });

  // `ws` accepts a length in a longer form than needed, which RFC 6455 5.2 forbids the sender.
  const wsIsLenient = new Set(['125 in 16 bits', '65535 in 64 bits']);

  it.each(vectors.filter(({ error }) => error))('refused: $name', async ({ name, wire }) => {
    const bytes = vectorBytes(wire);
    for (const cuts of chunkings(bytes)) expect(read(bytes, cuts).refused).toBe(true);
    expect((await readByOracle(bytes)).refused).toBe(!wsIsLenient.has(name));
  });
});

describe('WebSocketFrameReader', () => {
  const anySize = fc.constantFrom(0, 1, 5, 124, 125, 126, 127, 300, 65_535, 65_536);
  const anyControl = fc
    .tuple(fc.constantFrom(opcodes.ping, opcodes.pong), fc.uint8Array({ maxLength: 125 }))
    .map(([opcode, payload]) => serverFrame(opcode, true, Buffer.from(payload)));
  const anyMessage = fc
    .tuple(
      fc.constantFrom(opcodes.text, opcodes.binary),
      fc.array(anySize, { minLength: 1, maxLength: 3 }),
      fc.nat(255),
    )
    .map(([opcode, sizes, fill]) =>
      sizes.map((size, i) =>
        serverFrame(i === 0 ? opcode : opcodes.continuation, i === sizes.length - 1, Buffer.alloc(size, fill)),
      ),
    );

  it('reads random messages of ws with control frames anywhere between, randomly cut, as ws does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyMessage, { maxLength: 5 }),
        fc.array(anyControl),
        anyCuts,
        async (sent, controls, cuts) => {
          const data = sent.flat();
          const frames = data.flatMap((frame, i) => [frame, ...controls.slice(i, i + 1)]);
          const wire = Buffer.concat(frames);
          const { frames: framesBegun, between, ...outcome } = read(wire, cutsOf(wire, cuts));
          expect(outcome).toEqual(await readByOracle(wire, { skipUTF8Validation: true }));
          expect({ framesBegun, between, refused: outcome.refused, messages: outcome.messages.length }).toEqual({
            framesBegun: data.length,
            between: true,
            refused: false,
            messages: sent.length,
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  const TOKENS = [
    ...[
      [0x81, 3],
      [0x81, 0],
      [0x01, 1],
      [0x00, 1],
      [0x80, 2],
      [0x82, 1],
      [0x89, 2],
      [0x8a, 0],
      [0x88, 0],
      [0x88, 2, 3, 0xe8],
    ],
    ...[
      [0x81, 0x7e, 0, 0x80],
      [0x81, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0],
      [0x7e],
      [0x7f],
      [0xff],
      [0, 0, 0, 0],
      'abc',
      'ab',
      'a',
      'a',
    ],
    ...[
      [0x81, 3, 0x61, 0x62, 0x63],
      [0x89, 1, 0x70],
      [0x01, 1, 0x61, 0x80, 1, 0x62],
    ],
  ];

  it('throws nothing but WireError on random bytes, reads them the same however they are cut, and as ws does', async () => {
    let refusals = 0;
    let messages = 0;
    await fc.assert(
      fc.asyncProperty(
        anyBytes(TOKENS),
        anyCuts,
        fc.constantFrom(2, MAX_EVENT_BYTES),
        async (bytes, fractions, limit) => {
          // `ws` looks at a header before it is whole: empty pings behind it complete it.
          const wire = Buffer.concat([bytes, Buffer.alloc(16, '8900', 'hex')]);
          const whole = read(wire, [], limit);
          expect(read(wire, cutsOf(wire, fractions), limit)).toEqual(whole);
          if (whole.refused) {
            refusals++;
          } else {
            const { frames: _frames, between: _between, ...outcome } = whole;
            expect(await readByOracle(wire, { skipUTF8Validation: true })).toEqual(outcome);
          }
          messages += whole.messages.length;
        },
      ),
      { numRuns: 2000 },
    );
    expect(refusals).toBeGreaterThan(200);
    expect(messages).toBeGreaterThan(200);
  });

  it('hands out payloads in the fed buffer itself when they lie whole in it', () => {
    const wire = Buffer.concat([serverFrame(1, true, Buffer.from('one')), serverFrame(9, true, Buffer.from('p'))]);
    const seen: [Buffer, string][] = [];
    const take = (bytes: Buffer, start: number, end: number) =>
      seen.push([bytes, bytes.toString('latin1', start, end)]);
    const reader = new WebSocketFrameReader({ text: take, ping: take, closing: () => {} }, { maxMessageBytes: 100 });
    reader.feed(wire, 0, wire.length);
    // A header in one read and the payload in the next is whole enough.
    reader.feed(wire, 0, 1);
    const rest = Buffer.from(wire.subarray(1));
    reader.feed(rest, 0, rest.length);
    expect(seen.map(([, text]) => text)).toEqual(['one', 'p', 'one', 'p']);
    expect(seen.map(([bytes]) => bytes === wire)).toEqual([true, true, false, false]);
    expect(seen.map(([bytes]) => bytes === rest)).toEqual([false, false, true, true]);
  });

  it('is between units only where no frame and no fragmented message is unfinished', () => {
    const reader = new WebSocketFrameReader(
      { text: () => {}, ping: () => {}, closing: () => {} },
      { maxMessageBytes: 9 },
    );
    const wire = Buffer.from([0x81, 1, 0x61, 0x01, 1, 0x61, 0x89, 1, 0x70, 0x80, 0, 0x81, 0]);
    const states = Array.from(wire, (byte) => {
      reader.feed(Buffer.from([byte]), 0, 1);
      return reader.between ? '+' : '-';
    });
    expect(states.join('')).toBe('--+-------+-+');
  });

  it('refuses a binary message when nothing takes it', () => {
    const reader = new WebSocketFrameReader(
      { text: () => {}, ping: () => {}, closing: () => {} },
      { maxMessageBytes: 9 },
    );
    expect(() => reader.feed(Buffer.from([0x82, 0]), 0, 2)).toThrow('expected a text frame, found a binary frame');
  });

  it('takes a message of exactly the limit and refuses one byte more, in one frame or in fragments', () => {
    const frames = (...sizes: number[]) =>
      Buffer.concat(
        sizes.map((size, i) => serverFrame(i === 0 ? 1 : 0, i === sizes.length - 1, Buffer.alloc(size, 'x'))),
      );
    for (const exact of [frames(200), frames(0, 100, 100)]) expect(read(exact, [], 200).messages).toHaveLength(1);
    for (const over of [frames(201), frames(100, 100, 1)]) {
      for (const cuts of chunkings(over)) expect(read(over, cuts, 200)).toMatchObject({ messages: [], refused: true });
    }
  });

  it('allocates once for a large message, and nothing for one that is refused', () => {
    const allocations = vi.spyOn(Buffer, 'allocUnsafeSlow');
    const wire = serverFrame(1, true, Buffer.alloc(1024 * 1024, 'x'));
    expect(
      read(
        wire,
        Array.from({ length: 1023 }, (_, i) => (i + 1) * 1024),
      ).messages,
    ).toHaveLength(1);
    expect(allocations.mock.calls.map(([size]) => size)).toEqual([1024 * 1024]);
    allocations.mockClear();
    expect(read(wire, [1000], 1024 * 1024 - 1).refused).toBe(true);
    expect(allocations).not.toHaveBeenCalled();
  });
});

describe('frames of the client', () => {
  it('writes the masked text and pong of RFC 6455 5.7', () => {
    const hello = Buffer.from('Hello');
    expect(maskedFrame(opcodes.text, hello, 0x37fa213d).toString('hex')).toBe('818537fa213d7f9f4d5158');
    expect(pongFrame(hello, 0x37fa213d).toString('hex')).toBe('8a8537fa213d7f9f4d5158');
  });

  it('writes what ws reads as a server, in every form of the length', async () => {
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 100_001]) {
      const payload = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
      const frame = maskedFrame(opcodes.binary, payload, 0xfedcba98);
      expect(frame.length).toBe(size + 4 + (size < 126 ? 2 : size < 65_536 ? 4 : 10));
      expect(await readByOracle(frame, { isServer: true })).toMatchObject({
        messages: [{ type: 'binary', payload: shown(payload) }],
        refused: false,
      });
    }
    const close = await readByOracle(closeFrame(1000, 'zu spät', 0x01020304), { isServer: true });
    expect(close).toMatchObject({ closes: [{ code: 1000, reason: 'zu spät' }], refused: false });
    expect(() => closeFrame(1000, 'x'.repeat(124), 0)).toThrow(RangeError);
  });
});

describe('the handshake', () => {
  it('accepts as in RFC 6455 1.3', () => {
    expect(expectedAccept('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });

  it('is 155 bytes plus after and host, and refuses what would break it', () => {
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    expect(websocketHandshake(0, '127.0.0.1:8080', key, 'bare')).toHaveLength(155 + 1 + 14);
    for (const host of ['h h', 'h\r\nX: y', '']) {
      expect(() => websocketHandshake(0, host, key, 'bare')).toThrow(RangeError);
    }
    expect(() => websocketHandshake(0, 'h', 'short', 'bare')).toThrow(RangeError);
  });

  it('opens a connection to a server of ws, on which all readers and frames work together', async () => {
    const server = new ws.WebSocketServer({ host: '127.0.0.1', port: 0 });
    const socket = new net.Socket();
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const texts = ['', 'ü', 'x'.repeat(126), 'y'.repeat(70_000)];
      const pongReceived = new Promise<string>((resolve) => {
        server.on('connection', (peer) => {
          peer.on('pong', (payload) => {
            resolve(payload.toString());
            peer.on('message', (data) => peer.close(4000, `got ${data.toString()}`));
          });
          for (const text of texts) peer.send(text);
          peer.ping('are you there');
        });
      });

      const key = 'dGhlIHNhbXBsZSBub25jZQ==';
      const received: string[] = [];
      const closed = new Promise<Close>((resolve, reject) => {
        const frames = new WebSocketFrameReader(
          {
            text: (bytes, start, end) => received.push(bytes.toString('utf8', start, end)),
            ping: (bytes, start, end) => {
              socket.write(pongFrame(bytes.subarray(start, end), 0xdeadbeef));
              socket.write(maskedFrame(opcodes.text, Buffer.from('hello'), 0x12345678));
            },
            closing: (code, reason) => resolve({ code, reason }),
          },
          { maxMessageBytes: 100_000 },
        );
        const response = new HttpResponseReader({
          head: (head) => {
            expect([head.status, head.header('sec-websocket-accept')]).toEqual([101, expectedAccept(key)]);
            expect(head.header('sec-websocket-extensions')).toBeNull();
          },
          body: () => {},
          end: () => {},
          upgraded: (bytes, start, end) => frames.feed(bytes, start, end),
        });
        socket.on('data', (bytes) => {
          try {
            response.feed(bytes as Buffer, 0, bytes.length);
          } catch (error) {
            reject(error);
          }
        });
        socket.on('error', reject);
      });
      socket.connect(port, '127.0.0.1');
      socket.write(websocketHandshake(0, `127.0.0.1:${port}`, key, 'bare'));

      expect(await pongReceived).toBe('are you there');
      expect(await closed).toEqual({ code: 4000, reason: 'got hello' });
      expect(received).toEqual(texts);
    } finally {
      socket.destroy();
      for (const peer of server.clients) peer.terminate();
      server.close();
    }
  });
});
