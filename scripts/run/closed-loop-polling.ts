import type { ObservedFeed } from '../../clients/driver/observer.ts';
import type { SharedConfig } from './driver-workers.ts';

/** What workers are told whose subscribers poll a server on this host again as soon as they are answered. */
export function closedLoopPolling(port: number, feed: ObservedFeed, publishedLogPath: string): SharedConfig {
  return {
    routes: [{ host: '127.0.0.1', port, localAddress: null }],
    transport: 'polling',
    transportOptions: { intervalMs: 0, keepAlive: true },
    headers: 'bare',
    polls: 'closed-loop',
    seed: feed.seed,
    feed,
    publishedLogPath,
  };
}
