import type { DeliveryCell } from '../../scenarios/cell.ts';
import { defaultServerOptions, type TransportOptions } from '../../servers/contract/transports.ts';
import type { CompletedCell, TrialResult } from '../delivery-result.ts';
import { capacityCells, cellLabels, deliveryCells } from '../labels.ts';
import { addTally, emptyTally, type Phase, phases, type Tally } from '../recording/tally.ts';
import type { RunDocument } from '../run-document.ts';
import { quietMeanUs } from '../theory/fan-out.ts';
import { processing } from '../theory/processing.ts';
import { meanOf, sumOf } from '../theory/row.ts';
import { keepsAlive } from '../theory/wire-bytes.ts';
import { modelLatencyUs } from './expected-latency.ts';
import {
  type AdviceModel,
  isAsked,
  type MeasuredPoint,
  needsAt,
  type PointConstants,
  type PointMeasurement,
  type PointParameters,
  type TransportModel,
} from './model.ts';

/** More cells than these are left out, so that a page stays small. */
export const MOST_POINTS = 100;

/** The valid cells of a run in which something was delivered: what advice can stand on. */
export function usableCells(document: RunDocument): CompletedCell[] {
  return deliveryCells(document).filter(
    ({ validity, bytes, latencyUs }) => validity.ok && bytes.payload > 0 && latencyUs.mean !== null,
  );
}

/** What a run tells about the needs of others: its valid cells, by transport, with the constants of the models. */
export function adviceModel(document: RunDocument): AdviceModel {
  const cells = usableCells(document).slice(0, MOST_POINTS);
  const families = Map.groupBy(cells, ({ cell }) => familyOf(cell).id);
  const labels = cellLabels([...families.values()].map((members) => familyOf((members[0] as CompletedCell).cell)));
  return {
    transports: [...families].map(([id, members]) => transportModel(document, labels.get(id) ?? id, members)),
  };
}

/** The cell without what needs can vary: the same for all cells of one transport, server and set of options. */
function familyOf(cell: DeliveryCell): DeliveryCell {
  const { server, transport, serverOptions } = cell;
  const transportOptions =
    transport === 'polling'
      ? { ...(cell.transportOptions as TransportOptions['polling']), intervalMs: 1 }
      : cell.transportOptions;
  return {
    kind: 'delivery',
    id: JSON.stringify([server, transport, transportOptions, Object.entries(serverOptions).sort()]),
    server,
    transport,
    subscribers: 1,
    eventsPerSec: 1,
    payloadBytes: 1,
    schedule: { kind: 'poisson' },
    transportOptions,
    headers: 'bare',
    serverOptions,
  };
}

function transportModel(document: RunDocument, label: string, members: readonly CompletedCell[]): TransportModel {
  const { cell } = members[0] as CompletedCell;
  const options = { ...defaultServerOptions, ...cell.serverOptions };
  const family = {
    label,
    transport: cell.transport,
    keepAlive: keepsAlive(cell),
    coalesceUs: options.coalesceMs * 1000,
    longPollTimeoutUs: options.longPollTimeoutMs * 1000,
    heartbeatUs: options.heartbeatMs * 1000,
    ceiling: cell.transport === 'polling' && keepsAlive(cell) ? ceilingOf(document, cell.server) : null,
  };
  return { ...family, points: members.map((result) => withPercentiles(family, measuredPointOf(result))) };
}

/** The highest valid request ceiling of a server. */
function ceilingOf(document: RunDocument, server: string): TransportModel['ceiling'] {
  const ceilings = capacityCells(document).flatMap(({ cell, validity, requestsPerSec, serverCpuUsPerRequest }) =>
    cell.server === server && validity.ok && serverCpuUsPerRequest !== null
      ? [{ requestsPerSec: requestsPerSec.value, serverCpuUsPerRequest: serverCpuUsPerRequest.value }]
      : [],
  );
  return ceilings.toSorted((a, b) => b.requestsPerSec - a.requestsPerSec)[0] ?? null;
}

function measuredPointOf(result: CompletedCell): MeasuredPoint {
  const constants = constantsOf(result);
  for (const name of Object.keys(constants) as (keyof PointConstants)[]) {
    const value = constants[name];
    // Enough for any use, and half as long in a page.
    if (value !== null) Object.assign(constants, { [name]: Number(value.toPrecision(8)) });
  }
  return { at: parametersOf(result.cell), measured: measurementOf(result), constants };
}

function parametersOf(cell: DeliveryCell): PointParameters {
  const { eventsPerSec, subscribers, payloadBytes, headers, schedule } = cell;
  const isPolling = cell.transport === 'polling';
  const others = { constant: 'evenly spaced', burst: 'in bursts', poisson: null };
  return {
    eventsPerSec,
    subscribers,
    payloadBytes,
    headers,
    pollIntervalMs: isPolling ? (cell.transportOptions as TransportOptions['polling']).intervalMs : null,
    otherSchedule: others[schedule.kind],
  };
}

const deliveriesOf = ({ bytes, cell }: CompletedCell) => bytes.payload / cell.payloadBytes;

function measurementOf(result: CompletedCell): PointMeasurement {
  const { bytes, requests, latencyUs, serverUsage, subscription, trials, phases: planned } = result;
  const measuredSec = (trials.length * planned.measureMs) / 1000;
  const deliveriesPerSec = deliveriesOf(result) / measuredSec;
  const { cpuUsPerDelivery } = serverUsage;
  return {
    deliveriesPerSec,
    requestsPerSec: requests.count / measuredSec,
    wireBytesPerSec: (bytes.received + bytes.sent) / measuredSec,
    latencyUs: {
      mean: latencyUs.mean === null ? null : { value: latencyUs.mean, low: null, high: null },
      p50: latencyUs.p50,
      p99: latencyUs.p99,
    },
    serverCores: cpuUsPerDelivery === null ? null : (cpuUsPerDelivery * deliveriesPerSec) / 1e6,
    serverProcesses: subscription.serverProcesses,
  };
}

