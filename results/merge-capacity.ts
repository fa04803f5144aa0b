import type { CapacityCell } from '../scenarios/cell.ts';
import type { CapacityTrial, CompletedCapacityCell } from './capacity-result.ts';
import type { Estimate } from './delivery-result.ts';
import { mergeLatencies } from './recording/latency.ts';
import { summarizeResponse } from './summarize.ts';

/** Middle value, the lower of two, with the smallest and largest as its interval when there are five or more. */
function medianEstimate(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const enough = sorted.length >= 5;
  return {
    value: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    low: enough ? (sorted[0] ?? null) : null,
    high: enough ? (sorted.at(-1) ?? null) : null,
  };
}

/** In a closed loop the deviation is a few polls cut at the ends of the phase; 5 % is a fault of the instrument. */
const LITTLE_TOLERANCE = 0.05;

/**
 * Little's law (L = lambda W): requests per second x mean response time is the number of polls under way, which in the
 * closed loop is the number of connections. Returns the trial that is farthest from 1, as a share of the connections.
 */
function farthestFromLittle(connections: number, trials: readonly CapacityTrial[]): number | null {
  const shares = trials
    .filter(({ response }) => response.count > 0)
    .map(({ requestsPerSec, response }) => (requestsPerSec * (response.sumUs / response.count)) / 1e6 / connections);
  return shares.toSorted((a, b) => Math.abs(b - 1) - Math.abs(a - 1))[0] ?? null;
}

function estimateOfAll(values: (number | null)[]): Estimate | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : medianEstimate(known);
}

/** A capacity cell out of its trials. Throws a RangeError without trials. */
export function mergeCapacity(cell: CapacityCell, trials: CapacityTrial[]): CompletedCapacityCell {
  if (trials.length === 0) throw new RangeError('no trial to merge');
  const errors = trials.reduce((sum, trial) => sum + trial.errors, 0);
  const requests = trials.reduce((sum, trial) => sum + trial.requests, 0);
  const little = farthestFromLittle(cell.connections, trials);
  const checks = [
    {
      id: 'answered',
      severity: 'invalid' as const,
      name: 'every request was answered with success',
      ok: errors === 0 && requests > 0,
      value: errors,
      limit: '0 errors, at least 1 request',
      advice: 'Lower capacity.connections, or see what the server writes to stderr.',
    },
    {
      id: 'littles-law',
      severity: 'invalid' as const,
      name: "Little's law: requests/s x mean response time, as a share of the connections",
      ok: little !== null && Math.abs(little - 1) <= LITTLE_TOLERANCE,
      value: little,
      limit: `${1 - LITTLE_TOLERANCE} to ${1 + LITTLE_TOLERANCE}`,
      advice: 'Measure longer (capacity.durationMs); if it stays, count or clock of the driver are wrong: report it.',
    },
  ];
  return {
    outcome: 'completed',
    cell,
    requestsPerSec: medianEstimate(trials.map((trial) => trial.requestsPerSec)),
    receivedBytesPerRequest:
      requests === 0
        ? 0
        : trials.reduce((sum, trial) => sum + trial.receivedBytesPerRequest * trial.requests, 0) / requests,
    responseUs: summarizeResponse(mergeLatencies(trials.map(({ response }) => response)).data()),
    serverCpuUsPerRequest: estimateOfAll(trials.map((trial) => trial.serverCpuUsPerRequest)),
    driverCpuUsPerRequest: estimateOfAll(trials.map((trial) => trial.driverCpuUsPerRequest)),
    driverUtilization: Math.max(...trials.map((trial) => trial.driverUtilization)),
    errors,
    validity: { ok: checks.every((check) => check.ok), checks },
    trials,
  };
}
