import { Broadcast } from '../broadcast.ts';
import { acceptResume, parseLastEventId } from '../query.ts';
import { StreamedResponse, type StreamFormat } from '../streamed-response.ts';
import type { OfferTransport } from '../transport.ts';

const format: StreamFormat = {
  contentType: 'text/event-stream',
  encode: (event) => event.sseBlock,
  heartbeat: Buffer.from(':\n\n'),
  farewell: (reason) => `: ${reason}\n\n`,
};

/** `GET /sse?after=SEQ` is an event stream (WHATWG HTML 9.2): one block and one chunk for each event. */
export const offerSse: OfferTransport = (app, context) => {
  const broadcast = new Broadcast(context);

  app.get('/sse', (request, reply) => {
    const resume = parseLastEventId(request.url, request.headers['last-event-id']);
    const after = acceptResume(request, reply, context.history, resume);
    if (after === null) return;
    const connection = new StreamedResponse(reply, format);
    reply.raw.once('close', () => broadcast.remove(connection));
    broadcast.add(connection, after);
  });

  return {
    publish: (event) => broadcast.publish(event),
    stop: () => broadcast.stop(),
  };
};
