/** Above this, numbers for every event would be more memory and more to hand over than they are worth. */
const EVENTS_MOST = 20_000;

/** The latencies of the deliveries of each event of the measure phase, event by event, in microseconds. */
export interface EventSpread {
  counts: number[];
  sumsUs: number[];
  /** The subscriber that was reached first; without a delivery it says nothing. */
  firstUs: number[];
  /** The one that was reached last. */
  lastUs: number[];
}

/** Records how each event spread over the subscribers. */
export class EventSpreadRecorder {
  readonly #firstSeq: number;
  readonly #counts: Float64Array;
  readonly #sumsUs: Float64Array;
  readonly #firstUs: Float64Array;
  readonly #lastUs: Float64Array;

  /** For `events` events from `firstSeq` on; records nothing when they are too many. */
  constructor(firstSeq: number, events: number) {
    const length = events > EVENTS_MOST ? 0 : events;
    this.#firstSeq = firstSeq;
    this.#counts = new Float64Array(length);
    this.#sumsUs = new Float64Array(length);
    this.#firstUs = new Float64Array(length);
    this.#lastUs = new Float64Array(length);
  }

  record(seq: number, latencyUs: number): void {
    const index = seq - this.#firstSeq;
    const before = this.#counts[index];
    if (before === undefined) return;
    this.#counts[index] = before + 1;
    this.#sumsUs[index] = (this.#sumsUs[index] as number) + latencyUs;
    if (before === 0 || latencyUs < (this.#firstUs[index] as number)) this.#firstUs[index] = latencyUs;
    if (before === 0 || latencyUs > (this.#lastUs[index] as number)) this.#lastUs[index] = latencyUs;
  }

  data(): EventSpread {
    return {
      counts: [...this.#counts],
      sumsUs: [...this.#sumsUs],
      firstUs: [...this.#firstUs],
      lastUs: [...this.#lastUs],
    };
  }
}

/** The spread of the same events over the subscribers of several workers. */
export function mergeSpreads(parts: readonly EventSpread[]): EventSpread {
  const [first, ...rest] = parts;
  if (first === undefined || rest.length === 0) return first ?? { counts: [], sumsUs: [], firstUs: [], lastUs: [] };
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  /** The values of an event at the workers that delivered it. */
  const of = (key: 'firstUs' | 'lastUs', event: number) =>
    parts.flatMap((part) => ((part.counts[event] ?? 0) > 0 ? [part[key][event] ?? 0] : []));
  return {
    counts: first.counts.map((_, event) => sum(parts.map((part) => part.counts[event] ?? 0))),
    sumsUs: first.counts.map((_, event) => sum(parts.map((part) => part.sumsUs[event] ?? 0))),
    firstUs: first.counts.map((_, event) =>
      of('firstUs', event).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    ),
    lastUs: first.counts.map((_, event) => of('lastUs', event).reduce((a, b) => Math.max(a, b), 0)),
  };
}
