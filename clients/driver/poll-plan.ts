import { nowUs } from '../../servers/contract/clock.ts';
import { deriveSeed, seededRandom } from '../../servers/contract/random.ts';
import type { PollSlot } from '../transport.ts';

/** Sets the phases' random stream apart from the feed's. */
const PHASE_STREAM = 0x9011;

/** Decides when the pollers of one worker poll. */
export interface PollLoop {
  /** The place of subscriber `index` (its number over all workers). All slots are made before `start`. */
  slot(index: number): PollSlot;
  /** The feed begins. */
  start(originUs: number): void;
  stop(): void;
}

/** What happened to the plan; the observer records it. */
export interface PollPlanHandlers {
  /** A poll planned for `dueUs` was made `latenessUs` later. */
  made(dueUs: number, latenessUs: number): void;
  /** A poll of the plan that was sent at `sentUs` has been answered. */
  answered(sentUs: number): void;
  /** A poll planned for `dueUs` was left out because an earlier one was itself still waiting to be made. */
  skipped(dueUs: number): void;
}

/**
 * The fixed-rate plan of all pollers of one worker: subscriber i polls at origin + phase(i) + k x interval, k = 0, 1,
 * 2 ..., whatever the answers do; its phase is uniform over the interval and depends on (seed, i) alone.
 *
 * All share one period, so the order within a cycle never changes: sorted phases and a cursor need one timer for any
 * number of subscribers. Node's timers are up to a millisecond late, which moves a poll but not the rate.
 */
export class PollPlan implements PollLoop {
  readonly #intervalUs: number;
  readonly #seed: number;
  readonly #handlers: PollPlanHandlers;
  readonly #slots: Slot[] = [];
  #originUs = 0;
  #cycle = 0;
  #cursor = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, seed: number, handlers: PollPlanHandlers) {
    this.#intervalUs = intervalMs * 1000;
    this.#seed = seed;
    this.#handlers = handlers;
  }

  slot(index: number): PollSlot {
    const phaseUs = seededRandom(deriveSeed(this.#seed, PHASE_STREAM, index))() * this.#intervalUs;
    const slot = new Slot(phaseUs, this.#handlers);
    this.#slots.push(slot);
    return slot;
  }

  start(originUs: number): void {
    this.#originUs = originUs;
    this.#slots.sort((a, b) => a.phaseUs - b.phaseUs);
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #nextDueUs(): number {
    const slot = this.#slots[this.#cursor];
    return this.#originUs + this.#cycle * this.#intervalUs + (slot?.phaseUs ?? 0);
  }

  #arm(): void {
    // Rounded up: a timer that fires early would only be armed again.
    this.#timer = setTimeout(() => this.#run(), Math.max(1, Math.ceil((this.#nextDueUs() - nowUs()) / 1000)));
  }

  #run(): void {
    for (let dueUs = this.#nextDueUs(); dueUs <= nowUs(); dueUs = this.#nextDueUs()) {
      this.#slots[this.#cursor]?.due(dueUs);
      this.#cursor += 1;
      if (this.#cursor === this.#slots.length) {
        this.#cursor = 0;
        this.#cycle += 1;
      }
    }
    this.#arm();
  }
}

class Slot implements PollSlot {
  readonly phaseUs: number;
  readonly #handlers: PollPlanHandlers;
  #poll: (() => boolean) | null = null;
  /** Planned time of a poll that could not be made yet. */
  #overdueUs: number | null = null;
  /** When the poll that is not answered yet was sent. */
  #sentUs: number | null = null;

  constructor(phaseUs: number, handlers: PollPlanHandlers) {
    this.phaseUs = phaseUs;
    this.#handlers = handlers;
  }

  start(poll: () => boolean): void {
    this.#poll = poll;
    // What a lost connection left unanswered stays so.
    this.#sentUs = null;
    this.#catchUp();
  }

  stop(): void {
    this.#poll = null;
  }

  due(dueUs: number): void {
    if (this.#overdueUs !== null) this.#handlers.skipped(dueUs);
    else if (!this.#make(dueUs)) this.#overdueUs = dueUs;
  }

  answered(): void {
    if (this.#sentUs !== null) this.#handlers.answered(this.#sentUs);
    this.#sentUs = null;
    this.#catchUp();
  }

  #catchUp(): void {
    if (this.#overdueUs !== null && this.#make(this.#overdueUs)) this.#overdueUs = null;
  }

  #make(dueUs: number): boolean {
    const sentUs = nowUs();
    if (this.#poll?.() !== true) return false;
    this.#sentUs = sentUs;
    this.#handlers.made(dueUs, sentUs - dueUs);
    return true;
  }
}
