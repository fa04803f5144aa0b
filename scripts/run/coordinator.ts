import { comparisonsOf } from '../../results/comparisons.ts';
import { cellLabels, deliveryCells } from '../../results/labels.ts';
import { precisionOf, precisionWarnings, widestText } from '../../results/precision.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { judgeThresholds } from '../../results/thresholds/judge-thresholds.ts';
import { warningsOf } from '../../results/validity/warnings.ts';
import { estimateAnatomyMs } from '../../scenarios/anatomy.ts';
import { calibrationTrials } from '../../scenarios/calibration.ts';
import type { Cell, PlannedTrial } from '../../scenarios/cell.ts';
import { furtherBlock, type PrecisionGoal } from '../../scenarios/further-blocks.ts';
import { calendarTime, nowUs } from '../../servers/contract/clock.ts';
import type { Server } from '../../servers/launch/discover.ts';
import type { LiveView } from '../live/live-view.ts';
import { recordAnatomy } from './anatomy.ts';
import { calibrate } from './calibrate.ts';
import { runCapacityTrial } from './capacity-trial.ts';
import { CellOutcome } from './cell-outcome.ts';
import { measureBackground } from './network-meter.ts';
import { Progress } from './progress.ts';
import type { RunFolder } from './run-folder.ts';
import { buildOnce, whySkipped } from './server-readiness.ts';
import type { ProgressOutput } from './status-line.ts';
import { runTrial, type TrialNetwork } from './trial.ts';
import { TrialFailure } from './trial-failure.ts';

export interface CoordinatorInput {
  /** Status `running`, no cells yet; filled in place. */
  document: RunDocument;
  servers: ReadonlyMap<string, Server>;
  folder: RunFolder;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  output: ProgressOutput;
  /** Where the run is shown while it goes on; null: nowhere. */
  live: LiveView | null;
}

/**
 * Calibrates the driver, then runs every trial of the document's plan, one after another, and with a goal further blocks of
 * them until it is reached or its budget spent. Keeps the document and its file up to date. A trial that fails ends its
 * cell and no other. Returns when all is done or the run was interrupted.
 */
export async function runPlan(input: CoordinatorInput, goal: PrecisionGoal | null): Promise<void> {
  await new Coordinator(input).run(goal);
}

class Coordinator {
  readonly #input: CoordinatorInput;
  readonly #progress: Progress;
  readonly #outcomes: ReadonlyMap<string, CellOutcome>;
  readonly #labels: Map<string, string>;
  #network: TrialNetwork | undefined;

