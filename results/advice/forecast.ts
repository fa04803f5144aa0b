import { type ExpectedLatency, expectedLatency } from './expected-latency.ts';
import { expectedTraffic, type Traffic } from './expected-traffic.ts';
import { constantAt } from './interpolate.ts';
import { isAsked, type TransportModel } from './model.ts';
import type { Needs } from './needs.ts';

/**
 * A server process is one thread, and one that is busy for more of the time than this makes a queue of its own; beyond it
 * the subscribers are spread over more processes.
 */
export const PROCESS_BUSY_MOST = 0.7;

/** The number of processes has long since settled, or is nothing that anybody would start. */
const MOST_ROUNDS = 50;

/** What a transport would take at these needs, by closed forms and constants of this run. */
export interface Forecast {
  latencyUs: ExpectedLatency;
  traffic: Traffic | null;
  /** Null where the system did not tell processor time. */
  serverCores: number | null;
  serverProcesses: number;
}

/** The forecast of the models alone, whether or not these needs were measured. */
export function forecast(model: TransportModel, needs: Needs): Forecast {
  let serverProcesses = 1;
  for (let round = 1; ; round += 1) {
    const subscribersPerProcess = Math.max(1, needs.subscribers / serverProcesses);
    const traffic = expectedTraffic(model, needs, subscribersPerProcess);
    const serverCores = traffic === null ? null : coresOf(model, needs, traffic);
    const needed = Math.min(needs.subscribers, Math.ceil((serverCores ?? 0) / PROCESS_BUSY_MOST));
    // With more processes long-polling asks more often, which may take yet another.
    if (needed <= serverProcesses || round === MOST_ROUNDS) {
      const latencyUs = expectedLatency(model, needs, needs.statistic, subscribersPerProcess);
      return { latencyUs, traffic, serverCores, serverProcesses };
    }
    serverProcesses = needed;
  }
}

/** Processor time of a request, or of a delivery where nothing is asked for, times how many there are. */
function coresOf(model: TransportModel, needs: Needs, { requestsPerSec }: Traffic): number | null {
  const perUnitUs = constantAt(model, needs, 'serverCpuUsPerUnit');
  if (perUnitUs === null) return null;
  if (!isAsked(model.transport)) return (perUnitUs * needs.subscribers * needs.eventsPerSec) / 1e6;
  return (towardsCeilingUs(model, requestsPerSec, perUnitUs) * requestsPerSec) / 1e6;
}

/**
 * A busy server spends less on a request than one that is woken for each. Where the run has measured the request ceiling,
 * the cost is interpolated between the busiest cell and the ceiling, over the logarithm of the rate, and beyond it stays.
 */
function towardsCeilingUs({ ceiling, points }: TransportModel, requestsPerSec: number, perUnitUs: number): number {
  const busiest = Math.max(...points.map(({ measured }) => measured.requestsPerSec));
  if (ceiling === null || requestsPerSec <= busiest || ceiling.requestsPerSec <= busiest) return perUnitUs;
  const way = Math.log(requestsPerSec / busiest) / Math.log(ceiling.requestsPerSec / busiest);
  return perUnitUs + Math.min(1, way) * (Math.min(perUnitUs, ceiling.serverCpuUsPerRequest) - perUnitUs);
}
