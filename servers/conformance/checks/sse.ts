import { EventSource } from 'eventsource';
import { Arrivals } from '../arrivals.ts';
import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { allOrDifferent, compareDeliveries, excerpt } from '../compare.ts';
import { plainTexts } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { openRelay } from '../relay.ts';
import { askRefusal } from '../request.ts';
import type { Delivery } from '../subscriber.ts';
import { sseDelivery } from '../subscribers/sse.ts';
import { expectBadRequest, readOnlyServer } from './query.ts';

const ROUNDS = 5;
const EVENTS_PER_ROUND = 20;

/** fetch with a `retry` field put before the server's stream, so that EventSource does not wait 3 s to reconnect. */
async function fetchWithRetry(url: string | URL, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.status !== 200 || answer.body === null) return answer;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('retry: 20\n\n')),
  });
  // A stream that breaks off is an error of `readable`; EventSource sees it there.
  answer.body.pipeTo(writable).catch(() => {});
  const response = new Response(readable, { status: answer.status, headers: answer.headers });
  return Object.defineProperty(response, 'url', { value: answer.url });
}

function openEventSource(trial: Trial, url: string): { deliveries: Arrivals<Delivery>; opened: Arrivals<true> } {
  const deliveries = new Arrivals<Delivery>();
  const opened = new Arrivals<true>();
  const source = new EventSource(url, { fetch: (target, init) => fetchWithRetry(target, init as RequestInit) });
  trial.closeLater(() => source.close());
  source.onopen = () => opened.push(true);
  source.onmessage = ({ data, lastEventId }) => deliveries.push(sseDelivery(data, lastEventId));
  source.onerror = ({ message }) => {
    if (source.readyState === source.CLOSED) deliveries.finish(message ?? 'EventSource gave up');
  };
  return { deliveries, opened };
}

export const sseChecks: Check[] = [
  {
    id: 'sse/last-event-id',
    title: 'resumes after Last-Event-ID, whatever `after` says',
    rule: 'a valid `Last-Event-ID` header wins over `after` (malformed: 400)',
    transport: 'sse',
    async run(trial) {
      const server = await readOnlyServer(trial);
      for (const { query, id } of [
        { query: '?after=0', id: 5 },
        { query: '?after=15', id: 2 },
        { query: '', id: 7 },
      ]) {
        const raw = new RawHttp(server.host, server.port).get(`/sse${query}`, { 'Last-Event-ID': String(id) });
        trial.closeLater(() => raw.close());
        await raw.chunks.atLeast(1, PATIENCE_MS);
        const got = raw.chunks.items[0]?.toString() ?? `nothing (${raw.chunks.end ?? 'held'})`;
        const expected = `id: ${id + 1}\n`;
        const what = `/sse${query} with Last-Event-ID: ${id}`;
        trial.expect(got.startsWith(expected), `${what}: expected ${excerpt(expected)} first, got ${excerpt(got)}`);
      }
      for (const id of ['-1', '1.5', '01', 'abc', '1,2', '99999999999999999']) {
        const answer = await askRefusal(server, 'sse', '?after=0', { 'Last-Event-ID': id });
        expectBadRequest(trial, `/sse?after=0 with Last-Event-ID: ${id}`, answer);
      }
    },
  },
  {
    id: 'sse/reconnect',
    title: 'an EventSource whose connection is cut goes on without loss or repetition',
    rule: '`id:` is the seq; `Last-Event-ID` wins over `after`, so that a browser resumes by itself',
    transport: 'sse',
    async run(trial) {
      const server = await trial.start();
      const relay = await openRelay(server);
      trial.closeLater(() => relay.close());
      const { deliveries, opened } = openEventSource(trial, `http://${server.host}:${relay.port}/sse?after=0`);
      // Waits for all that was published; false when that will not come.
      const received = () =>
        deliveries
          .until(allOrDifferent(deliveries.items, [...server.texts]), PATIENCE_MS)
          .then(() => compareDeliveries(deliveries.items, server.texts, 1).length === 0);
      const publish = () => server.publish(...plainTexts(EVENTS_PER_ROUND, server.texts.length + 1));
      for (let round = 1; round <= ROUNDS; round += 1) {
        await opened.atLeast(round, PATIENCE_MS);
        await publish();
        if (!(await received())) break;
        relay.cut();
        // Events that come while nobody is connected.
        await publish();
      }
      await received();
      for (const violation of compareDeliveries(deliveries.items, server.texts, 1)) {
        trial.violation(`with ${ROUNDS} cuts: ${violation}`);
      }
    },
  },
];
