import { nowUs } from '../../servers/contract/clock.ts';
import type { DriverProgress } from './driver-workers.ts';
import { type ProgressOutput, StatusLine } from './status-line.ts';

function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Says how far a run is. Everything it writes is for people. */
export class Progress {
  readonly #line: StatusLine;
  readonly #isTTY: boolean;
  readonly #trialCount: number;
  readonly #remainingMs: number[];
  readonly #startedUs = nowUs();
  #trial = 0;
  #label = '';

  /** `trialEstimatesMs`: how long each trial is expected to take, in order. */
  constructor(output: ProgressOutput, trialEstimatesMs: readonly number[]) {
    this.#isTTY = output.isTTY;
    this.#line = new StatusLine(output, (phase) => `${this.#counter()} ${this.#label} · ${phase} · ${this.#time()}`);
    this.#trialCount = trialEstimatesMs.length;
    // Sum of the estimates from trial i on.
    this.#remainingMs = [0];
    for (const estimateMs of [...trialEstimatesMs].reverse()) {
      this.#remainingMs.unshift(estimateMs + (this.#remainingMs[0] ?? 0));
    }
  }

  trialStarted(label: string): void {
    this.#trial += 1;
    this.#label = label;
    this.phase('start', null);
  }

  /** `subscribers` tells how far they are, while the phase lasts. */
  phase(phase: string, subscribers: (() => DriverProgress) | null): void {
    this.#line.phase(phase, subscribers);
  }

  /** `outcome` in a few words. */
  trialEnded(outcome: string): void {
    if (this.#isTTY) this.#line.erase();
    else this.#line.note(`${this.#counter()} ${this.#label}: ${outcome}; ${this.#time()}`);
  }

  /** A line that stays, such as a failure. */
  note(line: string): void {
    this.#line.note(line);
  }

  stop(): void {
    this.#line.stop();
  }

  #counter(): string {
    const total = String(this.#trialCount);
    return `[${String(this.#trial).padStart(total.length)}/${total}]`;
  }

  #time(): string {
    const elapsedMs = (nowUs() - this.#startedUs) / 1000;
    const planned = this.#remainingMs[0] ?? 0;
    const left = this.#remainingMs[this.#trial] ?? 0;
    const done = planned - left;
    // The machine's own pace, once there is some: a slower machine stretches what is left by as much.
    const pace = this.#trial > 2 && done > 0 ? elapsedMs / done : 1;
    return `${clockTime(elapsedMs)} elapsed, about ${clockTime(left * pace)} left`;
  }
}
