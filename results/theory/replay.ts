/** What a server makes of a schedule. */
export interface Replay {
  /**
   * By event: how much longer it took than an event that meets an idle server and is alone. Negative for one that came
   * while the server was waking up for another, and is delivered together with it.
   */
  delayUs: Float64Array;
  /** By batch of events that are delivered together: when the server takes them, and the index of its first event. */
  batches: { atUs: number; firstEvent: number }[];
}

/** Constants of a server and its subscribers. */
export interface ServerTimes {
  /** From when an event is due until an idle server takes it. */
  wakeUs: number;
  /**
   * From then on it takes no other. For push it is still writing the event before; for long-polling this is the gap g in
   * which a subscriber has no request waiting.
   */
  busyUs: number;
}

/**
 * Replays a schedule: an idle server takes an event `wakeUs` after it became available, and with it all that did so until
 * then; it is busy for `busyUs`, and takes what has become available meanwhile at the end of that. From then on such an
 * event takes no less than one that meets an idle server.
 *
 * For Poisson arrivals this has a closed form, see poissonBatches. The replay gives the same for the schedule that was
 * really run, whatever its kind.
 */
export function replay(availableUs: ArrayLike<number>, { wakeUs, busyUs }: ServerTimes): Replay {
  const delayUs = new Float64Array(availableUs.length);
  const batches: Replay['batches'] = [];
  let idleFromUs = Number.NEGATIVE_INFINITY;
  for (let event = 0; event < availableUs.length; ) {
    const firstEvent = event;
    const openedUs = availableUs[event] as number;
    const busy = openedUs < idleFromUs;
    const atUs = busy ? idleFromUs : openedUs + wakeUs;
    for (; event < availableUs.length && (availableUs[event] as number) <= atUs; event += 1) {
      delayUs[event] = atUs - (availableUs[event] as number) - (busy ? 0 : wakeUs);
    }
    batches.push({ atUs, firstEvent });
    idleFromUs = atUs + busyUs;
  }
  return { delayUs, batches };
}

/**
 * The closed form of the same for Poisson arrivals at rate lambda. A cycle is one batch: with probability exp(-lambda g)
 * nothing comes in the gap g, and the next event opens a batch that lambda a others join while the server wakes up (a);
 * otherwise the lambda g events of the gap are the batch, and have waited for half of it.
 *
 *     events per batch   B = lambda g + exp(-lambda g) (1 + lambda a)
 *     mean delay         (lambda g^2 / 2 - exp(-lambda g) lambda a^2 / 2) / B
 *
 * With a = 0 these are B = lambda g + exp(-lambda g) and (lambda g^2 / 2) / B.
 */
export function poissonBatches(
  eventsPerSec: number,
  { wakeUs, busyUs }: ServerTimes,
): { eventsPerBatch: number; meanDelayUs: number } {
  const ratePerUs = eventsPerSec / 1e6;
  const inGap = ratePerUs * busyUs;
  const noneInGap = Math.exp(-inGap);
  const eventsPerBatch = inGap + noneInGap * (1 + ratePerUs * wakeUs);
  const sumOfDelaysUs = (inGap * busyUs - noneInGap * ratePerUs * wakeUs ** 2) / 2;
  return { eventsPerBatch, meanDelayUs: sumOfDelaysUs / eventsPerBatch };
}
