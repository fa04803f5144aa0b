import { doubtsAbout } from '../../results/doubts.ts';
import { cellLabels } from '../../results/labels.ts';
import { mergeCapacity } from '../../results/merge-capacity.ts';
import { mergeTrials, type TrialRecord } from '../../results/merge-trials.ts';
import type { CapacityTrial, CellResult, RunDocument } from '../../results/run-document.ts';
import type { Cell, Plan, PlannedTrial } from '../../scenarios/cell.ts';
import { estimateTrialMs } from '../../scenarios/estimate.ts';
import { calendarTime, nowUs } from '../../servers/contract/clock.ts';
import { missingPrograms } from '../../servers/contract/manifest.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { buildServer, ServerError } from '../../servers/launch/server-process.ts';
import { runCapacityTrial } from './capacity-trial.ts';
import { Progress } from './progress.ts';
import type { RunFolder } from './run-folder.ts';
import type { ProgressOutput } from './status-line.ts';
import { runTrial } from './trial.ts';
import { TrialFailure } from './trial-failure.ts';

export interface CoordinatorInput {
  /** Status `running`, no cells yet; filled in place. */
  document: RunDocument;
  servers: ReadonlyMap<string, Server>;
  folder: RunFolder;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  output: ProgressOutput;
}

type Failed = Extract<CellResult, { outcome: 'failed' }>;

/** What has come of a cell so far. */
interface CellState {
  cell: Cell;
  records: TrialRecord[];
  capacityTrials: CapacityTrial[];
  failed: Failed | null;
  skippedBecause: string | null;
  /** Made anew after each of its own trials only: merging histograms takes a while in a large sweep. */
  result: CellResult;
}

/**
 * Runs every trial of the document's plan, one after another, and keeps the document and its file up to date. A trial
 * that fails ends its cell and no other. Returns when the plan is done or the run was interrupted.
 */
export async function runPlan(input: CoordinatorInput): Promise<void> {
  const { document, signal, folder } = input;
  const { plan } = document;
  const states = new Map(plan.cells.map((cell) => [cell.id, newState(cell, input.servers)]));
  const trials = plan.trials.filter((trial) => stateOf(states, trial).skippedBecause === null);
  const names = cellLabels(plan.cells.filter((cell) => cell.kind === 'delivery'));
  const progress = new Progress(
    input.output,
    trials.map((trial) => estimateTrialMs(stateOf(states, trial).cell, plan.phases)),
  );
  for (const planned of trials) {
    if (signal.aborted) break;
    const state = stateOf(states, planned);
    const label = `${names.get(planned.cellId) ?? 'request ceiling of polling,'} trial ${planned.trial}`;
    progress.trialStarted(label);
    if (state.failed !== null) {
      progress.trialEnded(`not run, since trial ${state.failed.trial} failed`);
      continue;
    }
    const startedUs = nowUs();
    try {
      await runOne(state, planned, plan, input, progress);
      progress.trialEnded(`done in ${((nowUs() - startedUs) / 1e6).toFixed(1)} s`);
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof TrialFailure)) throw error;
      state.failed = {
        outcome: 'failed',
        cell: state.cell,
        trial: planned.trial,
        reason: error.message,
        stderrTail: error.stderrTail,
      };
      progress.note(`${label} FAILED: ${error.message}`);
    }
    state.result = resultOf(state, plan);
    document.cells = [...states.values()].map((each) => each.result);
    folder.writeDocument(document);
  }
  progress.stop();
  document.status = signal.aborted ? 'interrupted' : 'completed';
  document.finishedAt = calendarTime().toISOString();
  document.cells = [...states.values()].map((state) => state.result);
  document.warnings.push(
    ...doubtsAbout(document.cells.filter((cell) => cell.outcome === 'completed').filter((cell) => 'latencyUs' in cell)),
  );
}

function stateOf(states: ReadonlyMap<string, CellState>, { cellId }: PlannedTrial): CellState {
  const state = states.get(cellId);
  if (state === undefined) throw new Error(`the plan has a trial of ${cellId}, which is none of its cells`);
  return state;
}

function newState(cell: Cell, servers: ReadonlyMap<string, Server>): CellState {
  const skippedBecause = whySkipped(cell, servers);
  // What stands here if the run is interrupted before the cell's first trial is done.
  const result: CellResult = {
    outcome: 'skipped',
    cell,
    reason: skippedBecause ?? 'the run ended before its first trial',
  };
  return { cell, records: [], capacityTrials: [], failed: null, skippedBecause, result };
}

/** Why no trial of this cell can run here, or null. */
export function whySkipped(cell: Cell, servers: ReadonlyMap<string, Server>): string | null {
  const server = servers.get(cell.server);
  if (server === undefined) return `there is no server "${cell.server}"`;
  if (!server.manifest.transports.includes(cell.transport))
    return `server ${cell.server} does not offer ${cell.transport}`;
  const missing = missingPrograms(server.manifest);
  return missing.length > 0 ? `server ${cell.server} needs ${missing.join(' and ')}, not found on PATH` : null;
}

/** Servers whose build steps have run in this process. */
const built = new Set<string>();

/** Runs the build steps of a server, once; throws a TrialFailure. */
export function buildOnce(server: Server): void {
  if (built.has(server.folder)) return;
  try {
    buildServer(server);
  } catch (error) {
    throw error instanceof ServerError ? new TrialFailure(error.message, error.stderrTail) : error;
  }
  built.add(server.folder);
}

async function runOne(
  state: CellState,
  planned: PlannedTrial,
  plan: Plan,
  { servers, folder, signal }: CoordinatorInput,
  progress: Progress,
): Promise<void> {
  const { cell } = state;
  const server = servers.get(cell.server) as Server;
  buildOnce(server);
  if (cell.kind === 'capacity') {
    progress.phase('measure', null);
    state.capacityTrials.push(await runCapacityTrial({ cell, planned, server, folder: folder.path, signal }));
    return;
  }
  state.records.push(
    await runTrial({
      cell,
      planned,
      phases: plan.phases,
      server,
      folder: folder.path,
      signal,
      onPhase: (phase, subscribers) => progress.phase(phase, subscribers),
    }),
  );
}

function resultOf({ cell, failed, records, capacityTrials, result }: CellState, plan: Plan): CellResult {
  if (failed !== null) return failed;
  if (cell.kind === 'capacity') return capacityTrials.length > 0 ? mergeCapacity(cell, capacityTrials) : result;
  return records.length > 0 ? mergeTrials(cell, plan.phases, records) : result;
}
