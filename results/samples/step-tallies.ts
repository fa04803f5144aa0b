import { addTally, emptyTally, type Phase, phases, type Tally, type TallyByPhase } from '../recording/tally.ts';
import type { Timeline } from '../recording/timeline.ts';
import { SUBSCRIBERS } from './models.ts';

/** The steps of the timeline, in ms. */
const STEP_MS = 200;

/** Counts by phase and step of the timeline, which do not begin at the same moments. */
export class StepTallies {
  readonly #phaseAt: (atUs: number) => Phase;
  readonly #parts = new Map<number, { phase: Phase; step: number; tally: Tally }>();

  /** `phaseAt`: the phase of a time of the feed. */
  constructor(phaseAt: (atUs: number) => Phase) {
    this.#phaseAt = phaseAt;
  }

  /** The tally of this time of the feed. */
  at(atUs: number): Tally {
    const [phase, step] = [this.#phaseAt(atUs), Math.floor(atUs / 1000 / STEP_MS)];
    const key = step * phases.length + phases.indexOf(phase);
    const part = this.#parts.get(key) ?? { phase, step, tally: emptyTally() };
    this.#parts.set(key, part);
    return part.tally;
  }

  /** Adds all counts to those of their phases. */
  addTo(tallies: TallyByPhase): void {
    for (const { phase, tally } of this.#parts.values()) addTally(tallies[phase], tally);
  }

  /** All counts since the first connect, from one step before the feed to the last whole step before this time. */
  timeline(connect: Tally, lastUs: number): Timeline {
    const steps = Array.from({ length: Math.floor(lastUs / 1000 / STEP_MS) + 1 }, (_, step) => step);
    const until = (count: (tally: Tally) => number) => {
      const counted = (end: number) =>
        [...this.#parts.values()].reduce(
          (sum, { step, tally }) => sum + (step < end ? count(tally) : 0),
          count(connect),
        );
      return [0, ...steps.map(counted)];
    };
    return {
      atMs: [-STEP_MS, ...steps.map((step) => step * STEP_MS)],
      openConnections: [0, ...steps.map(() => SUBSCRIBERS)],
      requests: until(({ requests }) => requests),
      wireBytes: until(({ receivedBytes, sentBytes }) => receivedBytes + sentBytes),
    };
  }
}
