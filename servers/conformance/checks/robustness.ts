import { type Check, PATIENCE_MS } from '../check.ts';
import { RawHttp } from '../raw-http.ts';
import { untilRead } from '../request.ts';

const garbage = [
  'no request at all\r\n\r\n',
  '\u0000\u0001\u0002\u0003',
  'GET /polling?after=0 HTTP/9.9\r\n\r\n',
  `GET /polling HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(100_000)}\r\n\r\n`,
  'GET /websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'GET /websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: short\r\nSec-WebSocket-Version: 99\r\n\r\n',
  'POST /sse HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
];

export const robustnessChecks: Check[] = [
  {
    id: 'robustness/garbage',
    title: 'survives what is not HTTP and connections that break off',
    rule: 'a server never ends because of what a client sends; it answers the next one',
    transport: null,
    async run(trial) {
      const server = await trial.start();
      await server.publish('event 1', 'event 2');
      for (const bytes of garbage) {
        const raw = new RawHttp(server.host, server.port);
        trial.closeLater(() => raw.close());
        raw.socket.write(bytes);
        // Answered or closed, as it likes; what counts is the next client.
        await raw.heads.until(() => raw.heads.items.length > 0, 300);
        raw.socket.resetAndDestroy();
      }
      for (const id of trial.transports) {
        const raw = new RawHttp(server.host, server.port).get(`/${id}?after=0`);
        await raw.heads.atLeast(1, PATIENCE_MS);
        raw.socket.resetAndDestroy();
      }
      await server.publish('event 3');
      await untilRead(server, trial.transports).catch((error: Error) => trial.violation(error.message));
      trial.expect(server.exit === null, `expected the server to stay up, it ended; stderr: ${server.stderrTail()}`);
    },
  },
];
