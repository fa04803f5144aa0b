import type { TrialResult } from '../delivery-result.ts';
import { deliveryCells } from '../labels.ts';
import { decodeSum } from '../recording/latency-windows.ts';
import type { RunDocument } from '../run-document.ts';
import { type TrialSample, trialSample } from '../statistics/latency-sample.ts';
import type { ComparedRun } from './compared-run.ts';

/**
 * A run ready to be compared. The latencies of a cell's trials are decoded when they are asked for, which is where a
 * difference would be claimed: few cells of a large document.
 */
export function decodeRun(document: RunDocument): ComparedRun {
  const results = new Map(deliveryCells(document).map((result) => [result.cell.id, result]));
  const samples = new Map<string, TrialSample | null>();
  return {
    document,
    runs: 1,
    leftOut: new Map(),
    sample: (id) => {
      if (!samples.has(id)) samples.set(id, readSample(results.get(id)?.trials ?? []));
      return samples.get(id) ?? null;
    },
  };
}

function readSample(trials: readonly TrialResult[]): TrialSample | null {
  try {
    return trialSample(trials.map(({ trial, windows }) => ({ trial, counts: decodeSum(windows) })));
  } catch {
    // The document's other figures can be compared without.
    return null;
  }
}
