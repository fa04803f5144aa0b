import type { ClientTransportFactory } from '../transport.ts';
import { LineExchange } from '../wire/line-exchange.ts';

/** Comet long-polling: `GET /long-polling?after=SEQ`, held by the server until there is an event; then at once the next. */
export const longPolling: ClientTransportFactory<'long-polling'> = (port, { keepAlive }) => {
  const exchange = new LineExchange(port, '/long-polling', keepAlive, {
    // The answer may be half a minute away, so having asked is all there is to be ready for.
    subscribed: () => port.ready(),
    answered: () => exchange.get(),
  });
  return exchange;
};
