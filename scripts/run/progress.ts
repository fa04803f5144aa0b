import { nowUs } from '../../servers/contract/clock.ts';
import type { RunPosition } from '../live/messages.ts';
import type { DriverProgress } from './driver-workers.ts';
import { type ProgressOutput, StatusLine } from './status-line.ts';

/** Minutes and seconds of a time given in milliseconds, for progress: "1:05". */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Steps after which the machine's own pace says more than the estimates. */
const STEPS_FOR_PACE = 2;

/** Says how far a run is. Everything it writes is for people. */
export class Progress {
  readonly #line: StatusLine;
  readonly #isTTY: boolean;
  readonly #startedUs = nowUs();
  /** Calibrations and trials that are over. */
  #stepsDone = 0;
  #doneMs = 0;
  /** What the steps to come are expected to take, that in hand included, in their order. */
  readonly #expectedMs: number[] = [];
  #trialCount = 0;
  #trial = 0;
  #part = '';
  #label = '';

  constructor(output: ProgressOutput) {
    this.#isTTY = output.isTTY;
    this.#line = new StatusLine(output, (phase) => `${this.#label} · ${phase} · ${this.#time()}`);
  }

  /** Milliseconds since this was made, at the start of the run. */
  get elapsedMs(): number {
    return (nowUs() - this.#startedUs) / 1000;
  }

  /** The step in hand, and how much there is around it. */
  get position(): RunPosition {
    const [doneSteps, leftSteps] = [this.#stepsDone, this.#expectedMs.length];
    return { step: this.#label, doneSteps, plannedSteps: doneSteps + leftSteps, leftMs: this.#leftMs };
  }

  /** Calibrations to come, each expected to take so long; they are the first to run. */
  expectCalibrations(estimatesMs: readonly number[]): void {
    this.#expectedMs.unshift(...estimatesMs);
  }

  /**
   * Trials to come, each expected to take so long; more may be added later. `part` is what they are to the run, shown
   * before each; empty for the plan's own.
   */
  expectTrials(estimatesMs: readonly number[], part = ''): void {
    this.#part = part;
    this.#trialCount += estimatesMs.length;
    this.#expectedMs.push(...estimatesMs);
  }

  /** What comes before all calibrations and trials. */
  anatomyStarted(estimateMs: number): void {
    this.#expectedMs.unshift(estimateMs);
    this.#begin('the way of one event');
  }

  calibrationStarted(transport: string): void {
    this.#begin(`calibration of ${transport}`);
  }

  trialStarted(label: string): void {
    this.#trial += 1;
    const total = String(this.#trialCount);
    const counter = `[${String(this.#trial).padStart(total.length)}/${total}]`;
    this.#begin([this.#part, counter, label].filter((text) => text !== '').join(' '));
  }

  #begin(label: string): void {
    this.#label = label;
    this.phase('start', null);
  }

  /** `subscribers` tells how far they are, while the phase lasts. */
  phase(phase: string, subscribers: (() => DriverProgress) | null): void {
    this.#line.phase(phase, subscribers);
  }

  /** The calibration or trial in hand is over; `outcome` in a few words. */
  stepEnded(outcome: string): void {
    this.#countStep();
    if (this.#isTTY) this.#line.erase();
    else this.#line.note(`${this.#label}: ${outcome}; ${this.#time()}`);
  }

  /** The same of one that failed: a line that stays on a terminal too. */
  stepFailed(reason: string): void {
    this.#countStep();
    this.#line.note(`${this.#label} FAILED: ${reason}`);
  }

  #countStep(): void {
    this.#stepsDone += 1;
    this.#doneMs += this.#expectedMs.shift() ?? 0;
  }

  stop(): void {
    this.#line.stop();
  }

  get #leftMs(): number {
    // A slower machine stretches what is left by as much.
    const pace = this.#stepsDone >= STEPS_FOR_PACE ? this.elapsedMs / this.#doneMs : 1;
    return this.#expectedMs.reduce((sum, ms) => sum + ms, 0) * pace;
  }

  #time(): string {
    return `${clockTime(this.elapsedMs)} elapsed, about ${clockTime(this.#leftMs)} left`;
  }
}