  constructor(input: CoordinatorInput) {
    this.#input = input;
    this.#progress = new Progress(input.output);
    const { cells, phases } = input.document.plan;
    this.#outcomes = new Map(
      cells.map((cell) => [cell.id, new CellOutcome(cell, phases, whySkipped(cell, input.servers))]),
    );
    this.#labels = cellLabels(cells.filter((cell) => cell.kind === 'delivery'));
  }

  async run(goal: PrecisionGoal | null): Promise<void> {
    const { document, signal } = this.#input;
    const trials = document.plan.trials.filter((trial) => this.#outcomeOf(trial).skippedBecause === null);
    this.#progress.expectTrials(this.#estimatesMs(trials));
    await this.#recordAnatomy();
    await this.#calibrate();
    const { scope } = document.environment.network;
    this.#network = { scope, background: await measureBackground(scope) };
    await this.#runTrials(trials);
    if (goal !== null) await this.#runFurtherBlocks(goal);
    this.#progress.stop();
    document.status = signal.aborted ? 'interrupted' : 'completed';
    document.finishedAt = calendarTime().toISOString();
    document.cells = this.#results();
    document.comparisons = comparisonsOf(document);
    if (document.plan.thresholds !== undefined) document.thresholds = judgeThresholds(document);
    document.warnings.push(...warningsOf(deliveryCells(document)), ...precisionWarnings(document));
  }

  /** The cells that will not be skipped. */
  #runnableCells(): Cell[] {
    return [...this.#outcomes.values()].filter(({ skippedBecause }) => skippedBecause === null).map(({ cell }) => cell);
  }

  async #recordAnatomy(): Promise<void> {
    const { document, servers, folder, signal, live } = this.#input;
    const cells = this.#runnableCells();
    if (estimateAnatomyMs(cells) === 0) return;
    this.#progress.anatomyStarted(estimateAnatomyMs(cells));
    await live?.beforeStep(this.#progress.position);
    const { anatomy, warnings } = await recordAnatomy({
      cells,
      servers,
      seed: document.plan.seed,
      folder: folder.path,
      signal,
    });
    document.anatomy = anatomy;
    document.warnings.push(...warnings);
    if (!signal.aborted) this.#progress.stepEnded('done');
  }

  async #calibrate(): Promise<void> {
    const { document, folder, signal, live } = this.#input;
    const cells = this.#runnableCells();
    this.#progress.expectCalibrations(calibrationTrials(cells).map(({ estimateMs }) => estimateMs));
    await live?.beforeStep({ ...this.#progress.position, step: 'calibration of the driver' });
    const { calibration, warnings } = await calibrate({
      cells,
      seed: document.plan.seed,
      folder: folder.path,
      signal,
      onPhase: (phase, subscribers) => this.#progress.phase(phase, subscribers),
      onStart: (transport) => this.#progress.calibrationStarted(transport),
      onDone: () => this.#progress.stepEnded('done'),
      onFailed: (reason) => this.#progress.stepFailed(reason),
    });
    document.calibration = calibration;
    document.warnings.push(...warnings);
  }

  /** Runs these one after another, until all are done or the run is interrupted. */
  async #runTrials(trials: readonly PlannedTrial[]): Promise<void> {
    const { document, folder, signal, live } = this.#input;
    for (const planned of trials) {
      if (signal.aborted) return;
      const outcome = this.#outcomeOf(planned);
      const label = `${this.#labels.get(planned.cellId) ?? 'request ceiling of polling,'} trial ${planned.trial}`;
      this.#progress.trialStarted(label);
      if (outcome.failed !== null) {
        this.#progress.stepEnded(`not run, since trial ${outcome.failed.trial} failed`);
        continue;
      }
      await live?.beforeStep(this.#progress.position);
      if (signal.aborted) return;
      const startedUs = nowUs();
      try {
        await this.#runOne(outcome, planned, startedUs);
        this.#progress.stepEnded(`done in ${((nowUs() - startedUs) / 1e6).toFixed(1)} s`);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof TrialFailure)) throw error;
        outcome.fail(planned.trial, error);
        this.#progress.stepFailed(error.message);
      }
      document.cells = this.#results();
      folder.writeDocument(document);
    }
  }

  async #runOne(outcome: CellOutcome, planned: PlannedTrial, startedUs: number): Promise<void> {
    const { document, servers, folder, signal } = this.#input;
    const { cell } = outcome;
    const server = servers.get(cell.server) as Server;
    buildOnce(server);
    const durationMs = () => (nowUs() - startedUs) / 1000;
    if (cell.kind === 'capacity') {
      this.#progress.phase('measure', null);
      const trial = await runCapacityTrial({ cell, planned, server, folder: folder.path, signal });
      outcome.addCapacityTrial(trial, durationMs());
      return;
    }
    const record = await runTrial({
      cell,
      planned,
      phases: document.plan.phases,
      server,
      folder: folder.path,
      signal,
      ...(this.#network === undefined ? {} : { network: this.#network }),
      onPhase: (phase, subscribers) => this.#progress.phase(phase, subscribers),
    });
    outcome.addTrial(record, durationMs());
  }

  /**
   * One trial more of each cell that is not precise enough, block by block. No block is begun that the rest of the budget
   * would not hold at the pace of the trials so far.
   */
  async #runFurtherBlocks(goal: PrecisionGoal): Promise<void> {
    const { document, folder, signal } = this.#input;
    const { plan } = document;
    for (let trial = plan.trialsPerCell + 1; ; trial += 1) {
      document.precision = precisionOf(goal, deliveryCells(document));
      folder.writeDocument(document);
      const block = furtherBlock(plan, trial, new Set(document.precision.wideCellIds));
      const blockMs = block.reduce((sum, planned) => sum + this.#outcomeOf(planned).trialMs, 0);
      if (signal.aborted || block.length === 0 || this.#progress.elapsedMs + blockMs > goal.budgetMs) return;
      plan.trials.push(...block);
      this.#progress.expectTrials(
        this.#estimatesMs(block),
        `block ${trial}, widest interval ${widestText(deliveryCells(document))}`,
      );
      await this.#runTrials(block);
    }
  }

  #estimatesMs(trials: readonly PlannedTrial[]): number[] {
    return trials.map((trial) => this.#outcomeOf(trial).estimateMs);
  }

  #results() {
    return [...this.#outcomes.values()].map((outcome) => outcome.result);
  }

  #outcomeOf({ cellId }: PlannedTrial): CellOutcome {
    const outcome = this.#outcomes.get(cellId);
    if (outcome === undefined) throw new Error(`the plan has a trial of ${cellId}, which is none of its cells`);
    return outcome;
  }
}
