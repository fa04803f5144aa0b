import type { Random } from '../../servers/contract/random.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import { emptyTally, type Tally } from '../recording/tally.ts';

/*
 * How each transport of the golden run document behaves: the wire bytes by the closed forms of RFC 9112 section 7.1,
 * WHATWG HTML 9.2 and RFC 6455 section 5.2, the latencies and costs plausible for 100 subscribers and 128-byte events.
 */

export const SUBSCRIBERS = 100;
const PAYLOAD_BYTES = 128;
const POLL_INTERVAL_MS = 250;

/** One transport of the sample. */
export interface Model {
  latencyUs(random: Random): number;
  serverCpuUs: number;
  driverCpuUs: number;
  memoryBytes: number;
  connect: Tally;
  /** The tally of a phase with this many events, beginning with this seq. */
  tally(firstSeq: number, events: number, phaseMs: number): Tally;
}

// One delivery in a hundred waits for a garbage collection or another process.
function stalled(random: Random, usualUs: number): number {
  return random() < 0.01 ? usualUs + 4000 * random() : usualUs;
}

/** The server writes to its subscribers one after another, so the latency is uniform over the time that takes. */
function fanOut(random: Random, baseUs: number, spanUs: number): number {
  return stalled(random, baseUs + spanUs * random());
}

function sumOverSeqs(firstSeq: number, events: number, bytesOf: (seq: number) => number): number {
  let sum = 0;
  for (let seq = firstSeq; seq < firstSeq + events; seq++) sum += bytesOf(seq);
  return sum;
}

function chunkBytes(dataBytes: number): number {
  return dataBytes + dataBytes.toString(16).length + 4;
}

function pushTally(firstSeq: number, events: number, wireBytes: (seq: number) => number): Tally {
  const deliveries = events * SUBSCRIBERS;
  return {
    ...emptyTally(),
    receivedBytes: sumOverSeqs(firstSeq, events, wireBytes) * SUBSCRIBERS,
    payloadBytes: deliveries * PAYLOAD_BYTES,
    deliveries,
    envelopes: deliveries,
    reads: deliveries - Math.round(deliveries * 0.004),
  };
}

function requestTally(
  events: number,
  answers: number,
  empty: number,
  requestHead: number,
  responseHead: number,
): Tally {
  const deliveries = events * SUBSCRIBERS;
  const requests = answers + empty;
  const responseHeadBytes = answers * responseHead + empty * 84;
  return {
    ...emptyTally(),
    receivedBytes: responseHeadBytes + deliveries * (PAYLOAD_BYTES + 1),
    sentBytes: requests * requestHead,
    payloadBytes: deliveries * PAYLOAD_BYTES,
    deliveries,
    requests,
    emptyResponses: empty,
    requestHeadBytes: requests * requestHead,
    responseHeadBytes,
    envelopes: answers,
    reads: answers,
  };
}

function connectTally(requestHead: number, responseHead: number): Tally {
  return {
    ...emptyTally(),
    requests: SUBSCRIBERS,
    sentBytes: SUBSCRIBERS * requestHead,
    requestHeadBytes: SUBSCRIBERS * requestHead,
    receivedBytes: SUBSCRIBERS * responseHead,
    responseHeadBytes: SUBSCRIBERS * responseHead,
  };
}

export const models: Record<TransportId, Model> = {
  polling: {
    latencyUs: (random) => stalled(random, 420 + POLL_INTERVAL_MS * 1000 * random()),
    serverCpuUs: 8.4,
    driverCpuUs: 3.1,
    memoryBytes: 7400,
    connect: emptyTally(),
    tally: (_firstSeq, events, phaseMs) => {
      const polls = (SUBSCRIBERS * phaseMs) / POLL_INTERVAL_MS;
      return requestTally(events, polls - 4, 4, 66, 171);
    },
  },
  'long-polling': {
    latencyUs: (random) => fanOut(random, 520, 7400),
    serverCpuUs: 66.5,
    driverCpuUs: 14.8,
    memoryBytes: 9100,
    connect: connectTally(71, 0),
    tally: (_firstSeq, events) => requestTally(events, Math.round(events * SUBSCRIBERS * 0.94), 0, 71, 171),
  },
  sse: {
    latencyUs: (random) => fanOut(random, 240, 2050),
    serverCpuUs: 14.2,
    driverCpuUs: 7.6,
    memoryBytes: 12_300,
    connect: connectTally(66, 189),
    tally: (firstSeq, events) =>
      pushTally(firstSeq, events, (seq) => chunkBytes(PAYLOAD_BYTES + 8 + 5 + String(seq).length)),
  },
  'http-stream': {
    latencyUs: (random) => fanOut(random, 235, 2020),
    serverCpuUs: 13.9,
    driverCpuUs: 7.2,
    memoryBytes: 12_100,
    connect: connectTally(74, 182),
    tally: (firstSeq, events) => pushTally(firstSeq, events, () => chunkBytes(PAYLOAD_BYTES + 1)),
  },
  websocket: {
    latencyUs: (random) => fanOut(random, 210, 1620),
    serverCpuUs: 11.6,
    driverCpuUs: 6.9,
    memoryBytes: 17_800,
    connect: connectTally(155, 129),
    tally: (firstSeq, events) => pushTally(firstSeq, events, () => PAYLOAD_BYTES + 4),
  },
};
