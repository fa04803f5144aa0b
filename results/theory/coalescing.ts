/**
 * What a server that coalesces makes of a feed (CONTRACT.md, section Coalescing): the first event opens a window, and at
 * its end all events of the window are delivered together. Times are those of the events' arrival at the server; how
 * long the server then takes to write is not in it.
 */

/** The batches of a feed with Poisson arrivals, and how long an event waits for the end of its window. */
export interface CoalescedPoisson {
  /** Mean number of events that are delivered together. */
  eventsPerBatch: number;
  batchesPerSec: number;
  /** Mean over events. */
  meanWaitUs: number;
  /** The wait that a share q of the events does not exceed; q from 0 to 1. */
  waitQuantileUs(q: number): number;
}

/**
 * Closed form for Poisson arrivals. The opener of a window waits for all of it, c. While it is open, Poisson(lambda c)
 * further events arrive, each at a moment that is uniform in it, so each waits c/2 on average. The next window opens with
 * the next event, and the windows are independent. By renewal-reward:
 *
 *   events per batch  B = 1 + lambda c
 *   mean wait         (c + lambda c^2 / 2) / (1 + lambda c), from c (lambda -> 0) to c/2 (lambda c -> infinity)
 *   P(wait <= w)      lambda w / (1 + lambda c) for w < c, and 1 for w = c: a share 1/B, the openers, waits exactly c
 */
export function coalescedPoisson(eventsPerSec: number, windowUs: number): CoalescedPoisson {
  const ratePerUs = eventsPerSec / 1e6;
  const eventsPerBatch = 1 + ratePerUs * windowUs;
  return {
    eventsPerBatch,
    batchesPerSec: eventsPerSec / eventsPerBatch,
    meanWaitUs: (windowUs + (ratePerUs * windowUs ** 2) / 2) / eventsPerBatch,
    waitQuantileUs: (q) => Math.min(windowUs, (q * eventsPerBatch) / ratePerUs),
  };
}

/**
 * When each event of a feed is delivered, for given times of arrival in ascending order. Exact, for any schedule: events
 * with the same result are one batch. Without a window an event is delivered when it arrives.
 */
export function coalescedUs(arrivalUs: Float64Array, windowUs: number): Float64Array {
  let endUs = Number.NEGATIVE_INFINITY;
  return arrivalUs.map((atUs) => {
    // At the end of a window itself it has been delivered: such an event opens the next.
    if (atUs >= endUs) endUs = atUs + windowUs;
    return endUs;
  });
}
