/**
 * Things that arrive over time (deliveries, chunks, frames, lines), kept in order, with a way to wait for them that ends:
 * at the condition, at the end of the source, or at a timeout.
 */
export class Arrivals<T> {
  readonly items: T[] = [];
  #end: string | null = null;
  readonly #waiting = new Set<() => void>();

  /** How the source ended; null while more may come. */
  get end(): string | null {
    return this.#end;
  }

  push(item: T): void {
    this.items.push(item);
    this.#wake();
  }

  /** Says that nothing more comes. The first reason given stays. */
  finish(how: string): void {
    this.#end ??= how;
    this.#wake();
  }

  /** Resolves to true as soon as the condition holds, to false when it cannot any more or the time is up. */
  until(holds: () => boolean, timeoutMs: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    if (this.#end !== null) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = () => {
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(holds());
      };
      const look = () => {
        if (holds() || this.#end !== null) settle();
      };
      const timer = setTimeout(settle, timeoutMs);
      this.#waiting.add(look);
    });
  }

  atLeast(count: number, timeoutMs: number): Promise<boolean> {
    return this.until(() => this.items.length >= count, timeoutMs);
  }

  ended(timeoutMs: number): Promise<boolean> {
    return this.until(() => this.#end !== null, timeoutMs);
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
