import type { Random } from '../../servers/contract/random.ts';
import type { ResponseHeads } from '../../servers/contract/ready.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import { emptyTally, type Tally } from '../recording/tally.ts';
import { httpStreamEventBytes, sseEventBytes, websocketEventBytes } from '../theory/framing.ts';
import { handshakeBytes, requestBytes } from '../theory/requests.ts';

/*
 * How each transport of the golden run document behaves: a server that takes a fixed time for each subscriber, on a real
 * schedule; the wire bytes by the closed forms and the heads of the reference server.
 */

export const SUBSCRIBERS = 100;
export const PAYLOAD_BYTES = 128;
export const POLL_INTERVAL_US = 250_000;
export const AUTHORITY = '127.0.0.1:40113';

/** As the reference server declares them. */
export const responseHeads = {
  polling: { keepAlive: { events: 184, empty: 138 }, close: { events: 154, empty: 108 } },
  'long-polling': { keepAlive: { events: 184, empty: 138 }, close: { events: 154, empty: 108 } },
  sse: 191,
  'http-stream': 194,
  websocket: 129,
} as const satisfies ResponseHeads;
const heads = responseHeads.polling.keepAlive;

const digits = (value: number) => String(value).length;
const bareRequestBytes = (transport: Exclude<TransportId, 'websocket'>, after: number) =>
  requestBytes(transport, 'bare', AUTHORITY.length, digits(after), true);

/** What a modelled trial hands out: deliveries in no order, and what happened on the wire. */
interface Happenings {
  /** Event `seq` was received at this time of the feed. */
  delivered(seq: number, atUs: number): void;
  /** The counters at this time of the feed. */
  tallyAt(atUs: number): Tally;
}

/** One transport of the sample. */
export interface Model {
  serverCpuUs: number;
  driverCpuUs: number;
  memoryBytes: number;
  connect: Tally;
  /** Events due at these times (element i is event i + 1) reach all subscribers. `pace` is the speed of this trial's server. */
  play(dueUs: Float64Array, pace: number, random: Random, happenings: Happenings): void;
}

/** One fan-out in a hundred waits for a garbage collection or another process. */
const hiccupUs = (random: Random) => (random() < 0.01 ? 4_000 * random() : 0);

/**
 * A server that reaches one subscriber after another: events that are due before it is through with those before go out
 * together. Calls back for each subscriber of each batch.
 */
function fanOut(
  dueUs: Float64Array,
  { firstUs, eachUs }: { firstUs: number; eachUs: number },
  random: Random,
  reached: (firstSeq: number, lastSeq: number, atUs: number) => void,
): void {
  let freeUs = 0;
  for (let index = 0; index < dueUs.length; ) {
    const beginUs = Math.max(freeUs, dueUs[index] as number) + hiccupUs(random);
    let next = index + 1;
    while (next < dueUs.length && (dueUs[next] as number) <= beginUs) next += 1;
    const jitterUs = 120 * random();
    for (let rank = 1; rank <= SUBSCRIBERS; rank += 1) {
      reached(index + 1, next, beginUs + firstUs + jitterUs + rank * eachUs);
    }
    freeUs = beginUs + SUBSCRIBERS * eachUs;
    index = next;
  }
}

function push(wireBytes: (seq: number) => number, firstUs: number, eachUs: number): Model['play'] {
  return (dueUs, pace, random, { delivered, tallyAt }) =>
    fanOut(dueUs, { firstUs: firstUs * pace, eachUs: eachUs * pace }, random, (firstSeq, lastSeq, atUs) => {
      const tally = tallyAt(atUs);
      tally.reads += 1;
      for (let seq = firstSeq; seq <= lastSeq; seq += 1) {
        tally.receivedBytes += wireBytes(seq);
        tally.payloadBytes += PAYLOAD_BYTES;
        tally.deliveries += 1;
        tally.envelopes += 1;
        delivered(seq, atUs);
      }
    });
}

