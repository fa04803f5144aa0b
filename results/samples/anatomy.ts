import { ANATOMY_EVENTS, ANATOMY_PHASES, anatomyCells } from '../../scenarios/anatomy.ts';
import type { Cell, DeliveryCell } from '../../scenarios/cell.ts';
import { feedOf } from '../../scenarios/feed-of.ts';
import { eventText } from '../../servers/contract/event-text.ts';
import { dueTimesUs } from '../../servers/contract/schedule.ts';
import type { DeliveryAnatomy, WireChunk } from '../anatomy/delivery-anatomy.ts';
import { AUTHORITY } from './models.ts';

/*
 * The anatomies of the golden run document: the bytes of the reference server, laid out as it does, at modelled times.
 */

const DATE = 'Date: Sat, 21 Nov 2026 09:00:59 GMT\r\n';
const KEPT_ALIVE = 'Connection: keep-alive\r\nKeep-Alive: timeout=120\r\n';
const ASKED = `\r\nHost: ${AUTHORITY}\r\n`;
const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: NErw3Ov7jXi9wMBK4APDPA==\r\n\r\n';

/** A recorded chunk, before its bytes are encoded. */
type Crossing = [atUs: number, direction: WireChunk['direction'], text: string];

const get = (transport: string, after: number) => `GET /${transport}?after=${after} HTTP/1.1${ASKED}`;
const emptyAnswer = `HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n${DATE}${KEPT_ALIVE}\r\n`;
const answer = (body: string) =>
  `HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n${DATE}${KEPT_ALIVE}\r\n${body}`;
const streamHead = (type: string) =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nCache-Control: no-store\r\n${DATE}${KEPT_ALIVE}Transfer-Encoding: chunked\r\n\r\n`;
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;

interface Crossings {
  receivedUs: number;
  subscription: Crossing[];
  delivery: Crossing[];
}

function crossings({ transport }: DeliveryCell, event: string): Crossings {
  const after = ANATOMY_EVENTS - 1;
  const subscribed = (answered: string): Crossing[] => [
    [-762_400, 'sent', `${get(transport, 0)}\r\n`],
    [-759_100, 'received', answered],
  ];
  switch (transport) {
    case 'polling':
      return {
        receivedUs: 137_610,
        subscription: subscribed(emptyAnswer),
        delivery: [
          [-113_480, 'sent', `${get(transport, after)}\r\n`],
          [-113_020, 'received', emptyAnswer],
          [136_540, 'sent', `${get(transport, after)}\r\n`],
          [137_190, 'received', answer(`${event}\n`)],
        ],
      };
    case 'long-polling':
      return {
        receivedUs: 812,
        subscription: subscribed(emptyAnswer).slice(0, 1),
        delivery: [
          [-298_100, 'sent', `${get(transport, after)}\r\n`],
          [588, 'received', answer(`${event}\n`)],
        ],
      };
    case 'sse':
      return {
        receivedUs: 860,
        subscription: subscribed(streamHead('text/event-stream')),
        delivery: [[622, 'received', chunk(`id: ${ANATOMY_EVENTS}\ndata: ${event}\n\n`)]],
      };
    case 'http-stream':
      return {
        receivedUs: 874,
        subscription: subscribed(streamHead('application/x-ndjson')),
        delivery: [[640, 'received', chunk(`${event}\n`)]],
      };
    case 'websocket':
      return {
        receivedUs: 905,
        subscription: [
          [-762_400, 'sent', `${get(transport, 0)}${HANDSHAKE}`],
          [
            -751_300,
            'received',
            'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: hhBwycMGbsjrJLB5xnlW623d48Q=\r\n\r\n',
          ],
        ],
        delivery: [[676, 'received', `\x81\x7e\x00${String.fromCharCode(event.length)}${event}`]],
      };
  }
}

function wireChunk([atUs, direction, text]: Crossing): WireChunk {
  return { atUs, direction, connection: 1, bytes: Buffer.from(text, 'latin1').toString('base64') };
}

/** The anatomies of a run of these cells. */
export function sampleAnatomy(cells: readonly Cell[], seed: number): DeliveryAnatomy[] {
  return anatomyCells(cells).flatMap((ofServer) =>
    ofServer.map((cell): DeliveryAnatomy => {
      const feed = feedOf(cell, ANATOMY_PHASES, seed);
      const dueUs = dueTimesUs(feed)[ANATOMY_EVENTS - 1] as number;
      const event = eventText(feed, ANATOMY_EVENTS, dueUs).toString('latin1');
      const { receivedUs, subscription, delivery } = crossings(cell, event);
      return {
        cell,
        seq: ANATOMY_EVENTS,
        publishedUs: 58,
        receivedUs,
        subscription: subscription.map(wireChunk),
        delivery: delivery.map(wireChunk),
      };
    }),
  );
}
