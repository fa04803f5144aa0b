import type { Subscribe } from '../subscriber.ts';
import { pollLoop } from './poll-loop.ts';

export const subscribePolling: Subscribe = (target) => pollLoop(target, 'polling', 10);
