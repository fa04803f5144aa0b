import type { CapacityCell } from '../scenarios/cell.ts';
import type { CapacityTrial, CompletedCapacityCell, Estimate } from './run-document.ts';

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

/** A capacity cell out of its trials. Throws a RangeError without trials. */
export function mergeCapacity(cell: CapacityCell, trials: CapacityTrial[]): CompletedCapacityCell {
  if (trials.length === 0) throw new RangeError('no trial to merge');
  const cpu = trials.map((trial) => trial.serverCpuUsPerRequest).filter((us) => us !== null);
  const errors = trials.reduce((sum, trial) => sum + trial.errors, 0);
  const requests = trials.reduce((sum, trial) => sum + trial.requests, 0);
  const checks = [
    {
      name: 'every request was answered with success',
      ok: errors === 0 && requests > 0,
      value: errors,
      limit: '0 errors, at least 1 request',
      advice: 'Lower capacity.connections, or see what the server writes to stderr.',
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
    serverCpuUsPerRequest: cpu.length < trials.length ? null : medianEstimate(cpu),
    errors,
    validity: { ok: checks.every((check) => check.ok), checks },
    trials,
  };
}
