import { nowUs } from '../contract/clock.ts';
import type { FeedEvent } from './event.ts';

/** The resolution of Node's timers: one may fire this much early, since libuv counts whole milliseconds. */
const TIMER_RESOLUTION_MS = 1;

/**
 * Keeps new events back until `windowMs` after the first of them, then delivers all of them together (CONTRACT.md,
 * section Coalescing). It stands before the history and the transports, so that it holds for each of them. Without a
 * window the events of one read are delivered at once.
 */
export class Coalescer {
  readonly #windowMs: number;
  readonly #deliver: (events: readonly FeedEvent[]) => void;
  #kept: FeedEvent[] = [];
  #dueUs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(windowMs: number, deliver: (events: readonly FeedEvent[]) => void) {
    this.#windowMs = windowMs;
    this.#deliver = deliver;
  }

  /** Takes events that were read together. The first event kept fixes the moment; those that follow do not put it off. */
  add(events: readonly FeedEvent[]): void {
    if (events.length === 0) return;
    if (this.#windowMs === 0) {
      this.#deliver(events);
      return;
    }
    this.#kept.push(...events);
    if (this.#timer !== null) return;
    this.#dueUs = nowUs() + this.#windowMs * 1000;
    this.#wait(this.#windowMs);
  }

  /** Delivers now what is kept back. */
  flush(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const events = this.#kept;
    this.#kept = [];
    this.#deliver(events);
  }

  #wait(waitMs: number): void {
    this.#timer = setTimeout(() => this.#expire(), waitMs);
  }

  /**
   * A timer counts from when its turn of the event loop began, so after a long turn it fires far too early, and the
   * rest is waited for. Less than the resolution is not: that would make every window late instead.
   */
  #expire(): void {
    const remainingMs = (this.#dueUs - nowUs()) / 1000;
    if (remainingMs < TIMER_RESOLUTION_MS) this.flush();
    else this.#wait(remainingMs);
  }
}
