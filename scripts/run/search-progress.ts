import { durationInWords } from '../../scenarios/estimate.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import type { RunPosition } from '../live/messages.ts';
import type { DriverProgress } from './driver-workers.ts';
import { type ProgressOutput, StatusLine } from './status-line.ts';

/** Says which value a search is trying. How many there will be is not known before, so there is no count of them. */
export class SearchProgress {
  readonly #line: StatusLine;
  readonly #startedUs = nowUs();
  #probe = 0;
  #label = '';

  constructor(output: ProgressOutput) {
    this.#line = new StatusLine(output, (phase) => {
      const elapsed = durationInWords((nowUs() - this.#startedUs) / 1000).replace('about ', '');
      return `${this.position.step} · ${phase} · ${elapsed} elapsed`;
    });
  }

  /** The probe in hand. */
  get position(): RunPosition {
    const step = `probe ${this.#probe}, ${this.#label}`;
    return { step, doneSteps: this.#probe - 1, plannedSteps: null, leftMs: null };
  }

  /** `label`: what is searched, and the value. */
  probeStarted(label: string): void {
    this.#probe += 1;
    this.#label = label;
    this.phase('start', null);
  }

  /** `subscribers` tells how far they are, while the phase lasts. */
  phase(phase: string, subscribers: (() => DriverProgress) | null): void {
    this.#line.phase(phase, subscribers);
  }

  /** A line that stays: every probe is part of the answer. */
  probeEnded(outcome: string): void {
    this.note(`${this.position.step}: ${outcome}`);
  }

  note(line: string): void {
    this.#line.note(line);
  }

  stop(): void {
    this.#line.stop();
  }
}
