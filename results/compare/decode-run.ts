import { deliveryCells } from '../labels.ts';
import type { RunDocument } from '../run-document.ts';
import { latencySample } from '../statistics/decode-windows.ts';
import type { ComparedRun } from './compare-runs.ts';

/** A run ready to be compared: the latencies of its trials decoded, but for cells whose histograms cannot be read. */
export function decodeRun(document: RunDocument): ComparedRun {
  const samples = new Map<string, ReturnType<typeof latencySample>>();
  for (const { cell, trials } of deliveryCells(document)) {
    try {
      samples.set(cell.id, latencySample(trials));
    } catch {
      // The document's other figures can be compared without.
    }
  }
  return { document, samples };
}
