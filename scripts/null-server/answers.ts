import { createHash } from 'node:crypto';

const LF = Buffer.from('\n');
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The transports on which events are pushed. */
export type PushTransport = 'sse' | 'http-stream' | 'websocket';

/** The bytes of an event as a transport carries them; those of `polling` are a whole answer. */
export const encode: Record<PushTransport | 'polling', (seq: number, text: Buffer) => Buffer> = {
  polling: (_, text) => Buffer.concat([Buffer.from(answerHead(`Content-Length: ${text.length + 1}`)), text, LF]),
  sse: (seq, text) => chunk(Buffer.concat([Buffer.from(`id: ${seq}\ndata: `), text, LF, LF])),
  'http-stream': (_, text) => chunk(Buffer.concat([text, LF])),
  websocket: (_, text) => Buffer.concat([frameHeader(text.length), text]),
};

/** The answer to a poll when there is no event after `after`. */
export const emptyAnswer = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');

/** The head of a stream, or of a WebSocket; what follows are the events. */
export function pushHead(transport: PushTransport, request: string): Buffer {
  if (transport !== 'websocket') return Buffer.from(answerHead('Transfer-Encoding: chunked'));
  const key = /^sec-websocket-key: *(\S+)/im.exec(request)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}${WEBSOCKET_GUID}`).digest('base64');
  return Buffer.from(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

// text/event-stream for all: an EventSource insists on it, the others do not look.
const answerHead = (framing: string) => `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n${framing}\r\n\r\n`;

function chunk(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

/** The header of a server's final text frame (RFC 6455 5.2) of less than 64 KiB. */
function frameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x81, length]);
  const header = Buffer.from([0x81, 126, 0, 0]);
  header.writeUInt16BE(length, 2);
  return header;
}
