import { EventSource } from 'eventsource';
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { serveWorker } from '../../../clients/driver/serve-worker.ts';
import type { SubscriberPort } from '../../../clients/transport.ts';
import { LineReader } from '../../../clients/wire/lines.ts';
import { MAX_EVENT_BYTES } from '../../../clients/wire/reader.ts';

/**
 * The clients that one would otherwise use, as their documentation shows them, with this project's verification and
 * recording behind them: `ws`, an EventSource, undici. Whatever they need for themselves (strings, objects, promises) is
 * part of their price.
 */
const agent = new Agent({ bodyTimeout: 0, headersTimeout: 0 });

const url = (port: SubscriberPort, scheme: string, path: string) =>
  `${scheme}://${port.authority}/${path}?after=${port.lastSeq}`;

async function readLines(port: SubscriberPort, path: string, answered: () => void): Promise<void> {
  const { body } = await request(url(port, 'http', path), { dispatcher: agent });
  const lines = new LineReader({ line: (bytes, start, end) => port.event(bytes, start, end, 0) }, MAX_EVENT_BYTES);
  answered();
  for await (const read of body) {
    port.stamp();
    lines.feed(read as Buffer, 0, (read as Buffer).length);
  }
}

let closed = false;
const unlessClosed = (reading: Promise<void>) =>
  reading.catch((error: Error) => {
    if (!closed) throw error;
  });

serveWorker({
  websocket: (port) => {
    let websocket: WebSocket | undefined;
    return {
      subscribe: () => {
        websocket = new WebSocket(url(port, 'ws', 'websocket'), { perMessageDeflate: false });
        websocket.on('open', () => port.ready());
        websocket.on('message', (data: Buffer) => {
          port.stamp();
          port.event(data, 0, data.length, 0);
        });
        websocket.on('error', () => {});
      },
      close: () => websocket?.terminate(),
    };
  },
  sse: (port) => {
    let source: EventSource | undefined;
    return {
      subscribe: () => {
        source = new EventSource(url(port, 'http', 'sse'));
        source.onopen = () => port.ready();
        source.onmessage = ({ data }) => {
          const bytes = Buffer.from(data as string);
          port.stamp();
          port.event(bytes, 0, bytes.length, 0);
        };
      },
      close: () => source?.close(),
    };
  },
  'http-stream': (port) => ({
    subscribe: () => void unlessClosed(readLines(port, 'http-stream', () => port.ready())),
    close: () => {
      closed = true;
      void agent.destroy();
    },
  }),
  polling: (port) => {
    const ask = async (): Promise<void> => {
      await readLines(port, 'polling', () => {});
      port.polls.answered();
    };
    return {
      subscribe: () => {
        void readLines(port, 'polling', () => {}).then(() => {
          port.ready();
          port.polls.start(() => {
            void unlessClosed(ask());
            return true;
          });
        });
      },
      close: () => {
        closed = true;
        void agent.destroy();
      },
    };
  },
  'long-polling': () => {
    throw new Error('long-polling has no peer among the libraries');
  },
});
