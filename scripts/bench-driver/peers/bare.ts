import { connect, type Socket } from 'node:net';
import { serveWorker } from '../../../clients/driver/serve-worker.ts';
import type { ClientTransport, SubscriberPort } from '../../../clients/transport.ts';
import { websocketHandshake } from '../../../clients/wire/websocket-handshake.ts';

/**
 * The floor of what Node can do: a bare `net.Socket` with `onread` into one reused buffer, which only counts bytes.
 * No protocol is read, nothing is verified or recorded.
 */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);

function openBare(port: SubscriberPort, request: string, read: (length: number) => void): Socket {
  const [host, tcpPort] = port.authority.split(':') as [string, string];
  const socket = connect({
    host,
    port: Number(tcpPort),
    noDelay: true,
    onread: {
      buffer,
      callback: (length) => {
        read(length);
        return true;
      },
    },
  });
  socket.on('connect', () => socket.write(request, 'latin1'));
  socket.on('error', () => {});
  return socket;
}

/** Subscribed with the first read, which is the head; then bytes are counted. */
function push(port: SubscriberPort, request: string): ClientTransport {
  let socket: Socket | null = null;
  let receivedBytes = 0;
  return {
    subscribe: () => {
      socket = openBare(port, request, (length) => {
        if (receivedBytes === 0) port.ready();
        receivedBytes += length;
      });
    },
    close: () => {
      port.tally.receivedBytes += receivedBytes;
      socket?.destroy();
    },
  };
}

/** Asks the same question again: on the plan, or in the closed loop at every answer, which is one read. */
function poll(port: SubscriberPort, isClosedLoop: boolean): ClientTransport {
  const request = get(port, '/polling', 0);
  let socket: Socket | null = null;
  let receivedBytes = 0;
  let isReady = false;
  const ask = () => socket?.write(request, 'latin1') ?? false;
  return {
    subscribe: () => {
      socket = openBare(port, request, (length) => {
        receivedBytes += length;
        if (isReady) {
          if (isClosedLoop) ask();
          return;
        }
        isReady = true;
        port.ready();
        port.polls.start(ask);
      });
    },
    close: () => {
      port.tally.receivedBytes += receivedBytes;
      socket?.destroy();
    },
  };
}

/** Asks for the next event after each answer; each answer is one read and has one event. */
function longPoll(port: SubscriberPort): ClientTransport {
  let socket: Socket | null = null;
  let receivedBytes = 0;
  let answers = 0;
  return {
    subscribe: () => {
      socket = openBare(port, get(port, '/long-polling', 0), (length) => {
        receivedBytes += length;
        answers += 1;
        socket?.write(get(port, '/long-polling', answers), 'latin1');
      });
      socket.on('connect', () => port.ready());
    },
    close: () => {
      port.tally.receivedBytes += receivedBytes;
      socket?.destroy();
    },
  };
}

const get = (port: SubscriberPort, path: string, after: number) =>
  `GET ${path}?after=${after} HTTP/1.1\r\nHost: ${port.authority}\r\n\r\n`;

serveWorker({
  polling: (port, { intervalMs }) => poll(port, intervalMs === 0),
  'long-polling': longPoll,
  sse: (port) => push(port, get(port, '/sse', 0)),
  'http-stream': (port) => push(port, get(port, '/http-stream', 0)),
  websocket: (port) => push(port, websocketHandshake(0, port.authority, 'AAAAAAAAAAAAAAAAAAAAAA==', 'bare')),
});
