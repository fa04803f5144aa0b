import type { Deliveries } from '../../results/delivery-result.ts';
import type { Measurement } from '../../results/recording/measurement.ts';
import type { Tally } from '../../results/recording/tally.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import type { HeaderProfile } from '../../servers/contract/header-profiles.ts';
import type { PublishedLogReader } from '../../servers/contract/published-log.ts';
import { deriveSeed, type Random, seededRandom } from '../../servers/contract/random.ts';
import type { TransportId, TransportOptions } from '../../servers/contract/transports.ts';
import type { ClientTransport, ClientTransportFactory, PollSlot, SubscriberPort } from '../transport.ts';
import type { Connection, ConnectionHandlers } from '../wire/connection.ts';
import { ClosedLoop } from './closed-loop.ts';
import { Ledger, type Route } from './ledger.ts';
import { Observer } from './observer.ts';
import { PhaseTallies, type PhaseTimes } from './phase-tallies.ts';
import { type PollLoop, PollPlan } from './poll-plan.ts';
import { Sequence } from './sequence.ts';
import type { TimelineReading } from './timeline-recorder.ts';
import type { WorkerConfig } from './worker-protocol.ts';

/** Subscriptions under way at one moment: far below the 511 connections Node lets wait to be accepted. */
const CONNECTING_MAX = 64;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 2_000;
const BACKOFF_STREAM = 0xbac0ff;

/** A route, with the `Host` header value it makes. */
interface Way extends Route {
  readonly authority: string;
}

/** The client side of every transport. */
export type ClientTransports = { readonly [Id in TransportId]: ClientTransportFactory<Id> };

/** What subscribers share with their worker. */
interface Shared {
  readonly ledger: Ledger;
  readonly observer: Observer;
  readonly tallies: PhaseTallies;
  readonly backoff: Random;
  readonly headers: HeaderProfile;
  incident(reason: string): void;
  becameReady(): void;
}

/** All subscribers of one worker: connects them at a pace, keeps them subscribed, sums up what happened to them. */
export class Population {
  readonly tallies = new PhaseTallies();
  readonly observer: Observer;
  readonly incidents: Record<string, number> = {};
  lastIncident: string | null = null;
  readyCount = 0;
  readonly #config: WorkerConfig;
  readonly #ledger: Ledger;
  readonly #polls: PollLoop;
  readonly #subscribers: Subscriber[] = [];
  #nextToConnect = 0;
  #openAtFeed = 0;
  #originUs = 0;
  /** From the start of the feed until the subscribers were closed. */
  feedUs = 0;

  /** `allReady` is called once, when every subscriber is subscribed. */
  constructor(config: WorkerConfig, transports: ClientTransports, published: PublishedLogReader, allReady: () => void) {
    this.#config = config;
    this.#ledger = new Ledger(this.tallies);
    this.observer = new Observer(config.feed, this.tallies, published);
    const { intervalMs = 0 } = config.transportOptions as Partial<TransportOptions['polling']>;
    this.#polls =
      config.polls === 'closed-loop'
        ? new ClosedLoop((sentUs, answeredUs) => this.observer.pollAnswered(sentUs, answeredUs))
        : new PollPlan(intervalMs, config.seed, {
            made: (dueUs, latenessUs) => this.observer.pollMade(dueUs, latenessUs),
            answered: (sentUs) => this.observer.pollAnswered(sentUs, this.tallies.readAtUs),
            skipped: (dueUs) => this.observer.pollSkipped(dueUs),
          });
    const shared: Shared = {
      ledger: this.#ledger,
      observer: this.observer,
      tallies: this.tallies,
      backoff: seededRandom(deriveSeed(config.seed, BACKOFF_STREAM, config.firstSubscriber)),
      headers: config.headers,
      incident: (reason) => {
        this.lastIncident = reason;
        this.incidents[reason] = (this.incidents[reason] ?? 0) + 1;
      },
      becameReady: () => {
        this.readyCount += 1;
        if (this.readyCount === config.subscribers) allReady();
        else this.#connectNext();
      },
    };
    const ways = config.routes.map((route) => ({ ...route, authority: `${route.host}:${route.port}` }));
    const newTransport = transports[config.transport] as ClientTransportFactory<TransportId>;
    for (let index = 0; index < config.subscribers; index += 1) {
      const number = config.firstSubscriber + index;
      const way = ways[number % ways.length] as Way;
      this.#subscribers.push(
        new Subscriber(shared, way, this.#polls.slot(number), (port) => newTransport(port, config.transportOptions)),
      );
    }
  }

