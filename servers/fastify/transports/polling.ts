import { answerEmpty, answerEvents, linesAfter } from '../lines-answer.ts';
import { acceptResume } from '../query.ts';
import type { OfferTransport } from '../transport.ts';

/** `GET /polling?after=SEQ` answers at once with what there is. */
export const offerPolling: OfferTransport = (app, { history }) => {
  app.get('/polling', (request, reply) => {
    const after = acceptResume(request, reply, history);
    if (after === null) return;
    reply.hijack();
    const lines = linesAfter(history, after);
    if (lines === null) answerEmpty(reply.raw);
    else answerEvents(reply.raw, lines);
  });

  return {
    publish() {},
    stop() {},
  };
};
