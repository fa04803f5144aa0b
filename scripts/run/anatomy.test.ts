import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryAnatomy } from '../../results/anatomy/delivery-anatomy.ts';
import { deliveryAnatomy } from '../../results/anatomy/delivery-anatomy-schema.ts';
import { bytesByKind, type Exchange, exchangeOf } from '../../results/anatomy/exchange.ts';
import { journeyOf } from '../../results/anatomy/journey.ts';
import { httpStreamEventBytes, sseEventBytes, websocketEventBytes } from '../../results/theory/framing.ts';
import { handshakeBytes, requestBytes } from '../../results/theory/requests.ts';
import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { AnswerHeads, ResponseHeads } from '../../servers/contract/ready.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { recordAnatomy } from './anatomy.ts';
import { fastify, testCell } from './fixtures/test-trial.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anatomy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PAYLOAD_BYTES = 100;
const heads = fastify.manifest.responseHeadBytes as Required<ResponseHeads>;

function record(cells: readonly DeliveryCell[], server: Server = fastify, signal = new AbortController().signal) {
  return recordAnatomy({ cells, servers: new Map([['test', server]]), seed: 1, folder, signal });
}

/** The host and port that a subscriber asked: its tap's. */
function authorityOf({ subscription }: DeliveryAnatomy): string {
  const request = Buffer.from(subscription[0]?.bytes ?? '', 'base64').toString('latin1');
  return /^host: (.*)\r$/im.exec(request)?.[1] ?? '';
}

const totalBytes = (chunks: DeliveryAnatomy['delivery']) =>
  chunks.reduce((sum, { bytes }) => sum + Buffer.from(bytes, 'base64').length, 0);

const brought = ({ request, carrier }: Exchange) => [request, carrier].filter((message) => message !== null);

describe('the way of one event over every transport of a real server', () => {
  it('is recorded whole, in order, and every byte is what the closed forms say', { timeout: 30_000 }, async () => {
    const { anatomy, warnings } = await record(transportIds.map((transport) => testCell(transport)));
    expect(warnings).toEqual([]);
    expect(anatomy.map(({ cell }) => cell.transport)).toEqual(transportIds);
    expect(readdirSync(folder)).toEqual([]);

    for (const each of anatomy) {
      expect(deliveryAnatomy.parse(each)).toEqual(each);
      const { transport, headers } = each.cell;
      const exchange = exchangeOf(each);
      expect(exchange.others).toEqual([]);
      const moments = journeyOf(each, exchange).filter(({ id }) => id !== 'asked');
      expect(moments.map(({ id }) => id)).toEqual(['due', 'published', 'wrote', 'received']);

      const { head, framing, event, unread, heartbeat } = bytesByKind(brought(exchange));
      expect([event, unread, heartbeat]).toEqual([PAYLOAD_BYTES, 0, 0]);
      const polls = exchange.emptyPolls.flatMap(({ request, answer }) => [request, answer]);
      const total = bytesByKind([...brought(exchange), ...polls]);
      expect(total.head + total.framing + total.event).toBe(totalBytes(each.delivery));

      const authorityBytes = authorityOf(each).length;
      const body = String(PAYLOAD_BYTES + 1);
      const pushed: Partial<Record<TransportId, number>> = {
        sse: sseEventBytes(PAYLOAD_BYTES, each.seq),
        'http-stream': httpStreamEventBytes(PAYLOAD_BYTES),
        websocket: websocketEventBytes(PAYLOAD_BYTES),
      };
      if (transport === 'polling' || transport === 'long-polling') {
        const { keepAlive } = heads[transport] as AnswerHeads;
        const request = requestBytes(transport, headers, authorityBytes, 1, true);
        expect([head, framing]).toEqual([request + keepAlive.events + body.length, 1]);
        expect(polls.length === 0 || transport === 'polling').toBe(true);
        expect(bytesByKind(polls)).toMatchObject({ head: exchange.emptyPolls.length * (request + keepAlive.empty) });
      } else {
        expect([head, framing]).toEqual([0, (pushed[transport] ?? 0) - PAYLOAD_BYTES]);
        const handshake = transport === 'websocket' ? handshakeBytes(headers, authorityBytes, 1) : null;
        const request = handshake ?? requestBytes(transport, headers, authorityBytes, 1, true);
        expect(bytesByKind(exchange.subscription)).toMatchObject({ head: request + (heads[transport] as number) });
      }
    }
  });

  it('of a client that opens a connection for each poll has a connection for each', { timeout: 30_000 }, async () => {
    const options = { intervalMs: 100, keepAlive: false };
    const { anatomy, warnings } = await record([testCell('polling', { transportOptions: options })]);
    expect(warnings).toEqual([]);
    const exchange = exchangeOf(anatomy[0] as DeliveryAnatomy);
    expect(exchange.emptyPolls.length).toBeGreaterThan(0);
    expect(exchange.others).toEqual([]);
    const requests = [...exchange.emptyPolls.map(({ request }) => request), exchange.request];
    expect(new Set(requests.map((request) => request?.connection)).size).toBe(requests.length);
  });

  it('that cannot be recorded is a warning with the reason', { timeout: 30_000 }, async () => {
    const start = ['node', '-e', 'process.exit(7)'];
    const broken = { ...fastify, manifest: { ...fastify.manifest, start } };
    const { anatomy, warnings } = await record([testCell('sse')], broken);
    expect(anatomy).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'no-anatomy', cellIds: [] }]);
    expect(warnings[0]?.message).toContain('exit code 7');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is interrupted ends at once, without a warning', { timeout: 30_000 }, async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('interrupted')), 500);
    expect(await record([testCell('sse')], fastify, controller.signal)).toEqual({ anatomy: [], warnings: [] });
    expect(readdirSync(folder)).toEqual([]);
  });
});
