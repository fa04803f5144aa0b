import type { ClientTransportFactory } from '../transport.ts';
import { LineExchange } from '../wire/line-exchange.ts';

/** Polling: `GET /polling?after=SEQ` at a fixed rate, whatever the answers hold. */
class Polling extends LineExchange {
  #ready = false;

  override subscribe(): void {
    this.#ready = false;
    super.subscribe();
  }

  override close(): void {
    this.port.polls.stop();
    super.close();
  }

  // One poll outside of the plan, to learn that the server answers: only then is there a subscription.
  protected override subscribed(): void {}

  protected override answered(): void {
    const { polls } = this.port;
    if (this.#ready) {
      polls.answered();
      return;
    }
    this.#ready = true;
    this.port.ready();
    polls.start(() => this.get());
  }
}

export const polling: ClientTransportFactory<'polling'> = (port, { keepAlive }) =>
  new Polling(port, 'polling', keepAlive);
