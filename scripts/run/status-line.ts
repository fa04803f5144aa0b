import { styleText } from 'node:util';
import type { DriverProgress } from './driver-workers.ts';

/** Four redraws a second, so that the display is not what is measured. */
const REDRAW_MS = 250;
const ERASE = '\r\u001b[2K';

/** Where progress goes: a terminal gets one line that is redrawn, anything else only the lines that stay. */
export interface ProgressOutput {
  write(text: string): void;
  isTTY: boolean;
  columns: number;
}

/** The line at the bottom of a terminal that says what runs now, and the lines that stay above it. */
export class StatusLine {
  readonly #output: ProgressOutput;
  readonly #timer: NodeJS.Timeout | undefined;
  #phase = '';
  #subscribers: (() => DriverProgress) | null = null;

  /** `describe` makes the line around the phase in hand, with what it has counted. */
  constructor(output: ProgressOutput, describe: (phase: string) => string) {
    this.#output = output;
    if (output.isTTY) this.#timer = setInterval(() => this.#draw(describe), REDRAW_MS);
  }

  /** `subscribers` tells how far they are, while the phase lasts. */
  phase(phase: string, subscribers: (() => DriverProgress) | null): void {
    this.#phase = phase;
    this.#subscribers = subscribers;
  }

  /** A line that stays. */
  note(line: string): void {
    this.erase();
    this.#output.write(`${line}\n`);
  }

  erase(): void {
    if (this.#output.isTTY) this.#output.write(ERASE);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.erase();
  }

  #draw(describe: (phase: string) => string): void {
    const { ready, deliveries } = this.#subscribers?.() ?? { ready: 0, deliveries: 0 };
    const counts =
      this.#phase === 'connect'
        ? ` ${ready.toLocaleString('en')} subscribed`
        : deliveries > 0
          ? ` ${deliveries.toLocaleString('en')} deliveries`
          : '';
    const line = describe(`${this.#phase}${counts}`);
    this.#output.write(`${ERASE}${styleText('dim', line.slice(0, this.#output.columns - 1))}`);
  }
}
