import { deliveryCells } from '../labels.ts';
import type { RunDocument } from '../run-document.ts';
import { latencySample } from '../statistics/decode-windows.ts';
import type { LatencySample } from '../statistics/latency-sample.ts';
import type { ComparedRun } from './compared-run.ts';

/**
 * A run ready to be compared. The latencies of a cell's trials are decoded when they are asked for, which is where a
 * difference would be claimed: few cells of a large document.
 */
export function decodeRun(document: RunDocument): ComparedRun {
  const results = new Map(deliveryCells(document).map((result) => [result.cell.id, result]));
  const samples = new Map<string, LatencySample | null>();
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

function readSample(trials: Parameters<typeof latencySample>[0]): LatencySample | null {
  try {
    return latencySample(trials);
  } catch {
    // The document's other figures can be compared without.
    return null;
  }
}
