import { coalescedPoisson } from '../theory/coalescing.ts';
import { httpStreamEventBytes, sseEventBytes, websocketEventBytes } from '../theory/framing.ts';
import { poissonBatches } from '../theory/replay.ts';
import { requestBytes } from '../theory/requests.ts';
import { HEARTBEAT_BYTES } from '../theory/wire-bytes.ts';
import { longPollTimes } from './expected-latency.ts';
import { constantAt } from './interpolate.ts';
import type { TransportModel } from './model.ts';
import type { Needs } from './needs.ts';

/** What all subscribers together put on the wire, without TCP/IP headers. */
export interface Traffic {
  requestsPerSec: number;
  wireBytesPerSec: number;
}

/**
 * The traffic of events at random times (Poisson), by the closed forms of theory and sizes of heads as in this run.
 * `subscribersPerProcess`: long-polling asks more often when its server reaches all sooner. Null when a head or, for
 * long-polling, the gap until a subscriber asks again is not known.
 */
export function expectedTraffic(model: TransportModel, needs: Needs, subscribersPerProcess: number): Traffic | null {
  if (model.transport === 'polling') return pollTraffic(model, needs);
  if (model.transport === 'long-polling') return longPollTraffic(model, needs, subscribersPerProcess);
  return { requestsPerSec: 0, wireBytesPerSec: pushBytesPerSec(model, needs) };
}

/** Every event once to every subscriber, and a heartbeat after each silence of that length: lambda / (exp(lambda h) - 1). */
function pushBytesPerSec(model: TransportModel, needs: Needs): number {
  const { eventsPerSec, subscribers } = needs;
  const heartbeatsPerSec = eventsPerSec / Math.expm1((eventsPerSec * model.heartbeatUs) / 1e6);
  const transport = model.transport as keyof typeof HEARTBEAT_BYTES;
  const bytesPerSec = eventsPerSec * pushEventBytes(model, needs) + heartbeatsPerSec * HEARTBEAT_BYTES[transport];
  return subscribers * bytesPerSec;
}

function pushEventBytes(model: TransportModel, needs: Needs): number {
  const { payloadBytes } = needs;
  if (model.transport === 'websocket') return websocketEventBytes(payloadBytes);
  if (model.transport === 'http-stream') return httpStreamEventBytes(payloadBytes);
  // A mean of so many digits: as many seqs have one more than the whole part as the fraction says.
  const digits = constantAt(model, needs, 'seqDigits') ?? 1;
  const whole = Math.floor(digits);
  const ofDigits = (count: number) => sseEventBytes(payloadBytes, 10 ** (count - 1));
  return ofDigits(whole) + (digits - whole) * (ofDigits(whole + 1) - ofDigits(whole));
}

/** Bytes of a request and its answer with so many events, but for the events; and of one that is answered 204. */
interface ExchangeBytes {
  withEvents(eventsPerResponse: number): number;
  empty: number;
}

function exchangeBytes(model: TransportModel, needs: Needs): ExchangeBytes | null {
  const head = constantAt(model, needs, 'responseHeadBytes');
  if (head === null) return null;
  const authorityBytes = constantAt(model, needs, 'authorityBytes') ?? 0;
  const afterDigits = constantAt(model, needs, 'afterDigits') ?? 1;
  const request = requestBytes(model.transport, needs.headers, authorityBytes, afterDigits, model.keepAlive);
  return {
    withEvents: (events) => request + head + String(Math.floor(events * (needs.payloadBytes + 1))).length,
    // No answer of the run was empty: taken to be as long as the others.
    empty: request + (constantAt(model, needs, 'emptyHeadBytes') ?? head),
  };
}

/**
 * A poll every T: with events when one became available since the poll before. Of a server that coalesces for c, batches
 * are c and an exponential time apart, so the share is lambda_b E[min(gap, T)]; without, 1 - exp(-lambda T).
 */
function pollTraffic(model: TransportModel, needs: Needs): Traffic | null {
  const bytes = exchangeBytes(model, needs);
  if (bytes === null) return null;
  const { eventsPerSec, subscribers, payloadBytes } = needs;
  const intervalSec = needs.pollIntervalMs / 1000;
  const windowSec = model.coalesceUs / 1e6;
  const { batchesPerSec } = coalescedPoisson(eventsPerSec, model.coalesceUs);
  const gapSec =
    intervalSec < windowSec
      ? intervalSec
      : windowSec - Math.expm1(-eventsPerSec * (intervalSec - windowSec)) / eventsPerSec;
  const share = batchesPerSec * gapSec;
  const perPoll = share * bytes.withEvents((eventsPerSec * intervalSec) / share) + (1 - share) * bytes.empty;
  const requestsPerSec = subscribers / intervalSec;
  return {
    requestsPerSec,
    wireBytesPerSec: requestsPerSec * perPoll + subscribers * eventsPerSec * (payloadBytes + 1),
  };
}

/**
 * A request for each response, which carries what came in the gap before it (poissonBatches). A request that finds nothing,
 * exp(-lambda g) of them, is held for an exponential time, and each whole timeout tau in it is one more that is answered 204:
 * exp(-lambda g) / (exp(lambda (tau + g)) - 1) of them per response.
 */
function longPollTraffic(model: TransportModel, needs: Needs, subscribersPerProcess: number): Traffic | null {
  const bytes = exchangeBytes(model, needs);
  const times = longPollTimes(model, needs, subscribersPerProcess);
  if (bytes === null || times === null) return null;
  const { eventsPerSec, subscribers, payloadBytes } = needs;
  const { batchesPerSec } = coalescedPoisson(eventsPerSec, model.coalesceUs);
  const responsesPerSec = batchesPerSec / poissonBatches(batchesPerSec, times).eventsPerBatch;
  const perUs = batchesPerSec / 1e6;
  const emptyPerResponse =
    Math.exp(-perUs * times.busyUs) / Math.expm1(perUs * (model.longPollTimeoutUs + times.busyUs));
  const perResponse = bytes.withEvents(eventsPerSec / responsesPerSec) + emptyPerResponse * bytes.empty;
  return {
    requestsPerSec: subscribers * responsesPerSec * (1 + emptyPerResponse),
    wireBytesPerSec: subscribers * (responsesPerSec * perResponse + eventsPerSec * (payloadBytes + 1)),
  };
}
