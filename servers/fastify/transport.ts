import type { FastifyInstance } from 'fastify';
import type { ServerOptions } from '../contract/transports.ts';
import type { FeedEvent } from './event.ts';
import type { History } from './history.ts';

/** One way of delivering the feed, attached to its route. */
export interface Transport {
  /** New events that were read together, at least one, in order and already in the history. */
  publish(events: readonly FeedEvent[]): void;
  /** No event will follow: every held request is answered, every stream ended as soon as its subscriber has all events. */
  stop(): void;
}

/** What all transports of one server share. */
export interface TransportContext {
  history: History;
  options: ServerOptions;
  /** A line for stderr. */
  log(line: string): void;
}

/** Registers the route of a transport. */
export type OfferTransport = (app: FastifyInstance, context: TransportContext) => Transport;
