import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { readVectors } from '../../servers/contract/vectors/vectors.ts';
import { chunkings, refuses } from './fixtures/chunkings.ts';
import { HttpResponseReader } from './http-response.ts';
import { MAX_EVENT_BYTES } from './reader.ts';
import { EventStreamReader } from './sse.ts';
import { WebSocketFrameReader } from './websocket-frames.ts';

interface HeaderStep {
  transport: 'sse' | 'websocket';
  payloadBytes: number;
  wireBytes: number;
}

const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };

const written = {
  sse: (text: string) => {
    const event = `data: ${text}\n\n`;
    return Buffer.from(`${event.length.toString(16)}\r\n${event}\r\n`);
  },
  websocket: (text: string) =>
    Buffer.concat(Sender.frame(Buffer.from(text), { opcode: 1, fin: true, mask: false, readOnly: true, rsv1: false })),
};

/** The events and envelopes that the readers of a transport, stacked as the driver stacks them, find in one connection. */
function read(transport: HeaderStep['transport'], wire: Buffer, cuts: Iterable<number>) {
  const texts: string[] = [];
  const event = (bytes: Buffer, start: number, end: number) => texts.push(bytes.toString('latin1', start, end));
  const stream = new EventStreamReader({ event }, MAX_EVENT_BYTES);
  const frames = new WebSocketFrameReader(
    { text: event, ping: () => {}, closing: () => {} },
    { maxMessageBytes: MAX_EVENT_BYTES },
  );
  const response = new HttpResponseReader({
    head: () => {},
    body: (bytes, start, end) => stream.feed(bytes, start, end),
    end: () => {},
    upgraded: (bytes, start, end) => frames.feed(bytes, start, end),
  });
  const refused = refuses(response, wire, cuts);
  const envelopes = transport === 'sse' ? response.envelopes : frames.frames;
  return { texts, refused, envelopes, headBytes: response.headBytes };
}

describe('bytes of one event where a header grows', () => {
  it.each(readVectors<HeaderStep>('header-steps.json'))('$transport, $payloadBytes bytes', (step) => {
    const text = 'x'.repeat(step.payloadBytes);
    const event = written[step.transport](text);
    expect(event).toHaveLength(step.wireBytes);
    const head = Buffer.from(
      step.transport === 'sse'
        ? 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
        : 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    const wire = Buffer.concat([head, event, event]);
    const expected = { texts: [text, text], refused: false, envelopes: 2, headBytes: head.length };
    for (const cuts of chunkings(wire)) expect(read(step.transport, wire, cuts)).toEqual(expected);
  });
});
