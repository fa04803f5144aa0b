import { mergeTrials, type TrialRecord } from '../../results/merge-trials.ts';
import { type RunDocument, SCHEMA_VERSION } from '../../results/run-document.ts';
import type { Phases } from '../../scenarios/cell.ts';
import { calendarTime } from '../../servers/contract/clock.ts';
import { deriveSeed } from '../../servers/contract/random.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { readEnvironment, readTool } from '../run/environment.ts';
import type { Network } from '../run/isolation.ts';
import { publisherPriority } from '../run/publisher-priority.ts';
import { runTrial } from '../run/trial.ts';
import { SHORT_TRIALS, shortCell } from '../short-cell.ts';
import { PLANT_VARIABLE, type Plant } from './plants.ts';

const phases: Phases = { warmupMs: 300, measureMs: 600, drainMs: 2_000 };
const SEED = 1;

const cellOf = (transport: TransportId) => shortCell(`planted/${transport}`, 'planted', transport);

/** What every run here has in common. */
export interface Bench {
  server: Server;
  folder: string;
  network: Network;
}

/** Makes the trial of one number in every cell. */
export async function block(transports: readonly TransportId[], trial: number, plant: Plant, bench: Bench) {
  if (plant.kind === 'none') delete process.env[PLANT_VARIABLE];
  else process.env[PLANT_VARIABLE] = JSON.stringify(plant);
  const records = new Map<TransportId, TrialRecord>();
  for (const transport of transports) {
    const cell = cellOf(transport);
    const planned = { cellId: cell.id, trial, seed: deriveSeed(SEED, trial) };
    const signal = new AbortController().signal;
    const { server, folder } = bench;
    records.set(transport, await runTrial({ cell, planned, phases, server, folder, signal, onPhase: () => {} }));
  }
  return records;
}

/** A document of these trials, as `run` would write it. */
export function documentOf(blocks: readonly ReadonlyMap<TransportId, TrialRecord>[], bench: Bench): RunDocument {
  const transports = [...(blocks[0]?.keys() ?? [])];
  const startedAt = calendarTime().toISOString();
  const cells = transports.map((transport) =>
    mergeTrials(
      cellOf(transport),
      phases,
      blocks.flatMap((each) => each.get(transport) ?? []),
    ),
  );
  return {
    kind: 'transport-bench-run',
    schemaVersion: SCHEMA_VERSION,
    id: `${startedAt}-gate`,
    status: 'completed',
    startedAt,
    finishedAt: startedAt,
    command: 'npm run bench:gate',
    tool: readTool(),
    environment: { ...readEnvironment(), network: bench.network, publisherPriority: publisherPriority() },
    scenario: { name: 'gate', question: 'Does the gate tell a regression from noise?', yaml: '' },
    plan: {
      scenario: 'gate',
      question: '',
      seed: SEED,
      trialsPerCell: blocks.length,
      phases,
      cells: transports.map(cellOf),
      trials: [],
      estimateMs: 0,
    },
    calibration: [],
    cells,
    comparisons: [],
    warnings: [],
  };
}

/** A whole run of so many trials of each transport. */
export async function shortRun(
  transports: readonly TransportId[],
  plant: Plant,
  bench: Bench,
  trials: number = SHORT_TRIALS,
): Promise<RunDocument> {
  const blocks = [];
  for (let trial = 1; trial <= trials; trial += 1) blocks.push(await block(transports, trial, plant, bench));
  return documentOf(blocks, bench);
}
