import { type BucketCounts, Mixture } from './latency-sample.ts';

/**
 * Batches of a trial. The longer a batch, the more of the likeness of neighbours it holds; below about ten, their
 * variance is a guess (Schmeiser 1982 advises 10 to 30).
 */
const BATCHES = 10;

/** How many latencies are at or below a value, as if each bucket's were spread evenly over it. */
function countAtOrBelow({ lowUs, nextUs, counts }: BucketCounts, valueUs: number): number {
  return counts.reduce((sum, count, i) => {
    const from = (lowUs[i] as number) - 0.5;
    const to = (nextUs[i] as number) - 0.5;
    return sum + count * Math.min(1, Math.max(0, (valueUs - from) / (to - from)));
  }, 0);
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/**
 * How many times larger the variance of F(median) of a trial is than if every event were one independent value:
 * Var / (p (1 - p) / events) with p = 0.5. Var is that of the mean over batches of consecutive windows (batch means,
 * Law & Kelton 1991, section 9.5), each weighted by its deliveries (a ratio estimate, Cochran 1977, section 6.3). Null
 * when there are too few windows to tell.
 */
function varianceInflation(events: number, windows: readonly BucketCounts[]): number | null {
  if (windows.length < BATCHES) return null;
  const weights = new Float64Array(windows.length).fill(1);
  const median = new Mixture(windows).percentileUs(0.5, weights) as number;
  const deliveries = windows.map(({ counts }) => total(counts));
  const below = windows.map((window) => countAtOrBelow(window, median));
  const share = total(below) / total(deliveries);
  const excess = windows.map((_, i) => (below[i] as number) - share * (deliveries[i] as number));
  const start = (batch: number) => Math.floor((batch * windows.length) / BATCHES);
  const squares = Array.from(
    { length: BATCHES },
    (_, batch) => total(excess.slice(start(batch), start(batch + 1))) ** 2,
  );
  const variance = (total(squares) * BATCHES) / (BATCHES - 1) / total(deliveries) ** 2;
  return variance / (0.25 / events);
}

/** What effectiveEventsOf needs of a trial. */
export interface TrialEvents {
  events: number;
  /** Windows with a delivery, decoded. */
  windows: readonly BucketCounts[];
}

/**
 * How many independent events would tell as much about the median as the events of these trials of one cell:
 * p (1 - p) / Var(F(median)), at most the events there were. Fewer where neighbouring events are alike. The
 * variances of the trials are pooled, since one trial's alone is uncertain by a half. Trials with fewer than ten windows,
 * which cannot tell, count as the others do; where none can, every event counts.
 */
export function effectiveEventsOf(trials: readonly TrialEvents[]): number {
  const events = total(trials.map((trial) => trial.events));
  const known = trials
    .map((trial) => ({ events: trial.events, inflation: varianceInflation(trial.events, trial.windows) }))
    .filter((trial): trial is { events: number; inflation: number } => trial.inflation !== null);
  if (known.length === 0) return events;
  const inflation =
    total(known.map((trial) => trial.events * trial.inflation)) / total(known.map((trial) => trial.events));
  return inflation <= 1 ? events : events / inflation;
}