/** The counters of these phases over all trials. */
function tallyOf(trials: readonly TrialResult[], of: readonly Phase[]): Tally {
  const whole = emptyTally();
  for (const { tallies } of trials) for (const phase of of) addTally(whole, tallies[phase]);
  return whole;
}

/** Null when there was nothing to divide by. */
const ratio = (amount: number, count: number) => (count === 0 ? null : amount / count);

function constantsOf(result: CompletedCell): PointConstants {
  const { cell, trials, serverUsage, requests } = result;
  const measure = tallyOf(trials, ['measure']);
  const all = tallyOf(trials, phases);
  const { cpuUsPerDelivery } = serverUsage;
  const cpuUs = cpuUsPerDelivery === null ? null : cpuUsPerDelivery * deliveriesOf(result);
  return {
    authorityBytes: meanOf(trials, ({ authority }) => authority.length) ?? 0,
    seqDigits: meanSeqDigits(trials),
    afterDigits: ratio(measure.afterDigits, measure.requests) ?? 1,
    responseHeadBytes: isAsked(cell.transport)
      ? ratio(
          all.responseHeadBytes - all.emptyResponseBytes - all.handshakeResponseBytes - all.lengthDigits,
          all.requests - all.emptyResponses,
        )
      : null,
    emptyHeadBytes: ratio(all.emptyResponseBytes, all.emptyResponses),
    serverCpuUsPerUnit: isAsked(cell.transport)
      ? cpuUs === null
        ? null
        : ratio(cpuUs, requests.count)
      : cpuUsPerDelivery,
    pollResponseUs: requests.responseUs?.mean ?? null,
    ...fanOutConstants(result),
    medianRatio: null,
    tailUs: null,
  };
}

/** Of the events of the measure phases: a seq is as long as it was in this run. */
function meanSeqDigits(trials: readonly TrialResult[]): number {
  const last = trials.map(({ publisher }) => publisher.events);
  const events = trials.map(({ latencyUs }) => latencyUs.events);
  const digits = sumOf(trials.keys().toArray(), (at) => {
    const [to, count] = [last[at] ?? 0, events[at] ?? 0];
    return digitsUpTo(to) - digitsUpTo(Math.max(0, to - count));
  });
  return (
    ratio(
      digits,
      sumOf(events, (count) => count),
    ) ?? 1
  );
}

/** Digits of all whole numbers from 1 to this one: one for each that has at least one digit, two, three ... */
function digitsUpTo(last: number): number {
  let digits = 0;
  for (let least = 1; least <= last && least < Number.MAX_SAFE_INTEGER; least *= 10) digits += last - least + 1;
  return digits;
}

type FanOutConstant = 'firstUs' | 'meanSpreadUsPerSubscriber' | 'lastSpreadUsPerSubscriber' | 'busyUsPerSubscriber';

/** Of events that met a quiet server, and of processor time, as theory has them (theory/queueing.ts). */
function fanOutConstants({ cell, trials, subscription }: CompletedCell): Pick<PointConstants, FanOutConstant> {
  const each = trials.map((trial) => ({ trial }));
  const [first, mean, last] = (['firstUs', 'meanUs', 'lastUs'] as const).map((key) => quietMeanUs(each, key));
  const costs = each.flatMap((trial) => processing(cell, trial) ?? []);
  const leastUs = meanOf(costs, ({ perSubscriberUs }) => perSubscriberUs.least);
  const mostUs = meanOf(costs, ({ perSubscriberUs }) => perSubscriberUs.most);
  const { serverProcesses } = subscription;
  const others = cell.subscribers / serverProcesses - 1;
  // A single subscriber has no spread: processor time is what theory expects of it.
  const ofCpu = leastUs === null || mostUs === null ? null : (leastUs + mostUs) / 2;
  const spread = (toUs: number | null | undefined, ofOne: number | null) =>
    toUs == null || first == null ? null : others > 0 ? Math.max(0, toUs - first) / others : ofOne;
  return {
    // A quiet event opens a window of its own and waits for all of it; that wait is counted apart.
    firstUs: first == null ? null : Math.max(0, first - (cell.serverOptions.coalesceMs ?? 0) * 1000),
    meanSpreadUsPerSubscriber: spread(mean, ofCpu === null ? null : ofCpu / 2),
    lastSpreadUsPerSubscriber: spread(last, ofCpu),
    busyUsPerSubscriber: leastUs === null ? null : leastUs * serverProcesses,
  };
}

/**
 * The point with what its percentiles are beside those of the model, which knows the schedule and not the pauses of
 * processes: these make p99 later, and the mean of quiet events, which the model is given, with it.
 */
function withPercentiles(family: Omit<TransportModel, 'points'>, point: MeasuredPoint): MeasuredPoint {
  if (family.transport === 'polling' || family.coalesceUs > 0) return point;
  const { p50, p99 } = point.measured.latencyUs;
  const plain = { ...family, points: [point] };
  const subscribersPerProcess = point.at.subscribers / point.measured.serverProcesses;
  const expectedUs = (statistic: 'p50' | 'p99') =>
    modelLatencyUs(plain, needsAt(point, statistic), statistic, subscribersPerProcess);
  const [median, high] = [expectedUs('p50'), expectedUs('p99')];
  const medianRatio = p50 === null || median === null || median === 0 ? null : p50.value / median;
  const tailUs = p99 === null || high === null ? null : Math.max(0, p99.value - high);
  return { ...point, constants: { ...point.constants, medianRatio, tailUs } };
}
