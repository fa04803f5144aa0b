import websocketPlugin from '@fastify/websocket';
import { Broadcast } from '../broadcast.ts';
import { textFrameFraming } from '../framing.ts';
import { acceptResume, parseAfter, refuse } from '../query.ts';
import type { OfferTransport } from '../transport.ts';
import { WebsocketConnection } from '../websocket-connection.ts';

/** Subscribers send pongs and closes only. */
const MAX_UPSTREAM_BYTES = 64 * 1024;

/** `/websocket?after=SEQ` upgrades (RFC 6455) and sends one text frame for each event. */
export const offerWebsocket: OfferTransport = (app, context) => {
  const broadcast = new Broadcast(context, textFrameFraming);

  // In a scope of its own, since the plugin hooks itself into every request of its scope: a twentieth of the cost of a poll.
  app.register(async (scope) => {
    await scope.register(websocketPlugin, {
      options: { perMessageDeflate: false, maxPayload: MAX_UPSTREAM_BYTES },
      // A subscriber's bad frame or lost connection is its own affair.
      errorHandler: (_error, websocket) => websocket.terminate(),
      // The transport itself closes its websockets with the right code, after the last event.
      preClose: (done) => done(),
    });
    scope.route({
      method: 'GET',
      url: '/websocket',
      // Before the upgrade, so that a refusal is an HTTP answer instead of the 101.
      onRequest(request, reply, done) {
        if (request.ws) reply.header('Connection', 'close');
        if (!request.ws || acceptResume(request, reply, context.history) !== null) done();
      },
      handler(_request, reply) {
        reply.header('Upgrade', 'websocket');
        refuse(reply, 426, { error: '/websocket answers only to a WebSocket handshake (RFC 6455 4.1)' });
      },
      wsHandler(websocket, request) {
        const resume = parseAfter(request.url);
        if (!resume.ok) throw new Error(resume.problem);
        const connection = new WebsocketConnection(websocket, request.socket);
        websocket.once('close', () => broadcast.remove(connection));
        broadcast.add(connection, resume.after);
      },
    });
  });

  return {
    publish: (events) => broadcast.publish(events),
    stop: () => broadcast.stop(),
  };
};
