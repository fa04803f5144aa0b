import { type Beyond, beyondMeasured, doubtfulFactor } from './beyond.ts';
import { latencyModelName, latencyRange, longestPollIntervalMs, NO_CONSTANTS } from './expected-latency.ts';
import type { Traffic } from './expected-traffic.ts';
import { forecast } from './forecast.ts';
import { type AdviceModel, isAsked, type MeasuredPoint, type TransportModel } from './model.ts';
import type { Needs } from './needs.ts';

/** Bytes per second become bytes per month with this. */
export const MONTH_SEC = 30 * 24 * 60 * 60;

/** Costs that differ by no more than this share are called alike, as in the comparisons of a run. */
const ALIKE = 0.05;

/** What a number stands on: a cell of the run with just these parameters, arithmetic, or a model with measured constants. */
type Source = 'measured' | 'arithmetic' | 'model';

/** A number and what it stands on; null when it is not known, with the reason. */
export interface Figure {
  value: number | null;
  /** Of latency: the 95 % interval of a measured value, or between what a modelled one may lie; null where there is none. */
  low: number | null;
  high: number | null;
  source: Source;
  whyUnknown: string | null;
}

/** Whether the latency is tolerable; `close`: its interval, or what the model may be off, holds the limit. */
export type InTime = 'yes' | 'no' | 'close' | 'unknown';

/** What a transport would give and cost. */
export interface TransportAdvice {
  label: string;
  /** For which parameters these needs are outside of what was measured; empty when they are inside, or measured. */
  beyond: Beyond[];
  /** Of the wanted statistic. */
  latencyUs: Figure;
  /** The name of the model of latency. */
  latencyModel: string;
  inTime: InTime;
  /** Of polling: the longest interval that is surely in time; null where there is none. */
  longestPollIntervalMs: number | null;
  /** Wire bytes in both directions, TCP/IP headers excluded; a month has 30 days. */
  bytesPerMonth: Figure;
  /** The part of them that is not payload, 0 to 1. */
  overheadShare: Figure;
  requestsPerSec: Figure;
  serverCores: Figure;
  serverProcesses: number;
}

/** Every transport of a model at these needs. */
export interface Advice {
  needs: Needs;
  transports: TransportAdvice[];
  /** Labels of those that are in time and cost least, the cheapest first, with those that cost the same. */
  fewestBytes: string[];
  leastCpu: string[];
}

/**
 * What each transport would give and cost at these needs. Where a valid cell of the run has just these parameters, its
 * measured values; else closed forms with constants that the run measured. Pure.
 */
export function advise(model: AdviceModel, needs: Needs): Advice {
  const transports = model.transports.map((transport) => transportAdvice(transport, needs));
  const inTime = transports.filter((transport) => transport.inTime === 'yes');
  return {
    needs,
    transports,
    fewestBytes: cheapest(inTime, ({ bytesPerMonth }) => bytesPerMonth.value),
    leastCpu: cheapest(inTime, ({ serverCores }) => serverCores.value),
  };
}

function cheapest(transports: readonly TransportAdvice[], cost: (of: TransportAdvice) => number | null): string[] {
  const known = transports.flatMap((transport) => {
    const of = cost(transport);
    return of === null ? [] : [{ label: transport.label, of }];
  });
  known.sort((a, b) => a.of - b.of);
  const least = known[0]?.of ?? 0;
  return known.filter(({ of }) => of <= least * (1 + ALIKE)).map(({ label }) => label);
}

function transportAdvice(model: TransportModel, needs: Needs): TransportAdvice {
  const point = measuredPoint(model, needs);
  return point === null ? modelled(model, needs) : measured(model, needs, point);
}

/** The cell with just these parameters; one with events at random times before others. */
function measuredPoint({ points, transport }: TransportModel, needs: Needs): MeasuredPoint | null {
  const same = points.filter(
    ({ at }) =>
      at.eventsPerSec === needs.eventsPerSec &&
      at.subscribers === needs.subscribers &&
      at.payloadBytes === needs.payloadBytes &&
      (at.pollIntervalMs === null || at.pollIntervalMs === needs.pollIntervalMs) &&
      (!isAsked(transport) || at.headers === needs.headers),
  );
  return same.find(({ at }) => at.otherSchedule === null) ?? same[0] ?? null;
}

