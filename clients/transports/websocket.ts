import { randomBytes, randomInt } from 'node:crypto';
import type { ClientTransportFactory } from '../transport.ts';
import type { Connection } from '../wire/connection.ts';
import { HttpResponseReader } from '../wire/http-response.ts';
import { oldestSeqOf } from '../wire/line-exchange.ts';
import { MAX_EVENT_BYTES } from '../wire/reader.ts';
import { expectedAccept, pongFrame, WebSocketFrameReader, websocketHandshake } from '../wire/websocket-frames.ts';

/** WebSocket (RFC 6455): `/websocket?after=SEQ` upgraded, one text frame for each event, no extensions offered. */
export const websocket: ClientTransportFactory<'websocket'> = (port) => {
  let current: Connection | null = null;

  const close = () => {
    current?.close();
    current = null;
  };
  const lost = (reason: string) => {
    // Whatever follows in the same read finds the connection closed.
    if (current === null) return;
    close();
    port.lost(reason);
  };

  const subscribe = () => {
    const key = randomBytes(16).toString('base64');
    let readAtUs = 0;
    let refusal = '';
    let status = 0;
    const frames = new WebSocketFrameReader(
      {
        text: (bytes, start, end) => port.event(bytes, start, end, readAtUs, frames.frames),
        ping: (bytes, start, end) => {
          port.tally.heartbeats += 1;
          connection.send(pongFrame(bytes.subarray(start, end), randomInt(2 ** 32)));
        },
        close: (code, reason) => lost(`the server closed: ${code ?? 'no code'} ${reason}`.trim()),
      },
      { maxMessageBytes: MAX_EVENT_BYTES },
    );
    const response = new HttpResponseReader({
      head: (head) => {
        status = head.status;
        port.tally.requests += 1;
        port.tally.requestHeadBytes += connection.unsettledSentBytes;
        port.tally.responseHeadBytes += head.headBytes;
        if (status !== 101) return;
        if (head.header('sec-websocket-accept') !== expectedAccept(key)) throw new Error('wrong Sec-WebSocket-Accept');
        port.ready();
      },
      body: (bytes, start, end) => {
        refusal += bytes.toString('latin1', start, Math.min(end, start + 200));
      },
      end: () => {
        if (status === 410) {
          port.historyGone(oldestSeqOf(refusal));
          lost('the history of the server does not reach back');
        } else {
          port.tally.failedRequests += 1;
          lost(`answered ${status} to the handshake: ${refusal}`);
        }
      },
      upgraded: (bytes, start, end) => frames.feed(bytes, start, end),
    });
    const connection = port.open({
      connected: () => connection.send(websocketHandshake(`/websocket?after=${port.lastSeq}`, port.authority, key)),
      read: (bytes, length, at) => {
        readAtUs = at;
        try {
          response.feed(bytes, 0, length);
        } catch (error) {
          lost((error as Error).message);
          return;
        }
        if (response.between && frames.between) connection.settle();
      },
      lost,
    });
    current = connection;
  };

  return { subscribe, close };
};
