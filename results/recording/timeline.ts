/**
 * How a trial went, step by step: element i of every list belongs to `atMs[i]`. The steps are equally long and the same for
 * all workers of a trial. Read about five times a second while the trial ran, never per delivery.
 */
export interface Timeline {
  /** From the start of the feed; negative while the subscribers connected. */
  atMs: number[];
  /** Open at that moment. */
  openConnections: number[];
  /** Answered since the trial began, in all phases. */
  requests: number[];
  /** Read and written since the trial began. */
  wireBytes: number[];
}

/** The last element at or before this moment: -1 before the first. */
function placeAt(atMs: readonly number[], moment: number): number {
  return atMs.findLastIndex((each) => each <= moment);
}

/**
 * One timeline for several workers: the sum at every moment of any of them. A worker counts nothing before its first
 * moment, and what it counted last after its last one.
 */
export function mergeTimelines(parts: readonly Timeline[]): Timeline {
  const atMs = [...new Set(parts.flatMap((part) => part.atMs))].sort((a, b) => a - b);
  const sum = (key: Exclude<keyof Timeline, 'atMs'>) =>
    atMs.map((moment) => parts.reduce((total, part) => total + (part[key][placeAt(part.atMs, moment)] ?? 0), 0));
  return {
    atMs,
    openConnections: sum('openConnections'),
    requests: sum('requests'),
    wireBytes: sum('wireBytes'),
  };
}
