import type { ServerResponse } from 'node:http';
import { DeadlineQueue } from '../deadline-queue.ts';
import { answerEmpty, answerEvents, linesAfter, linesOf } from '../lines-answer.ts';
import { acceptResume } from '../query.ts';
import type { OfferTransport } from '../transport.ts';

interface HeldRequest {
  response: ServerResponse;
  after: number;
}

/**
 * `GET /long-polling?after=SEQ` is held until the first event after SEQ, or until the timeout. What was published
 * between two requests of a subscriber is in the history, and that is asked first, so nothing falls into the gap.
 */
export const offerLongPolling: OfferTransport = (app, { history, options }) => {
  const held = new DeadlineQueue<HeldRequest>(options.longPollTimeoutMs, ({ response }) => answerEmpty(response));

  app.get('/long-polling', (request, reply) => {
    const after = acceptResume(request, reply, history);
    if (after === null) return;
    reply.hijack();
    const response = reply.raw;
    const lines = linesAfter(history, after);
    if (lines !== null) {
      answerEvents(response, lines);
      return;
    }
    const place = held.add({ response, after });
    response.on('close', () => held.delete(place));
  });

  return {
    publish(events) {
      const [first, last] = [events.at(0)?.seq ?? 0, events.at(-1)?.seq ?? 0];
      const lines = linesOf(events);
      for (const place of held.places()) {
        const { response, after } = place.item;
        // Ahead of this process, which gets the same feed as others a little later: it goes on waiting.
        if (after >= last) continue;
        held.delete(place);
        answerEvents(response, after < first ? lines : linesOf(events.slice(after + 1 - first)));
      }
    },
    stop() {
      for (const place of held.places()) {
        const { response } = place.item;
        held.delete(place);
        response.setHeader('Connection', 'close');
        answerEmpty(response);
      }
    },
  };
};
