/** Fresh runs in which a value must hold, every one, before it is the answer. */
export const CONFIRMATIONS = 3;
/** The search is exact enough when the lowest value that failed is at most this much above the highest that held. */
export const PRECISION_RATIO = 1.1;
const GROWTH_RATIO = 2;
/** Runs that must fail before a value counts as failed while the search closes in: one may be an accident. */
const FAILURES_TO_COUNT = 2;
/** Halvings of the interval, on a scale of ratios, from a ratio of 2 to one of 1.1; one more for what rounding takes. */
const BISECTIONS_MAX = Math.ceil(Math.log2(Math.log(GROWTH_RATIO) / Math.log(PRECISION_RATIO))) + 1;

/** The values a search may try. `lowest <= start <= highest`, all of them fixed points of `round`. */
export interface SearchRange {
  start: number;
  lowest: number;
  highest: number;
  /** The nearest value that can be tried: whole subscribers, rates of three digits. */
  round(value: number): number;
}

/** What to run next. */
export interface ProbeRequest {
  value: number;
  /** `search`: closing in. `confirm`: one of the runs that must all hold. */
  purpose: 'search' | 'confirm';
}

/** How a search stands, or ended. `held` and `failed` are the highest value that held and the lowest that failed. */
export type SearchState =
  | { kind: 'running'; held: number | null; failed: number | null }
  /** Held in every confirmation; `failed` is null when even the highest value allowed held. */
  | { kind: 'confirmed'; value: number; failed: number | null }
  /** Nothing held, down to the lowest value; or what held once did not hold again (`heldOnce`). */
  | { kind: 'none'; failed: number; heldOnce: boolean };

/**
 * Searches for the highest value that holds, given one outcome after another. It knows nothing of what is measured.
 *
 * It doubles a value that holds and halves one that does not until it has one of each, then bisects on a scale of ratios
 * to PRECISION_RATIO. A real system answers with noise, and not always the same way near its capacity. So a value counts as
 * failed only when it failed twice, since one failure may be an accident of the machine; and one success proves as
 * little, so the answer must hold in CONFIRMATIONS further runs. If one of them fails, lower values are confirmed
 * instead, in steps that grow: what does not hold every time is not a capacity.
 */
export class CapacitySearch {
  readonly #range: SearchRange;
  readonly #heldValues: number[] = [];
  #failed: number | null = null;
  #failures = 0;
  #confirmations = 0;
  #stepsDown = 0;
  #next: ProbeRequest | null;
  #state: SearchState = { kind: 'running', held: null, failed: null };

  constructor(range: SearchRange) {
    this.#range = range;
    this.#next = { value: range.start, purpose: 'search' };
  }

  /** Null when the search has ended. */
  get next(): ProbeRequest | null {
    return this.#next;
  }

  get state(): SearchState {
    return this.#state.kind === 'running' ? { kind: 'running', held: this.#held, failed: this.#failed } : this.#state;
  }

  /** The highest value that held, below all that failed. */
  get #held(): number | null {
    const below = this.#heldValues.filter((value) => this.#failed === null || value < this.#failed);
    return below.length === 0 ? null : Math.max(...below);
  }

  /** The outcome of `next`. Throws an Error when the search has ended. */
  record(held: boolean): void {
    if (this.#next === null) throw new Error('the search has ended; there is nothing to record');
    const { value, purpose } = this.#next;
    if (purpose === 'confirm') this.#recordConfirmation(value, held);
    else this.#recordSearch(value, held);
  }

  #recordSearch(value: number, held: boolean): void {
    if (!held && ++this.#failures < FAILURES_TO_COUNT) return;
    this.#failures = 0;
    if (held) this.#heldValues.push(value);
    else this.#failed = value;
    if (this.#held === null && value === this.#range.lowest)
      this.#end({ kind: 'none', failed: value, heldOnce: false });
    else this.#next = this.#approach();
  }

  #approach(): ProbeRequest {
    const { lowest, highest, round } = this.#range;
    const [held, failed] = [this.#held, this.#failed];
    if (held === null) return { value: Math.max(lowest, round((failed as number) / GROWTH_RATIO)), purpose: 'search' };
    if (failed === null) {
      if (held === highest) return { value: held, purpose: 'confirm' };
      return { value: Math.min(highest, round(held * GROWTH_RATIO)), purpose: 'search' };
    }
    const middle = round(Math.sqrt(held * failed));
    const exact = failed / held <= PRECISION_RATIO || middle <= held || middle >= failed;
    return exact ? { value: held, purpose: 'confirm' } : { value: middle, purpose: 'search' };
  }

  #recordConfirmation(value: number, held: boolean): void {
    if (held) {
      this.#confirmations += 1;
      if (this.#confirmations === CONFIRMATIONS) this.#end({ kind: 'confirmed', value, failed: this.#failed });
      return;
    }
    this.#confirmations = 0;
    this.#failed = value;
    if (value === this.#range.lowest) {
      this.#end({ kind: 'none', failed: value, heldOnce: true });
      return;
    }
    this.#stepsDown += 1;
    this.#next = { value: this.#stepDown(value), purpose: 'confirm' };
  }

  #stepDown(from: number): number {
    let value = from;
    for (let steps = this.#stepsDown; value >= from; steps += 1) {
      value = this.#range.round(from / PRECISION_RATIO ** steps);
    }
    return Math.max(this.#range.lowest, value);
  }

  #end(state: SearchState): void {
    this.#state = state;
    this.#next = null;
  }
}

/** Steps down from the highest to the lowest value: k of them divide by PRECISION_RATIO ^ (1 + 2 + ... + k). */
function mostStepsDown({ lowest, highest }: SearchRange): number {
  const exponent = Math.log(highest / lowest) / Math.log(PRECISION_RATIO);
  return Math.ceil((Math.sqrt(1 + 8 * exponent) - 1) / 2) + 1;
}

/**
 * The longest a search can take, when a run at a value takes at most `runMs(value)`: every value on the way to an end of
 * the range tried twice, then bisected, then as many confirmations as there can be.
 */
export function longestSearchMs(range: SearchRange, runMs: (value: number) => number): number {
  const { start, lowest, highest, round } = range;
  const up = [start];
  while ((up.at(-1) as number) < highest) up.push(Math.min(highest, round((up.at(-1) as number) * GROWTH_RATIO)));
  const down = [start];
  while ((down.at(-1) as number) > lowest) down.push(Math.max(lowest, round((down.at(-1) as number) / GROWTH_RATIO)));
  return Math.max(
    ...[up, down].map((path) => {
      const runsMs = path.map(runMs);
      const atEnd = BISECTIONS_MAX * FAILURES_TO_COUNT + (mostStepsDown(range) + 1) * CONFIRMATIONS;
      return FAILURES_TO_COUNT * runsMs.reduce((sum, ms) => sum + ms, 0) + atEnd * Math.max(...runsMs);
    }),
  );
}
