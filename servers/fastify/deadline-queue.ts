import { nowUs } from '../contract/clock.ts';

/**
 * Items that all expire after the same delay, so that the first added is the first to expire: one timer for any number
 * of items, where a timer for each would be a cost of the measured path.
 */
export class DeadlineQueue<Item> {
  readonly #delayMs: number;
  readonly #onExpire: (item: Item) => void;
  /** In the order of their deadlines, which is the order in which a Map keeps what is added. */
  readonly #dueUs = new Map<Item, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(delayMs: number, onExpire: (item: Item) => void) {
    this.#delayMs = delayMs;
    this.#onExpire = onExpire;
  }

  get size(): number {
    return this.#dueUs.size;
  }

  /** The delay of this item begins now. The item must not be in the queue. */
  add(item: Item): void {
    this.#dueUs.set(item, nowUs() + this.#delayMs * 1000);
    if (this.#timer === null) this.#arm(this.#delayMs);
  }

  /** Takes the item out; does nothing when it is not in. The timer stays and finds nothing due: that is cheaper. */
  delete(item: Item): void {
    this.#dueUs.delete(item);
  }

  /** The items, first to expire first; they may be deleted while iterating. */
  items(): IterableIterator<Item> {
    return this.#dueUs.keys();
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#expire(), delayMs);
    this.#timer.unref();
  }

  #expire(): void {
    this.#timer = null;
    const now = nowUs();
    for (const [item, dueUs] of this.#dueUs) {
      if (dueUs > now) {
        this.#arm(Math.ceil((dueUs - now) / 1000));
        return;
      }
      this.#dueUs.delete(item);
      this.#onExpire(item);
    }
  }
}
