import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { breakdownOf } from '../../results/summarize.ts';
import { httpStreamEventBytes, sseEventBytes, websocketEventBytes } from '../../results/theory/framing.ts';
import { requestBytes } from '../../results/theory/requests.ts';
import { HEARTBEAT_BYTES } from '../../results/theory/wire-bytes.ts';
import type { ResponseHeads } from '../../servers/contract/ready.ts';
import type { ServerOptions, TransportId } from '../../servers/contract/transports.ts';
import { ServerProcess } from '../../servers/launch/server-process.ts';
import { fastify, runTestTrial, testCell } from './fixtures/test-trial.ts';

// An event every 100 ms, the first of the feed at 0. The measure phase begins and ends midway between two events, so it
// holds exactly the events 11 to 30, and nothing is under way at its edges.
const PAYLOAD_BYTES = 100;
const FIRST_SEQ = 11;
const LAST_SEQ = 30;
const phases = { warmupMs: 950, measureMs: 2_000, drainMs: 2_000 };
const oneSubscriber = { subscribers: 1, eventsPerSec: 10, payloadBytes: PAYLOAD_BYTES };
const measuredSeqs = Array.from({ length: LAST_SEQ - FIRST_SEQ + 1 }, (_, index) => FIRST_SEQ + index);
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

async function measured(transport: TransportId, transportOptions = {}) {
  const base = testCell(transport, oneSubscriber);
  const cell = { ...base, transportOptions: { ...base.transportOptions, ...transportOptions } };
  const trial = await runTestTrial(fastify, cell, phases);
  const { measure } = trial.record.measurement.tallies;
  expect(measure.deliveries).toBe(measuredSeqs.length);
  return { ...trial, measure };
}

/** Bytes of request and response head of one exchange, seen on a plain socket of our own. */
async function realHeads(path: string): Promise<{ requestBytes: number; responseBytes: number; response: string }> {
  const server = await ServerProcess.start(fastify, {});
  try {
    server.stdin.write('1 first\n2 second\n');
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
    socket.write(request);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    const responseBytes = bytes.indexOf('\r\n\r\n') + 4;
    return { requestBytes: request.length, responseBytes, response: bytes.toString() };
  } finally {
    await server.stop();
  }
}

describe('application bytes on one connection, 100-byte events', () => {
  it.concurrent('websocket: 102 a delivery', async () => {
    const { measure, cell } = await measured('websocket');
    expect((measure.receivedBytes + measure.sentBytes) / measure.deliveries).toBe(102);
    expect(websocketEventBytes(PAYLOAD_BYTES)).toBe(102);
    expect(cell.bytes.overheadPerDelivery).toBe(2);
  });

  it.concurrent('sse: the closed form, byte for byte', async () => {
    const { measure } = await measured('sse');
    expect(measure.receivedBytes).toBe(sum(measuredSeqs.map((seq) => sseEventBytes(PAYLOAD_BYTES, seq))));
    expect(measure.sentBytes).toBe(0);
  });

  it.concurrent('http-stream: the closed form, byte for byte', async () => {
    const { measure } = await measured('http-stream');
    expect(measure.receivedBytes).toBe(measuredSeqs.length * httpStreamEventBytes(PAYLOAD_BYTES));
    expect(measure.sentBytes).toBe(0);
  });

  it.concurrent('long-polling: heads of request and response, one line of body for each event', async () => {
    const heads = await realHeads('/long-polling?after=1');
    // The body there is `second` and LF; the real one is a byte more than the event, with one more digit to say so.
    const responseBytes = heads.responseBytes - '7'.length + '101'.length;
    const { measure } = await measured('long-polling');
    expect(measure.requests).toBe(measuredSeqs.length);
    // The request that event n answers was sent after event n - 1.
    const requestBytes = sum(measuredSeqs.map((seq) => heads.requestBytes - '1'.length + String(seq - 1).length));
    expect(measure.sentBytes).toBe(requestBytes);
    expect(measure.requestHeadBytes).toBe(requestBytes);
    expect(measure.responseHeadBytes).toBe(measure.requests * responseBytes);
    expect(measure.receivedBytes).toBe(measure.requests * responseBytes + measuredSeqs.length * (PAYLOAD_BYTES + 1));
  });

  it.concurrent('polling: heads of every poll, empty or not, spread over the events', async () => {
    const empty = await realHeads('/polling?after=2');
    expect(empty.response.startsWith('HTTP/1.1 204 ')).toBe(true);
    const full = await realHeads('/polling?after=1');
    const fullBytes = full.responseBytes - '7'.length + '101'.length;
    const { measure, cell } = await measured('polling', { intervalMs: 50 });
    // Twice as many polls as events: each event has an answer of its own and every second answer is empty.
    expect(measure.emptyResponses).toBe(measure.requests - measuredSeqs.length);
    expect(measure.envelopes).toBe(measuredSeqs.length);
    expect(measure.responseHeadBytes).toBe(
      measuredSeqs.length * fullBytes + measure.emptyResponses * empty.responseBytes,
    );
    // `after` has two digits from event 10 on, and that is the event before the first measured one.
    expect(measure.requestHeadBytes).toBe(measure.requests * (empty.requestBytes + 1));
    expect(measure.receivedBytes).toBe(measure.responseHeadBytes + measuredSeqs.length * (PAYLOAD_BYTES + 1));
    expect(measure.sentBytes).toBe(measure.requestHeadBytes);
    const overheadBytes = measure.requestHeadBytes + measure.responseHeadBytes + measuredSeqs.length;
    expect(cell.bytes.overheadPerDelivery).toBe(overheadBytes / measuredSeqs.length);
  });

  it.concurrent('every byte of the connection belongs to exactly one phase', async () => {
    const { record } = await measured('websocket');
    const { connect: connecting, warmup, measure, drain, close } = record.measurement.tallies;
    expect(warmup.receivedBytes + measure.receivedBytes + drain.receivedBytes + close.receivedBytes).toBe(30 * 102);
    expect(connecting.requests).toBe(1);
    expect(connecting.sentBytes).toBe(connecting.requestHeadBytes);
    expect(connecting.receivedBytes).toBe(connecting.responseHeadBytes);
  });
});

