import { connect, type Socket } from 'node:net';
import type { TransportId } from '../../contract/transports.ts';

/**
 * A process of subscribers for the benchmark, as cheap as Node allows, since it shares the machine with the server:
 * streams are only counted. `process.argv`: transport, port, number of subscribers. Over IPC it says how many are
 * connected; `poll` makes each of them ask once; `count` is answered with the counts.
 */
export interface Counts {
  /** Connections whose response head or 101 has come; polling ones count when connected. */
  readyCount: number;
  /** Complete answers of polling and long-polling. */
  answerCount: number;
  /** Events received: ends of texts on a stream, lines in answers. */
  eventCount: number;
}

/** The last byte of every text, and nowhere else. */
const TEXT_END = '#'.charCodeAt(0);
const CONNECTING_COUNT = 64;
const HEAD = /^.*?\r\n\r\n/s;

const [, , transport, port, subscriberCount] = process.argv as [string, string, TransportId, string, string];
const counts: Counts = { readyCount: 0, answerCount: 0, eventCount: 0 };
const buffer = Buffer.alloc(256 * 1024);
const ask: (() => void)[] = [];
let begunCount = 0;

function request(after: number): string {
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  const fields = transport === 'websocket' ? `${upgrade}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n` : '';
  return `GET /${transport}?after=${after} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fields}\r\n`;
}

/** One more is connected: the place it had among those connecting is free. */
function ready(): void {
  counts.readyCount += 1;
  if (begunCount < Number(subscriberCount)) begin();
}

function open(onBytes: (bytes: Buffer) => void): Socket {
  const callback = (byteCount: number) => {
    onBytes(buffer.subarray(0, byteCount));
    return true;
  };
  const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true, onread: { buffer, callback } });
  // A lost connection shows in the counts.
  socket.on('error', () => {});
  return socket;
}

function stream(): void {
  let isReady = false;
  const socket = open((bytes) => {
    for (let at = bytes.indexOf(TEXT_END); at !== -1; at = bytes.indexOf(TEXT_END, at + 1)) counts.eventCount += 1;
    if (isReady) return;
    isReady = true;
    ready();
  });
  socket.once('connect', () => socket.write(request(0)));
}

function poll(): void {
  let after = 0;
  let pending = '';
  const socket = open((bytes) => {
    pending += bytes.toString('latin1');
    // More than one when a server was slower than the polls.
    for (let answer = HEAD.exec(pending); answer !== null; answer = HEAD.exec(pending)) {
      const bodyStart = answer[0].length;
      const bodyEnd = bodyStart + Number(/content-length: (\d+)/i.exec(answer[0])?.[1] ?? 0);
      if (pending.length < bodyEnd) return;
      const newCount = pending.slice(bodyStart, bodyEnd).split('\n').length - 1;
      pending = pending.slice(bodyEnd);
      after += newCount;
      counts.answerCount += 1;
      counts.eventCount += newCount;
      if (transport === 'long-polling') socket.write(request(after));
    }
  });
  ask.push(() => socket.write(request(after)));
  socket.once('connect', () => {
    if (transport === 'long-polling') socket.write(request(0));
    ready();
  });
}

function begin(): void {
  begunCount += 1;
  if (transport === 'polling' || transport === 'long-polling') poll();
  else stream();
}

process.on('message', (command: 'poll' | 'count') => {
  if (command === 'poll') for (const each of ask) each();
  else process.send?.(counts);
});
process.on('disconnect', () => process.exit());
for (let index = 0; index < Math.min(CONNECTING_COUNT, Number(subscriberCount)); index += 1) begin();