/** A product of huge numbers is none, and nothing is said of it. */
function figure(value: number | null, source: Source, whyUnknown = 'the system does not tell'): Figure {
  const isUnknown = value === null || !Number.isFinite(value);
  const why = value === null ? whyUnknown : 'out of range';
  return { value: isUnknown ? null : value, low: null, high: null, source, whyUnknown: isUnknown ? why : null };
}

/** A latency between two values; without them where it is not known. */
function latencyFigure(of: Figure, low: number | null, high: number | null): Figure {
  return of.value === null ? of : { ...of, low, high };
}

function measured(model: TransportModel, needs: Needs, { at, measured: of }: MeasuredPoint): TransportAdvice {
  const latency = of.latencyUs[needs.statistic];
  const payloadPerSec = of.deliveriesPerSec * at.payloadBytes;
  const asMeasured = (value: number | null, whyUnknown?: string) => figure(value, 'measured', whyUnknown);
  const valueUs = asMeasured(latency?.value ?? null, `too few events in this run for a ${needs.statistic}`);
  const latencyUs = latencyFigure(valueUs, latency?.low ?? null, latency?.high ?? null);
  return {
    label: model.label,
    beyond: [],
    latencyUs,
    latencyModel: latencyModelName(model),
    inTime: inTime(latencyUs, needs),
    longestPollIntervalMs: longestPollIntervalMs(model, needs, 1),
    bytesPerMonth: asMeasured(of.wireBytesPerSec * MONTH_SEC),
    overheadShare: asMeasured((of.wireBytesPerSec - payloadPerSec) / of.wireBytesPerSec),
    requestsPerSec: asMeasured(of.requestsPerSec),
    serverCores: asMeasured(of.serverCores),
    serverProcesses: of.serverProcesses,
  };
}

function modelled(model: TransportModel, needs: Needs): TransportAdvice {
  const { latencyUs: expected, traffic, serverCores, serverProcesses } = forecast(model, needs);
  const beyond = beyondMeasured(model, needs);
  const latencyUs =
    'valueUs' in expected
      ? modelledLatency(model, needs, expected.valueUs, doubtfulFactor(beyond))
      : figure(null, 'model', expected.whyUnknown);
  // How often long-polling asks depends on measured times; of the others, traffic is counting.
  const ofTraffic: Source = model.transport === 'long-polling' ? 'model' : 'arithmetic';
  const payloadPerSec = needs.subscribers * needs.eventsPerSec * needs.payloadBytes;
  const perTraffic = (of: (traffic: Traffic) => number) =>
    figure(traffic === null ? null : of(traffic), ofTraffic, NO_CONSTANTS);
  return {
    label: model.label,
    beyond,
    latencyUs,
    latencyModel: latencyModelName(model),
    inTime: inTime(latencyUs, needs),
    longestPollIntervalMs: longestPollIntervalMs(model, needs, doubtfulFactor(beyond)),
    bytesPerMonth: perTraffic(({ wireBytesPerSec }) => wireBytesPerSec * MONTH_SEC),
    overheadShare: perTraffic(({ wireBytesPerSec }) => (wireBytesPerSec - payloadPerSec) / wireBytesPerSec),
    requestsPerSec: perTraffic(({ requestsPerSec }) => requestsPerSec),
    serverCores: figure(serverCores, 'model', traffic === null ? NO_CONSTANTS : undefined),
    serverProcesses,
  };
}

function modelledLatency(model: TransportModel, needs: Needs, valueUs: number, outsideFactor: number): Figure {
  const { low, high } = latencyRange(model, needs, valueUs, outsideFactor);
  return latencyFigure(figure(Number.isFinite(high) ? valueUs : high, 'model'), low, high);
}

/** By the interval where there is one: a limit within it is too close to tell. */
function inTime({ value, low, high }: Figure, { toleratedLatencyMs }: Needs): InTime {
  if (value === null) return 'unknown';
  const limitUs = toleratedLatencyMs * 1000;
  if ((high ?? value) <= limitUs) return 'yes';
  return (low ?? value) > limitUs ? 'no' : 'close';
}