describe('the breakdown of the overhead, each part by its closed form', () => {
  const heads = fastify.manifest.responseHeadBytes as Required<ResponseHeads>;
  /** Long after event 9, so that every seq has two digits, on a machine that stands still for a while as well. */
  const later = { ...phases, warmupMs: 1_450 };

  async function brokenDown(transport: TransportId, transportOptions: object, serverOptions: Partial<ServerOptions>) {
    const base = testCell(transport, { ...oneSubscriber, serverOptions });
    const cell = { ...base, transportOptions: { ...base.transportOptions, ...transportOptions } };
    const { record, cell: result } = await runTestTrial(fastify, cell, later);
    const { received, sent, payload, breakdown } = result.bytes;
    expect(sum(Object.values(breakdown))).toBe(received + sent - payload);
    return { record, breakdown, measure: record.measurement.tallies.measure };
  }

  it.concurrent.each([
    ['sse', sseEventBytes(PAYLOAD_BYTES, 10)],
    ['http-stream', httpStreamEventBytes(PAYLOAD_BYTES)],
    ['websocket', websocketEventBytes(PAYLOAD_BYTES)],
  ] as const)('%s, with heartbeats between the events', async (transport, eventBytes) => {
    const { record, breakdown, measure } = await brokenDown(transport, {}, { heartbeatMs: 60 });
    const { framing, heartbeats, ...others } = breakdown;
    expect(others).toEqual({ requestHeads: 0, responseHeads: 0, emptyPolls: 0, handshakes: 0 });
    // A heartbeat that is read together with an event is booked with it.
    expect(framing + heartbeats).toBe(
      measure.deliveries * (eventBytes - PAYLOAD_BYTES) + measure.heartbeats * HEARTBEAT_BYTES[transport],
    );
    expect(heartbeats).toBeGreaterThan(0);
    expect(heartbeats % HEARTBEAT_BYTES[transport]).toBe(0);
    expect(breakdownOf(record.measurement.tallies.connect)).toMatchObject({
      requestHeads: 0,
      responseHeads: 0,
      framing: 0,
      handshakes: requestBytes(transport, 'bare', record.authority.length, 1, true) + heads[transport],
    });
  });

  it.concurrent.each([
    ['polling', true],
    ['polling', false],
    ['long-polling', true],
    ['long-polling', false],
  ] as const)('%s, keep-alive %s, with empty answers', async (transport, keepAlive) => {
    const interval = transport === 'polling' ? { intervalMs: 50 } : {};
    const { record, breakdown, measure } = await brokenDown(
      transport,
      { ...interval, keepAlive },
      { longPollTimeoutMs: 60 },
    );
    const { events, empty } = heads[transport][keepAlive ? 'keepAlive' : 'close'];
    const request = requestBytes(transport, 'bare', record.authority.length, 2, keepAlive);
    const answers = measure.requests - measure.emptyResponses;
    expect(measure.emptyResponses).toBeGreaterThan(0);
    expect(breakdown).toEqual({
      requestHeads: answers * request,
      responseHeads: answers * events + measure.lengthDigits,
      framing: measure.deliveries,
      emptyPolls: measure.emptyResponses * (request + empty),
      handshakes: 0,
      heartbeats: 0,
    });
  });
});
