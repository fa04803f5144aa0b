import { nowUs } from '../../servers/contract/clock.ts';
import type { PollSlot } from '../transport.ts';
import type { PollLoop } from './poll-plan.ts';

/** A poll was sent and answered at these times. */
type Answered = (sentUs: number, answeredUs: number) => void;

/**
 * Pollers without a plan: each asks again as soon as it is answered, so that a number of connections, not a rate, is
 * given. It measures what a server can answer at most; its response times say nothing about delivery latency, since a
 * slow server is asked less often (Schroeder, Wierman, Harchol-Balter, NSDI 2006).
 */
export class ClosedLoop implements PollLoop {
  readonly #answered: Answered;
  readonly #slots: Slot[] = [];

  constructor(answered: Answered) {
    this.#answered = answered;
  }

  slot(): PollSlot {
    const slot = new Slot(this.#answered);
    this.#slots.push(slot);
    return slot;
  }

  start(): void {
    for (const slot of this.#slots) slot.run();
  }

  stop(): void {
    for (const slot of this.#slots) slot.stop();
  }
}

class Slot implements PollSlot {
  readonly #onAnswered: Answered;
  #poll: (() => boolean) | null = null;
  #running = false;
  #sentUs = 0;

  constructor(answered: Answered) {
    this.#onAnswered = answered;
  }

  start(poll: () => boolean): void {
    this.#poll = poll;
    if (this.#running) this.#ask();
  }

  stop(): void {
    this.#running = false;
  }

  run(): void {
    this.#running = true;
    this.#ask();
  }

  answered(): void {
    this.#onAnswered(this.#sentUs, nowUs());
    if (this.#running) this.#ask();
  }

  #ask(): void {
    this.#sentUs = nowUs();
    this.#poll?.();
  }
}
