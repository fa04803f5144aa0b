import type { Tally } from '../results/recording/tally.ts';
import type { HeaderProfile } from '../servers/contract/header-profiles.ts';
import type { TransportId, TransportOptions } from '../servers/contract/transports.ts';
import type { Connection, ConnectionHandlers } from './wire/connection.ts';

/**
 * What the driver gives a transport for one subscriber. A transport never measures: it hands over the bytes of whole
 * events, and one shared observer stamps, verifies and records them for all transports alike.
 */
export interface SubscriberPort {
  /** `Host` header value, for requests. */
  readonly authority: string;
  /** Which header fields the requests carry. */
  readonly headers: HeaderProfile;
  /** The last event seen: what to subscribe after. */
  readonly lastSeq: number;
  /** The counters of the current phase; asked for anew at every use, since phases change. */
  readonly tally: Tally;
  /** Opens a connection through the ledger. */
  open(handlers: ConnectionHandlers): Connection;
  /**
   * Stamps a read: the events handed over until the next one came with it. The ledger does so for the connections it
   * has opened; only what brings sockets of its own calls this.
   */
  stamp(): void;
  /**
   * Bytes [start, end) of `bytes` are the text of an event that the read in hand completed. `envelope` tells
   * responses, chunks or frames of one connection apart.
   */
  event(bytes: Buffer, start: number, end: number, envelope: number): void;
  /** Subscribed: from here on events can arrive. Called once per subscription. */
  ready(): void;
  /** The history of the server begins at `oldestSeq`: what lies between is lost to this subscriber. */
  historyGone(oldestSeq: number): void;
  /** The subscription has ended without `close()`; the driver will call `subscribe()` again after a backoff. */
  lost(reason: string): void;
  /** Registers a subscriber that polls on the fixed-rate plan; only `polling` does. */
  readonly polls: PollSlot;
}

/** A subscriber's place in the plan of polls. */
export interface PollSlot {
  /** From now on `poll` is called at each planned time. It returns false when the poll before is still unanswered. */
  start(poll: () => boolean): void;
  /** The poll in progress has been answered; a poll that became due meanwhile is made now. */
  answered(): void;
  stop(): void;
}

/** One subscriber's side of a transport. */
export interface ClientTransport {
  /** Opens the subscription after `port.lastSeq`; again after each `lost`. */
  subscribe(): void;
  /** Ends it for good, silently. */
  close(): void;
}

/** Makes the client side of a transport for one subscriber. */
export type ClientTransportFactory<Id extends TransportId> = (
  port: SubscriberPort,
  options: TransportOptions[Id],
) => ClientTransport;
