import { Broadcast } from '../broadcast.ts';
import { chunkFraming, chunkOf } from '../framing.ts';
import { acceptResume } from '../query.ts';
import { StreamedResponse, type StreamFormat } from '../streamed-response.ts';
import type { OfferTransport } from '../transport.ts';

const format: StreamFormat = {
  contentType: 'application/x-ndjson',
  heartbeat: chunkOf(' \n'),
  farewell: () => null,
};

/** `GET /http-stream?after=SEQ` sends the lines of polling, as they come: one line and one chunk for each event. */
export const offerHttpStream: OfferTransport = (app, context) => {
  const broadcast = new Broadcast(
    context,
    chunkFraming((event) => event.line),
  );

  app.get('/http-stream', (request, reply) => {
    const after = acceptResume(request, reply, context.history);
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
