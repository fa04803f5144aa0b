import type { ComparedRun } from '../../../compare/compared-run.ts';
import type { CompletedCell } from '../../../delivery-result.ts';
import { deliveryCells } from '../../../labels.ts';
import { readWindows } from '../../../recording/packed-windows.ts';
import type { RunDocument } from '../../../run-document.ts';
import { type LatencySample, sampleOf } from '../../../statistics/latency-sample.ts';

async function sampleOfCell({ trials }: CompletedCell): Promise<LatencySample | null> {
  try {
    return sampleOf(
      await Promise.all(trials.map(async ({ trial, windows }) => ({ trial, windows: await readWindows(windows) }))),
    );
  } catch {
    // The document's other figures can be compared without.
    return null;
  }
}

/** As decodeRun of results/compare, with what a browser has. */
export async function decodeRun(document: RunDocument): Promise<ComparedRun> {
  const samples = new Map<string, LatencySample>();
  // One cell after the other: each is a stream for every trial.
  for (const result of deliveryCells(document)) {
    const sample = await sampleOfCell(result);
    if (sample !== null) samples.set(result.cell.id, sample);
  }
  return { document, runs: 1, leftOut: new Map(), sample: (id) => samples.get(id) ?? null };
}