  /** Begins to subscribe everybody, a limited number at a time. */
  connect(): void {
    for (let count = 0; count < CONNECTING_MAX; count += 1) this.#connectNext();
  }

  #connectNext(): void {
    this.#subscribers[this.#nextToConnect]?.start();
    this.#nextToConnect += 1;
  }

  /** The feed is about to start. */
  feed(times: PhaseTimes): void {
    this.#openAtFeed = this.#ledger.openCount;
    this.#originUs = times.originUs;
    this.tallies.schedule(times);
    this.observer.schedule(times);
    if (this.#config.transport === 'polling') this.#polls.start(times.originUs);
  }

  /** Closes every subscriber; what is still read or written from here on belongs to no phase of the feed. */
  close(): void {
    this.#polls.stop();
    this.feedUs = nowUs() - this.#originUs;
    this.tallies.close();
    for (const subscriber of this.#subscribers) subscriber.stop();
  }

  /** What the books say at this moment, over all phases. */
  reading(atUs: number): TimelineReading {
    return { atUs, openConnections: this.#ledger.openCount, ...this.tallies.totals() };
  }

  deliveries(): Deliveries {
    const { lastSeq } = this.#config.feed;
    const expected = this.#subscribers.length * lastSeq;
    const missing = this.#sum((subscriber) => subscriber.sequence.missingCount(lastSeq));
    const corrupted = this.#sum((subscriber) => subscriber.sequence.corruptedCount);
    return {
      expected,
      delivered: expected - missing - corrupted,
      missing,
      duplicated: this.observer.duplicatedCount,
      outOfOrder: this.observer.outOfOrderCount,
      corrupted,
    };
  }

  connections(): Measurement['connections'] {
    return {
      opened: this.#ledger.openedCount,
      openAtFeed: this.#openAtFeed,
      peak: this.#ledger.peakCount,
      failed: this.#ledger.failedCount,
      reconnected: this.#sum((subscriber) => subscriber.reconnectedCount),
    };
  }

  #sum(value: (subscriber: Subscriber) => number): number {
    return this.#subscribers.reduce((sum, subscriber) => sum + value(subscriber), 0);
  }
}

/** One simulated client: its sequence, and its transport kept subscribed. */
class Subscriber implements SubscriberPort {
  readonly sequence = new Sequence();
  readonly polls: PollSlot;
  reconnectedCount = 0;
  readonly #shared: Shared;
  readonly #way: Way;
  readonly #transport: ClientTransport;
  #wasReady = false;
  #failures = 0;
  #lastEnvelope = -1;
  #retry: NodeJS.Timeout | undefined;

  constructor(shared: Shared, way: Way, polls: PollSlot, newTransport: (port: SubscriberPort) => ClientTransport) {
    this.#shared = shared;
    this.#way = way;
    this.polls = polls;
    this.#transport = newTransport(this);
  }

  get authority(): string {
    return this.#way.authority;
  }

  get headers(): HeaderProfile {
    return this.#shared.headers;
  }

  get lastSeq(): number {
    return this.sequence.lastSeq;
  }

  get tally(): Tally {
    return this.#shared.tallies.current;
  }

  start(): void {
    this.#transport.subscribe();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#transport.close();
  }

  open(handlers: ConnectionHandlers): Connection {
    this.#lastEnvelope = -1;
    return this.#shared.ledger.open(this.#way, handlers);
  }

  stamp(): void {
    this.#shared.tallies.read(nowUs());
  }

  event(bytes: Buffer, start: number, end: number, envelope: number): void {
    if (envelope !== this.#lastEnvelope) {
      this.#lastEnvelope = envelope;
      this.tally.envelopes += 1;
    }
    this.#shared.observer.event(this.sequence, bytes, start, end);
  }

  ready(): void {
    this.#failures = 0;
    if (this.#wasReady) {
      this.reconnectedCount += 1;
      return;
    }
    this.#wasReady = true;
    this.#shared.becameReady();
  }

  historyGone(oldestSeq: number): void {
    this.#shared.incident('events were gone from the history of the server (410)');
    this.#shared.observer.skipped(this.sequence, oldestSeq);
  }

  lost(reason: string): void {
    this.#shared.incident(reason);
    // Half to full length, seeded: a thousand subscribers that lost one server do not come back in one instant.
    const backoffMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#transport.subscribe(), backoffMs * (0.5 + this.#shared.backoff() / 2));
  }
}
