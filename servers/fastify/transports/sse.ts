import { Broadcast } from '../broadcast.ts';
import { chunkFraming, chunkOf } from '../framing.ts';
import { acceptResume, parseLastEventId } from '../query.ts';
import { StreamedResponse, type StreamFormat } from '../streamed-response.ts';
import type { OfferTransport } from '../transport.ts';

const format: StreamFormat = {
  contentType: 'text/event-stream',
  heartbeat: chunkOf(':\n\n'),
  farewell: (reason) => `: ${reason}\n\n`,
};

/** `GET /sse?after=SEQ` is an event stream (WHATWG HTML 9.2): one block and one chunk for each event. */
export const offerSse: OfferTransport = (app, context) => {
  const broadcast = new Broadcast(
    context,
    chunkFraming((event) => event.sseBlock),
  );

  app.get('/sse', (request, reply) => {
    const resume = parseLastEventId(request.url, request.headers['last-event-id']);
    const after = acceptResume(request, reply, context.history, resume);
    if (after === null) return;
    const connection = new StreamedResponse(reply, format);
    reply.raw.once('close', () => broadcast.remove(connection));
    connection.whenOpen(() => broadcast.add(connection, after));
  });

  return {
    publish: (events) => broadcast.publish(events),
    stop: () => broadcast.stop(),
  };
};
