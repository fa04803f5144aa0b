/** What an arrival was, judged by the sequence of one subscriber. */
export type Verdict = 'delivered' | 'out-of-order' | 'duplicate';

/** Inclusive range of seqs that did not arrive. */
interface Hole {
  from: number;
  to: number;
}

/**
 * The sequence of one subscriber: which events of the feed have arrived, were skipped, came twice, came late or came
 * altered. In the ordinary case one number; holes and altered events are kept only where there are any.
 */
export class Sequence {
  /** The event expected next; everything below has arrived, is in a hole or was altered. */
  nextSeq = 1;
  #holes: Hole[] | null = null;
  #corrupted: Set<number> | null = null;

  /** The last event this subscriber has seen: what it resumes after. */
  get lastSeq(): number {
    return this.nextSeq - 1;
  }

  /** An intact event arrived. */
  arrived(seq: number): Verdict {
    if (seq === this.nextSeq) {
      this.nextSeq = seq + 1;
      return 'delivered';
    }
    if (seq > this.nextSeq) {
      this.skippedTo(seq);
      this.nextSeq = seq + 1;
      return 'delivered';
    }
    if (this.#corrupted?.delete(seq) || this.#fill(seq)) return 'out-of-order';
    return 'duplicate';
  }

  /** An altered event arrived; `claimedSeq` is the seq it shows, if it shows one that may be true. */
  arrivedCorrupted(claimedSeq: number | null): void {
    const seq = claimedSeq !== null && claimedSeq > this.nextSeq ? claimedSeq : this.nextSeq;
    this.skippedTo(seq);
    this.#corrupted ??= new Set();
    this.#corrupted.add(seq);
    this.nextSeq = seq + 1;
  }

  /** The events from the next up to, not including, `seq` will not come: a gap, or a history that no longer has them. */
  skippedTo(seq: number): void {
    if (seq <= this.nextSeq) return;
    this.#holes ??= [];
    this.#holes.push({ from: this.nextSeq, to: seq - 1 });
    this.nextSeq = seq;
  }

  /** Events of a feed of `lastSeq` events that never arrived. */
  missingCount(lastSeq: number): number {
    const inHoles = this.#holes?.reduce((sum, hole) => sum + hole.to - hole.from + 1, 0) ?? 0;
    return inHoles + Math.max(0, lastSeq - this.lastSeq);
  }

  /** Events that arrived altered and never intact. */
  get corruptedCount(): number {
    return this.#corrupted?.size ?? 0;
  }

  #fill(seq: number): boolean {
    const holes = this.#holes ?? [];
    const index = holes.findIndex((hole) => hole.from <= seq && seq <= hole.to);
    const hole = holes[index];
    if (hole === undefined) return false;
    const rest = [
      { from: hole.from, to: seq - 1 },
      { from: seq + 1, to: hole.to },
    ].filter((part) => part.from <= part.to);
    holes.splice(index, 1, ...rest);
    return true;
  }
}
