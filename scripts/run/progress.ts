import { styleText } from 'node:util';
import { nowUs } from '../../servers/contract/clock.ts';
import type { DriverProgress } from './driver-workers.ts';

/** Four redraws a second, so that the display is not what is measured. */
const REDRAW_MS = 250;

/** Where progress goes: a terminal gets one line that is redrawn, anything else a line per finished trial. */
export interface ProgressOutput {
  write(text: string): void;
  isTTY: boolean;
  columns: number;
}

function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Says how far a run is. Everything it writes is for people. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #trialCount: number;
  readonly #remainingMs: number[];
  readonly #startedUs = nowUs();
  #trial = 0;
  #label = '';
  #phase = '';
  #subscribers: (() => DriverProgress) | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** `trialEstimatesMs`: how long each trial is expected to take, in order. */
  constructor(output: ProgressOutput, trialEstimatesMs: readonly number[]) {
    this.#output = output;
    this.#trialCount = trialEstimatesMs.length;
    // Sum of the estimates from trial i on.
    this.#remainingMs = [0];
    for (const estimateMs of [...trialEstimatesMs].reverse()) {
      this.#remainingMs.unshift(estimateMs + (this.#remainingMs[0] ?? 0));
    }
    if (output.isTTY) this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  trialStarted(label: string): void {
    this.#trial += 1;
    this.#label = label;
    this.phase('start', null);
  }

  /** `subscribers` tells how far they are, while the phase lasts. */
  phase(phase: string, subscribers: (() => DriverProgress) | null): void {
    this.#phase = phase;
    this.#subscribers = subscribers;
  }

  /** `outcome` in a few words. */
  trialEnded(outcome: string): void {
    this.#erase();
    const line = `${this.#counter()} ${this.#label}: ${outcome}; ${this.#time()}`;
    if (!this.#output.isTTY) this.#output.write(`${line}\n`);
  }

  /** A line that stays, such as a failure. */
  note(line: string): void {
    this.#erase();
    this.#output.write(`${line}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#erase();
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

  #draw(): void {
    const { ready, deliveries } = this.#subscribers?.() ?? { ready: 0, deliveries: 0 };
    const counts =
      this.#phase === 'connect'
        ? ` ${ready.toLocaleString('en')} subscribed`
        : deliveries > 0
          ? ` ${deliveries.toLocaleString('en')} deliveries`
          : '';
    const line = `${this.#counter()} ${this.#label} · ${this.#phase}${counts} · ${this.#time()}`;
    this.#output.write(`\r\u001b[2K${styleText('dim', line.slice(0, this.#output.columns - 1))}`);
  }

  #erase(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[2K');
  }
}
