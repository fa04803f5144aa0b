import type { TransportId } from '../../servers/contract/transports.ts';
import type { SubscriberPort } from '../transport.ts';
import { HttpResponseReader } from './http-response.ts';
import { PushSubscription } from './push-subscription.ts';
import type { WireReader } from './reader.ts';
import { RequestTexts } from './request-texts.ts';

const OK = 200;

/** One `GET` whose response never ends; every event in it is booked with its framing when its last byte has been read. */
export abstract class EndlessResponse extends PushSubscription {
  readonly #requests: RequestTexts;
  // Made by subscribe().
  #response!: HttpResponseReader;
  #body!: WireReader;

  constructor(port: SubscriberPort, transport: TransportId) {
    super(port, OK);
    const { authority, headers } = port;
    this.#requests = RequestTexts.of({ transport, authority, headers, keepAlive: true });
  }

  /** A reader of the body from its beginning; it calls `event` and `heartbeat`. */
  protected abstract newBody(): WireReader;

  protected override newReaders(): void {
    this.#response = new HttpResponseReader(this);
    this.#body = this.newBody();
  }

  override connected(): void {
    this.connection?.send(this.#requests.after(this.port.lastSeq));
  }

  protected override feed(bytes: Buffer, end: number): void {
    this.#response.feed(bytes, 0, end);
  }

  protected override get between(): boolean {
    return this.#response.between && this.#body.between;
  }

  override body(bytes: Buffer, start: number, end: number): void {
    if (this.status === OK) this.#body.feed(bytes, start, end);
    else super.body(bytes, start, end);
  }

  /** The text of an event. */
  event(bytes: Buffer, start: number, end: number): void {
    this.push(bytes, start, end, this.#response.envelopes);
  }
}