/** One answered request; events `after` + 1 to `lastSeq` are in the answer. */
function exchange(
  transport: 'polling' | 'long-polling',
  after: number,
  lastSeq: number,
  atUs: number,
  happenings: Happenings,
): void {
  const tally = happenings.tallyAt(atUs);
  const events = lastSeq - after;
  const bodyBytes = events * (PAYLOAD_BYTES + 1);
  const request = bareRequestBytes(transport, after);
  const response = events === 0 ? heads.empty : heads.events + digits(bodyBytes);
  tally.requests += 1;
  tally.afterDigits += digits(after);
  tally.sentBytes += request;
  tally.requestHeadBytes += request;
  tally.receivedBytes += response + bodyBytes;
  tally.responseHeadBytes += response;
  if (events === 0) {
    tally.emptyResponses += 1;
    tally.emptyRequestBytes += request;
    tally.emptyResponseBytes += response;
    return;
  }
  tally.lengthDigits += digits(bodyBytes);
  tally.envelopes += 1;
  tally.reads += 1;
  tally.deliveries += events;
  tally.payloadBytes += events * PAYLOAD_BYTES;
  for (let seq = after + 1; seq <= lastSeq; seq += 1) happenings.delivered(seq, atUs);
}

const playLongPolling: Model['play'] = (dueUs, pace, random, happenings) =>
  fanOut(dueUs, { firstUs: 520 * pace, eachUs: 33 * pace }, random, (firstSeq, lastSeq, atUs) =>
    exchange('long-polling', firstSeq - 1, lastSeq, atUs, happenings),
  );

const playPolling: Model['play'] = (dueUs, pace, random, happenings) => {
  const lastUs = dueUs.at(-1) ?? 0;
  for (let subscriber = 0; subscriber < SUBSCRIBERS; subscriber += 1) {
    let seen = 0;
    for (let atUs = POLL_INTERVAL_US * random(); atUs < lastUs + POLL_INTERVAL_US; atUs += POLL_INTERVAL_US) {
      let last = seen;
      while (last < dueUs.length && (dueUs[last] as number) <= atUs) last += 1;
      exchange('polling', seen, last, atUs + 420 * pace + hiccupUs(random), happenings);
      seen = last;
    }
  }
};

function connectTally(requestHead: number, responseHead: number, isHandshake: boolean): Tally {
  const [sent, received] = [SUBSCRIBERS * requestHead, SUBSCRIBERS * responseHead];
  return {
    ...emptyTally(),
    requests: responseHead === 0 ? 0 : SUBSCRIBERS,
    sentBytes: sent,
    requestHeadBytes: sent,
    receivedBytes: received,
    responseHeadBytes: received,
    ...(isHandshake ? { handshakeRequestBytes: sent, handshakeResponseBytes: received } : {}),
  };
}

/** One poll outside of the plan, answered 204, makes a subscriber of polling ready. */
function firstPolls(): Tally {
  const tally = connectTally(bareRequestBytes('polling', 0), heads.empty, false);
  return {
    ...tally,
    emptyResponses: SUBSCRIBERS,
    emptyRequestBytes: tally.requestHeadBytes,
    emptyResponseBytes: tally.responseHeadBytes,
    afterDigits: SUBSCRIBERS,
  };
}

export const models: Record<TransportId, Model> = {
  polling: {
    serverCpuUs: 8.4,
    driverCpuUs: 3.1,
    memoryBytes: 7400,
    connect: firstPolls(),
    play: playPolling,
  },
  'long-polling': {
    serverCpuUs: 33.4,
    driverCpuUs: 14.8,
    memoryBytes: 9100,
    connect: emptyTally(),
    play: playLongPolling,
  },
  sse: {
    serverCpuUs: 14.2,
    driverCpuUs: 7.6,
    memoryBytes: 12_300,
    connect: connectTally(bareRequestBytes('sse', 0), responseHeads.sse, true),
    play: push((seq) => sseEventBytes(PAYLOAD_BYTES, seq), 240, 14),
  },
  'http-stream': {
    serverCpuUs: 13.9,
    driverCpuUs: 7.2,
    memoryBytes: 12_100,
    connect: connectTally(bareRequestBytes('http-stream', 0), responseHeads['http-stream'], true),
    play: push(() => httpStreamEventBytes(PAYLOAD_BYTES), 235, 13.8),
  },
  websocket: {
    serverCpuUs: 11.6,
    driverCpuUs: 6.9,
    memoryBytes: 17_800,
    connect: connectTally(handshakeBytes('bare', AUTHORITY.length, 1), responseHeads.websocket, true),
    play: push(() => websocketEventBytes(PAYLOAD_BYTES), 210, 11),
  },
};
