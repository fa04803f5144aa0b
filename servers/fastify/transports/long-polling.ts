import type { FastifyReply } from 'fastify';
import { DeadlineQueue } from '../deadline-queue.ts';
import { answerEmpty, answerEvents, linesAfter } from '../lines-answer.ts';
import { acceptResume } from '../query.ts';
import type { OfferTransport } from '../transport.ts';

interface HeldRequest {
  reply: FastifyReply;
  after: number;
}

/**
 * `GET /long-polling?after=SEQ` is held until the first event after SEQ, or until the timeout. What was published
 * between two requests of a subscriber is in the history, and that is asked first, so nothing falls into the gap.
 */
export const offerLongPolling: OfferTransport = (app, { history, options }) => {
  const held = new DeadlineQueue<HeldRequest>(options.longPollTimeoutMs, ({ reply }) => answerEmpty(reply));

  app.get('/long-polling', (request, reply) => {
    const after = acceptResume(request, reply, history);
    if (after === null) return;
    const lines = linesAfter(history, after);
    if (lines !== null) {
      answerEvents(reply, lines);
      return;
    }
    const heldRequest = { reply, after };
    held.add(heldRequest);
    reply.raw.once('close', () => held.delete(heldRequest));
  });

  return {
    publish({ seq, line }) {
      for (const request of held.items()) {
        // Ahead of this process, which gets the same feed as others a little later: it goes on waiting.
        if (request.after >= seq) continue;
        held.delete(request);
        answerEvents(request.reply, line);
      }
    },
    stop() {
      for (const request of held.items()) {
        held.delete(request);
        request.reply.header('Connection', 'close');
        answerEmpty(request.reply);
      }
    },
  };
};
