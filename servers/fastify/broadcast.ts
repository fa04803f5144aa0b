import { DeadlineQueue } from './deadline-queue.ts';
import type { FeedEvent } from './event.ts';
import type { Framing } from './framing.ts';
import type { PushConnection } from './push-connection.ts';
import type { TransportContext } from './transport.ts';

/** A replay hands this much to the kernel, then waits until the kernel has taken it. */
const REPLAY_BATCH_BYTES = 64 * 1024;

/** How long a dismissed subscriber may take to read the rest of what it was sent. */
const DISMISSAL_MS = 2_000;

interface Subscriber {
  connection: PushConnection;
  /** The event it gets next. */
  nextSeq: number;
  /** Gets events of the history, paced by its connection; new events reach it by way of the history. */
  replaying: boolean;
}

/**
 * Delivers every event to all subscribers of one push transport: a replay of what they missed, then each new event as
 * it comes. Slow subscribers are dismissed, idle ones get heartbeats.
 */
export class Broadcast {
  readonly #context: TransportContext;
  readonly #frame: Framing;
  readonly #subscribers = new Map<PushConnection, Subscriber>();
  readonly #dismissed = new DeadlineQueue<PushConnection>(DISMISSAL_MS, (connection) => connection.destroy());
  readonly #heartbeatTimer: NodeJS.Timeout;
  #stopping = false;

  constructor(context: TransportContext, frame: Framing) {
    this.#context = context;
    this.#frame = frame;
    this.#heartbeatTimer = setTimeout(() => this.#heartbeat(), context.options.heartbeatMs);
  }

  /** A subscriber that has the events up to `after`. The caller calls `remove` when the connection is closed. */
  add(connection: PushConnection, after: number): void {
    const subscriber = { connection, nextSeq: after + 1, replaying: false };
    this.#subscribers.set(connection, subscriber);
    this.#catchUp(subscriber);
  }

  remove(connection: PushConnection): void {
    this.#subscribers.delete(connection);
  }

  /** Events that were read together are framed once and cost each subscriber one write. */
  publish(events: readonly FeedEvent[]): void {
    this.#heartbeatTimer.refresh();
    if (this.#subscribers.size === 0) return;
    const { oldestSeq } = this.#context.history;
    const [first, last] = [events.at(0)?.seq ?? 0, events.at(-1)?.seq ?? 0];
    const framed = this.#frame(events);
    for (const subscriber of this.#subscribers.values()) {
      const { nextSeq } = subscriber;
      if (subscriber.replaying) {
        if (nextSeq < oldestSeq) this.#dismiss(subscriber, `event ${nextSeq} left the history`);
        continue;
      }
      // A subscriber may be ahead of this process when several processes get the same feed.
      if (nextSeq > last || this.#isSlow(subscriber)) continue;
      subscriber.nextSeq = last + 1;
      subscriber.connection.send(nextSeq === first ? framed : this.#frame(events.slice(nextSeq - first)));
    }
  }

  /** No event will follow. Subscribers in the middle of a replay get the rest of it first. */
  stop(): void {
    this.#stopping = true;
    clearTimeout(this.#heartbeatTimer);
    for (const subscriber of this.#subscribers.values()) {
      if (!subscriber.replaying) subscriber.connection.end();
    }
  }

  #catchUp(subscriber: Subscriber): void {
    const { history } = this.#context;
    subscriber.replaying = subscriber.nextSeq <= history.newestSeq;
    if (!subscriber.replaying) {
      if (this.#stopping) subscriber.connection.end();
      return;
    }
    const batch: FeedEvent[] = [];
    for (let bytes = 0; subscriber.nextSeq <= history.newestSeq && bytes < REPLAY_BATCH_BYTES; ) {
      const event = history.at(subscriber.nextSeq);
      batch.push(event);
      bytes += event.text.length;
      subscriber.nextSeq += 1;
    }
    subscriber.connection.send(this.#frame(batch), () => this.#flushed(subscriber));
  }

  #flushed(subscriber: Subscriber): void {
    if (this.#subscribers.has(subscriber.connection)) this.#catchUp(subscriber);
  }

  #isSlow(subscriber: Subscriber): boolean {
    const { unsentBytes } = subscriber.connection;
    if (unsentBytes <= this.#context.options.maxBufferedBytes) return false;
    this.#dismiss(subscriber, `${unsentBytes} bytes unsent`);
    return true;
  }

  #dismiss({ connection, nextSeq }: Subscriber, why: string): void {
    this.#subscribers.delete(connection);
    this.#dismissed.add(connection);
    this.#context.log(`slow subscriber ${connection.peer} is disconnected before event ${nextSeq}: ${why}`);
    connection.dismiss(`slow subscriber: ${why}`);
  }

  #heartbeat(): void {
    for (const subscriber of this.#subscribers.values()) {
      if (!subscriber.replaying && !this.#isSlow(subscriber)) subscriber.connection.heartbeat();
    }
    this.#heartbeatTimer.refresh();
  }
}
