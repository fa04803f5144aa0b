import { type FastifyInstance, fastify } from 'fastify';
import { refuse } from './query.ts';

/** A handshake for another protocol, or on another route, is an ordinary request: RFC 9110 7.8 lets a server ignore it. */
const WEBSOCKET_ROUTE = /^\/websocket(\?|$)/;

/**
 * fastify with the limits that keep strange clients from taking the server down, and answers of the contract's form.
 * Its logger is off, since it would be measured with the rest; what went wrong is told to `log`.
 */
export function createApp(log: (line: string) => void): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // Longer than any poll interval, so that a connection is not closed between two polls.
    keepAliveTimeout: 120_000,
    // For receiving a request; a request that was received is held as long as it takes.
    requestTimeout: 20_000,
    http: {
      noDelay: true,
      // No stream for the body of a request that has none: a tenth of the cost of a poll.
      optimizeEmptyRequests: true,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
      shouldUpgradeCallback: ({ method, url, headers }) =>
        method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && WEBSOCKET_ROUTE.test(url ?? ''),
    },
    frameworkErrors: (error, _request, reply) => refuse(reply, error.statusCode ?? 400, { error: error.message }),
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, { error: `there is no ${request.method} ${request.url}` }),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const statusCode = error.statusCode ?? 500;
    if (statusCode >= 500) log(`error in a request: ${error.stack ?? error.message}`);
    refuse(reply, statusCode, { error: error.message });
  });
  // A failed accept (too many open files) must not end the process.
  app.server.on('error', (error) => log(`error of the listening socket: ${error.message}`));
  return app;
}
