import { styleText } from 'node:util';
import { durationInWords } from '../../scenarios/estimate.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import type { DriverProgress } from './driver-workers.ts';
import type { ProgressOutput } from './progress.ts';

/** Four redraws a second, so that the display is not what is measured. */
const REDRAW_MS = 250;

/** Says which value a search is trying. How many there will be is not known before, so there is no count of them. */
export class SearchProgress {
  readonly #output: ProgressOutput;
  readonly #startedUs = nowUs();
  readonly #timer: NodeJS.Timeout | undefined;
  #probe = 0;
  #label = '';
  #phase = '';
  #subscribers: (() => DriverProgress) | null = null;

  constructor(output: ProgressOutput) {
    this.#output = output;
    if (output.isTTY) this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  /** `label`: what is searched, and the value. */
  probeStarted(label: string): void {
    this.#probe += 1;
    this.#label = label;
    this.phase('start', null);
  }

  /** `subscribers` tells how far they are, while the phase lasts. */
  phase(phase: string, subscribers: (() => DriverProgress) | null): void {
    this.#phase = phase;
    this.#subscribers = subscribers;
  }

  /** A line that stays: every probe is part of the answer. */
  probeEnded(outcome: string): void {
    this.note(`probe ${this.#probe}, ${this.#label}: ${outcome}`);
  }

  note(line: string): void {
    this.#erase();
    this.#output.write(`${line}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#erase();
  }

  #draw(): void {
    const { ready, deliveries } = this.#subscribers?.() ?? { ready: 0, deliveries: 0 };
    const counts =
      this.#phase === 'connect'
        ? ` ${ready.toLocaleString('en')} subscribed`
        : deliveries > 0
          ? ` ${deliveries.toLocaleString('en')} deliveries`
          : '';
    const elapsed = durationInWords((nowUs() - this.#startedUs) / 1000).replace('about ', '');
    const line = `probe ${this.#probe}, ${this.#label} · ${this.#phase}${counts} · ${elapsed} elapsed`;
    this.#output.write(`\r\u001b[2K${styleText('dim', line.slice(0, this.#output.columns - 1))}`);
  }

  #erase(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[2K');
  }
}
