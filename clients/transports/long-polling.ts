import type { ClientTransportFactory } from '../transport.ts';
import { LineExchange } from '../wire/line-exchange.ts';

/** Comet long-polling: `GET /long-polling?after=SEQ`, held by the server until there is an event; then at once the next. */
class LongPolling extends LineExchange {
  // The answer may be half a minute away, so having asked is all there is to be ready for.
  protected override subscribed(): void {
    this.port.ready();
  }

  protected override answered(): void {
    this.get();
  }
}

export const longPolling: ClientTransportFactory<'long-polling'> = (port, { keepAlive }) =>
  new LongPolling(port, 'long-polling', keepAlive);
