import type { TransportId } from '../contract/transports.ts';
import type { Arrivals } from './arrivals.ts';

/** One event as a subscriber got it. */
export interface Delivery {
  /** The seq that the transport itself states (the `id` of sse); null where it states none. */
  seq: number | null;
  text: Buffer;
}

export interface SubscribeTarget {
  host: string;
  port: number;
  /** Left out of the request when undefined. */
  after?: number;
}

/**
 * A subscriber made of a library's client, so that it cannot share a mistake with the driver of the benchmark. The
 * deliveries end with the reason when the server ends them; none of the subscribers gives up by itself.
 */
export interface Subscription {
  readonly deliveries: Arrivals<Delivery>;
  /** Resolves when the server has answered, and so knows of the subscriber; at once where there is no such moment. */
  readonly opened: Promise<void>;
  close(): void;
}

export type Subscribe = (target: SubscribeTarget) => Subscription;

/** The address of a route: `after` and whatever else is given as the query. */
export function routeUrl({ host, port, after }: SubscribeTarget, transport: TransportId): string {
  return `http://${host}:${port}/${transport}${after === undefined ? '' : `?after=${after}`}`;
}
