import type { Subscribe } from '../subscriber.ts';
import { pollLoop } from './poll-loop.ts';

/** The first answer may be held until there is an event, so `opened` does not wait for it. */
export const subscribeLongPolling: Subscribe = (target) => ({
  ...pollLoop(target, 'long-polling', 0),
  opened: Promise.resolve(),
});
