import type { TransportId } from '../../contract/transports.ts';
import { Arrivals } from '../arrivals.ts';
import { EventLines } from '../event-lines.ts';
import { type Delivery, routeUrl, type SubscribeTarget, type Subscription } from '../subscriber.ts';

/** Asks again and again with fetch, from the event after the last one received; waits `pauseMs` after an empty answer. */
export function pollLoop(target: SubscribeTarget, transport: TransportId, pauseMs: number): Subscription {
  const deliveries = new Arrivals<Delivery>();
  const closing = new AbortController();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();

  async function poll(first: boolean): Promise<void> {
    const received = deliveries.items.length;
    const after = first ? target.after : (target.after ?? 0) + received;
    const url = routeUrl(
      { host: target.host, port: target.port, ...(after === undefined ? {} : { after }) },
      transport,
    );
    const answer = await fetch(url, { signal: closing.signal });
    const body = Buffer.from(await answer.bytes());
    if (answer.status !== 200 && answer.status !== 204) throw new Error(`status ${answer.status}: ${body.toString()}`);
    const lines = new EventLines();
    for (const text of lines.take(body)) deliveries.push({ seq: null, text });
    if (lines.unfinishedBytes > 0)
      throw new Error(`an answer ended with ${lines.unfinishedBytes} bytes after its last LF`);
    if (answer.status === 200 && body.length === 0) throw new Error('status 200 without an event');
    if (answer.status === 204 && pauseMs > 0) await new Promise((resume) => setTimeout(resume, pauseMs));
  }

  async function loop(): Promise<void> {
    for (let first = true; !closing.signal.aborted; first = false) {
      await poll(first);
      open();
    }
  }

  loop().catch((error: Error) => {
    deliveries.finish(closing.signal.aborted ? 'closed by the subscriber' : describeFetchError(error));
    open();
  });
  return { deliveries, opened, close: () => closing.abort() };
}

/** fetch hides the cause of a failure one level down. */
export function describeFetchError(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
