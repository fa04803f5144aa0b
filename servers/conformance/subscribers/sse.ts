import { EventSource } from 'eventsource';
import { Arrivals } from '../arrivals.ts';
import { type Delivery, routeUrl, type Subscribe } from '../subscriber.ts';

/** The `eventsource` package, closed at the first error so that a lost connection shows as the end. */
export const subscribeSse: Subscribe = (target) => {
  const deliveries = new Arrivals<Delivery>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const source = new EventSource(routeUrl(target, 'sse'));
  const finish = (how: string) => {
    source.close();
    deliveries.finish(how);
    open();
  };
  source.onopen = () => open();
  source.onmessage = ({ data, lastEventId }) => deliveries.push(sseDelivery(data, lastEventId));
  source.onerror = ({ message, code }) =>
    finish(code === undefined ? (message ?? 'lost') : `status ${code}: ${message}`);
  return { deliveries, opened, close: () => finish('closed by the subscriber') };
};

/** What the EventSource interface says of one event; an id that is no number is no seq. */
export function sseDelivery(data: string, lastEventId: string): Delivery {
  return { seq: /^\d+$/.test(lastEventId) ? Number(lastEventId) : null, text: Buffer.from(data) };
}
