import type { Feed } from './feed.ts';
import { deriveSeed, seededRandom } from './random.ts';

/** Sets the schedule's random stream apart from the texts', which are seeded by (seed, seq). */
const SCHEDULE_STREAM = 0x5c4ed01e;

/**
 * When each event of a feed is due: element i is event i + 1, in whole microseconds since the start of the feed, never
 * decreasing, all below the feed's duration. The same feed gives the same times on every machine.
 */
export function dueTimesUs(feed: Feed): Float64Array {
  const durationUs = feed.durationMs * 1000;
  const meanGapUs = 1e6 / feed.eventsPerSec;
  const times: number[] = [];
  switch (feed.schedule.kind) {
    case 'constant':
      for (let index = 0; index * meanGapUs < durationUs; index += 1) times.push(Math.floor(index * meanGapUs));
      break;
    case 'poisson': {
      const random = seededRandom(deriveSeed(feed.seed, SCHEDULE_STREAM));
      // Exponential gaps by inversion; 1 - u is never 0, so the logarithm is finite.
      const gapUs = () => -Math.log(1 - random()) * meanGapUs;
      for (let atUs = gapUs(); atUs < durationUs; atUs += gapUs()) times.push(Math.floor(atUs));
      break;
    }
    case 'burst': {
      const { eventsPerBurst } = feed.schedule;
      for (let burst = 0; burst * eventsPerBurst * meanGapUs < durationUs; burst += 1) {
        const atUs = Math.floor(burst * eventsPerBurst * meanGapUs);
        for (let event = 0; event < eventsPerBurst; event += 1) times.push(atUs);
      }
      break;
    }
  }
  return Float64Array.from(times);
}
