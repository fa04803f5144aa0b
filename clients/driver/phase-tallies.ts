import { emptyTally, type Phase, phases, type Tally, type TallyByPhase } from '../../results/recording/tally.ts';

/** Absolute times of the one clock at which the phases of a feed begin. */
export interface PhaseTimes {
  /** Start of the feed and of the warm-up. */
  originUs: number;
  measureUs: number;
  drainUs: number;
}

/** The tally that counts now. The phase follows the time of the read in hand, never a timer, so no read is booked a phase off. */
export class PhaseTallies {
  readonly byPhase: TallyByPhase;
  /** Where to count. */
  current: Tally;
  /** When the read in hand was made. Kept here and not handed along, since a number with a fraction would be boxed anew. */
  readAtUs = 0;
  #phase: Phase = 'connect';
  #endsUs = Number.POSITIVE_INFINITY;
  #times: PhaseTimes | null = null;

  constructor() {
    this.byPhase = Object.fromEntries(phases.map((phase) => [phase, emptyTally()])) as TallyByPhase;
    this.current = this.byPhase.connect;
  }

  /** The feed is about to start. */
  schedule(times: PhaseTimes): void {
    this.#times = times;
    this.#endsUs = times.originUs;
  }

  /** A read was made at this moment: moves on to its phase. One comparison where nothing changes. */
  read(atUs: number): void {
    this.readAtUs = atUs;
    while (atUs >= this.#endsUs) this.#next();
  }

  /** Of all phases together. */
  totals(): { requests: number; wireBytes: number } {
    const tallies = Object.values(this.byPhase);
    return {
      requests: tallies.reduce((sum, { requests }) => sum + requests, 0),
      wireBytes: tallies.reduce((sum, { receivedBytes, sentBytes }) => sum + receivedBytes + sentBytes, 0),
    };
  }

  /** The subscribers are about to be closed; final. */
  close(): void {
    this.#enter('close', Number.POSITIVE_INFINITY);
  }

  #next(): void {
    const times = this.#times as PhaseTimes;
    if (this.#phase === 'connect') this.#enter('warmup', times.measureUs);
    else if (this.#phase === 'warmup') this.#enter('measure', times.drainUs);
    else this.#enter('drain', Number.POSITIVE_INFINITY);
  }

  #enter(phase: Phase, endsUs: number): void {
    this.#phase = phase;
    this.#endsUs = endsUs;
    this.current = this.byPhase[phase];
  }
}
