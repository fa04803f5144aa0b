import { Arrivals } from '../arrivals.ts';
import { EventLines, isHeartbeatLine } from '../event-lines.ts';
import { type Delivery, routeUrl, type Subscribe } from '../subscriber.ts';
import { describeFetchError } from './poll-loop.ts';

/** Reads the endless answer with fetch. */
export const subscribeHttpStream: Subscribe = (target) => {
  const deliveries = new Arrivals<Delivery>();
  const closing = new AbortController();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();

  async function read(): Promise<string> {
    const answer = await fetch(routeUrl(target, 'http-stream'), { signal: closing.signal });
    open();
    if (answer.status !== 200 || answer.body === null) return `status ${answer.status}: ${await answer.text()}`;
    const lines = new EventLines();
    for await (const bytes of answer.body) {
      for (const text of lines.take(bytes)) if (!isHeartbeatLine(text)) deliveries.push({ seq: null, text });
    }
    return lines.unfinishedBytes === 0 ? 'end of the response' : 'end of the response in the middle of a line';
  }

  read()
    .catch((error: Error) => (closing.signal.aborted ? 'closed by the subscriber' : describeFetchError(error)))
    .then((how) => {
      deliveries.finish(how);
      open();
    });
  return { deliveries, opened, close: () => closing.abort() };
};
