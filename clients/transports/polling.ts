import type { ClientTransportFactory } from '../transport.ts';
import { LineExchange } from '../wire/line-exchange.ts';

/** Polling: `GET /polling?after=SEQ` at a fixed rate, whatever the answers hold. */
export const polling: ClientTransportFactory<'polling'> = (port, { keepAlive }) => {
  let subscribed = false;
  const exchange = new LineExchange(port, '/polling', keepAlive, {
    // One poll outside of the plan, to learn that the server answers: only then is there a subscription.
    subscribed: () => {},
    answered: () => {
      if (subscribed) {
        port.polls.answered();
        return;
      }
      subscribed = true;
      port.ready();
      port.polls.start(() => exchange.get());
    },
  });
  return {
    subscribe: () => {
      subscribed = false;
      exchange.subscribe();
    },
    close: () => {
      port.polls.stop();
      exchange.close();
    },
  };
};
