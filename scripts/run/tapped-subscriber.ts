import { Ledger } from '../../clients/driver/ledger.ts';
import { PhaseTallies } from '../../clients/driver/phase-tallies.ts';
import { PollPlan } from '../../clients/driver/poll-plan.ts';
import { VerifiedTexts } from '../../clients/driver/verified-texts.ts';
import type { ClientTransport, ClientTransportFactory, PollSlot, SubscriberPort } from '../../clients/transport.ts';
import { clientTransports } from '../../clients/transports/index.ts';
import type { Connection, ConnectionHandlers } from '../../clients/wire/connection.ts';
import type { DeliveryAnatomy, WireChunk } from '../../results/anatomy/delivery-anatomy.ts';
import type { Tally } from '../../results/recording/tally.ts';
import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { Feed } from '../../servers/contract/feed.ts';
import type { HeaderProfile } from '../../servers/contract/header-profiles.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import { LOOPBACK } from './routes.ts';
import { Tap, type TappedChunk } from './tap.ts';

/**
 * A single subscriber, by the driver's own transports and ledger, with a tap between it and its server. It verifies every
 * event and remembers when it was read. It gives up at the first thing that goes wrong.
 */
export class TappedSubscriber implements SubscriberPort {
  readonly cell: DeliveryCell;
  readonly authority: string;
  readonly polls: PollSlot;
  lastSeq = 0;
  /** Why it gave up, or null. */
  failure: string | null = null;
  readonly #tap: Tap;
  readonly #events: number;
  readonly #texts: VerifiedTexts;
  readonly #tallies = new PhaseTallies();
  readonly #ledger = new Ledger(this.#tallies);
  readonly #plan: PollPlan;
  readonly #transport: ClientTransport;
  readonly #subscribed = Promise.withResolvers<void>();
  readonly #complete = Promise.withResolvers<void>();
  /** When event n was read is element n - 1, in us of the one clock. */
  readonly #receivedAtUs: number[] = [];

  private constructor(cell: DeliveryCell, tap: Tap, feed: Feed, events: number) {
    this.cell = cell;
    this.authority = `${LOOPBACK}:${tap.port}`;
    this.#tap = tap;
    this.#events = events;
    this.#texts = new VerifiedTexts(feed, events);
    const { intervalMs } = { intervalMs: 0, ...cell.transportOptions };
    this.#plan = new PollPlan(intervalMs, feed.seed, { made: () => {}, answered: () => {}, skipped: () => {} });
    this.polls = this.#plan.slot(0);
    const newTransport = clientTransports[cell.transport] as ClientTransportFactory<TransportId>;
    this.#transport = newTransport(this, cell.transportOptions);
  }

  /** Begins to subscribe to the server at this port of the loopback, which will send so many events of the feed. */
  static async open(cell: DeliveryCell, serverPort: number, feed: Feed, events: number): Promise<TappedSubscriber> {
    const subscriber = new TappedSubscriber(cell, await Tap.open(serverPort), feed, events);
    subscriber.#transport.subscribe();
    return subscriber;
  }

  /** Waits until it is subscribed, has given up, or this time is over, which makes it give up. */
  subscribed(timeoutMs: number): Promise<void> {
    return this.#within(timeoutMs, this.#subscribed.promise, () => 'was not subscribed');
  }

  /** The same, until every event has been received. */
  complete(timeoutMs: number): Promise<void> {
    const problem = () => `received ${this.lastSeq} of ${this.#events} events`;
    return this.#within(timeoutMs, this.#complete.promise, problem);
  }

  /** The feed begins at this moment. */
  feed(originUs: number): void {
    if (this.cell.transport === 'polling') this.#plan.start(originUs);
  }

  close(): void {
    this.#plan.stop();
    this.#transport.close();
    this.#tap.close();
    // Nobody waits on for what will not come.
    this.#giveUp('it was closed');
  }

  /**
   * The last event's way, when it was complete: all times are absolute, and become relative to when the event was due.
   * What was subscribed is everything that crossed before the feed began.
   */
  anatomy(originUs: number, dueAtUs: number, publishedAtUs: number): DeliveryAnatomy {
    const receivedAtUs = this.#receivedAtUs.at(-1) as number;
    const beforeUs = Math.max(originUs, ...this.#receivedAtUs.filter((atUs) => atUs < receivedAtUs));
    const within = (fromUs: number, toUs: number) =>
      this.#tap.chunks.filter(({ atUs }) => atUs > fromUs && atUs <= toUs).map((chunk) => wireChunk(chunk, dueAtUs));
    return {
      cell: this.cell,
      seq: this.lastSeq,
      publishedUs: publishedAtUs - dueAtUs,
      receivedUs: receivedAtUs - dueAtUs,
      subscription: within(Number.NEGATIVE_INFINITY, originUs),
      delivery: within(beforeUs, receivedAtUs),
    };
  }

  get headers(): HeaderProfile {
    return this.cell.headers;
  }

  get tally(): Tally {
    return this.#tallies.current;
  }

  open(handlers: ConnectionHandlers): Connection {
    return this.#ledger.open({ host: LOOPBACK, port: this.#tap.port, localAddress: null }, handlers);
  }

  /** The ledger stamps the reads of its own connections, and there are no others here. */
  stamp(): void {}

  event(bytes: Buffer, start: number, end: number): void {
    const expectedSeq = this.lastSeq + 1;
    if (this.#texts.verify(bytes, start, end, expectedSeq)?.seq !== expectedSeq) {
      this.#giveUp(`received something else than event ${expectedSeq}`);
      return;
    }
    this.lastSeq = expectedSeq;
    this.#receivedAtUs.push(this.#tallies.readAtUs);
    if (this.lastSeq === this.#events) this.#complete.resolve();
  }

  ready(): void {
    this.#subscribed.resolve();
  }

  historyGone(oldestSeq: number): void {
    this.#giveUp(`the history of the server begins at event ${oldestSeq}`);
  }

  lost(reason: string): void {
    this.#giveUp(reason);
  }

  #giveUp(reason: string): void {
    if (this.lastSeq < this.#events) this.failure ??= reason;
    this.#subscribed.resolve();
    this.#complete.resolve();
  }

  async #within(timeoutMs: number, step: Promise<void>, problem: () => string): Promise<void> {
    const timer = setTimeout(() => this.#giveUp(`${problem()} within ${timeoutMs / 1000} s`), timeoutMs);
    await step;
    clearTimeout(timer);
  }
}

function wireChunk({ atUs, direction, connection, bytes }: TappedChunk, dueAtUs: number): WireChunk {
  return { atUs: atUs - dueAtUs, direction, connection, bytes: bytes.toString('base64') };
}
