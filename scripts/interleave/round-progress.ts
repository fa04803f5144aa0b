import { formatUs } from '../../results/numbers.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import { clockTime } from '../run/progress.ts';
import { type ProgressOutput, StatusLine } from '../run/status-line.ts';
import type { RoundRun } from './order.ts';

/** Says how far the rounds are: a line after each run, on a terminal one line that changes. For people. */
export class RoundProgress {
  readonly #line: StatusLine;
  readonly #isTTY: boolean;
  readonly #roundCount: number;
  readonly #startedUs = nowUs();
  #runStartedUs = 0;
  #doneRuns = 0;
  #doneUs = 0;
  #label = '';

  constructor(output: ProgressOutput, roundCount: number) {
    this.#isTTY = output.isTTY;
    this.#roundCount = roundCount;
    this.#line = new StatusLine(output, () => this.#status());
  }

  runStarted({ round, side }: RoundRun): void {
    this.#label = `round ${round} of ${this.#roundCount}: ${side}`;
    this.#runStartedUs = nowUs();
  }

  /** The run in hand is over and has its document; `remark` is what is worth saying of it, or empty. */
  runEnded(remark: string): void {
    const tookUs = nowUs() - this.#runStartedUs;
    this.#doneRuns += 1;
    this.#doneUs += tookUs;
    if (this.#isTTY) this.#line.erase();
    else {
      const took = [`${this.#label}, ${formatUs(tookUs)}`, remark].filter((text) => text !== '').join(', ');
      this.#line.note([took, this.#left(0)].filter((text) => text !== '').join('; '));
    }
  }

  /** The run in hand is over and there will be no other; a line that stays on a terminal too. */
  runBroken(how: 'FAILED' | 'interrupted'): void {
    this.#line.note(`${this.#label}, ${formatUs(nowUs() - this.#runStartedUs)}, ${how}`);
  }

  stop(): void {
    this.#line.stop();
  }

  /** From what the runs so far took, each side as often as the other or once more; empty when that says nothing. */
  #left(inHandUs: number): string {
    const runsLeft = 2 * this.#roundCount - this.#doneRuns;
    if (this.#doneRuns === 0 || runsLeft === 0) return '';
    const leftUs = (this.#doneUs / this.#doneRuns) * runsLeft - inHandUs;
    return `about ${clockTime(leftUs / 1000)} left`;
  }

  #status(): string {
    const elapsed = `${clockTime((nowUs() - this.#startedUs) / 1000)} elapsed`;
    const left = this.#left(nowUs() - this.#runStartedUs);
    return `${this.#label} · ${[elapsed, left].filter((text) => text !== '').join(', ')}`;
  }
}
