import type { TransportId } from '../../contract/transports.ts';
import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { plainTexts, textOfBytes } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { OPCODE, RawWebsocket } from '../raw-websocket.ts';
import type { ServerProcess } from '../server-process.ts';

const STOP_LIMIT_MS = 5000;

const stopRule =
  'end of stdin or SIGTERM: every held long-poll is answered 204, sse/http-stream responses end properly, websockets close with 1001, exit 0 within 5 s';

/** A subscriber of each offered transport that sees how its connection ends. Resolves when all are connected. */
async function connectWatchers(trial: Trial, server: ServerProcess): Promise<() => Promise<void>> {
  const watchers = trial.transports.filter((id) => id !== 'polling').map((id) => watch[id](trial, server));
  // Connections that will not finish by themselves: one without a request, one with half of one, one kept alive.
  const silent = [new RawHttp(server.host, server.port), new RawHttp(server.host, server.port)];
  for (const { socket } of silent) trial.closeLater(() => socket.destroy());
  silent[1]?.socket.write('GET /sse?after=0 HTTP/1.1\r\nHost: loc');
  const ends = await Promise.all(watchers);
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}

type Watch = (trial: Trial, server: ServerProcess) => Promise<() => Promise<void>>;

function watchHttp(transport: 'long-polling' | 'sse' | 'http-stream'): Watch {
  return async (trial, server) => {
    const raw = new RawHttp(server.host, server.port);
    trial.closeLater(() => raw.close());
    raw.get(`/${transport}?after=${server.texts.length}`);
    // A held long-poll cannot be seen from outside; it is sent before the others are connected.
    if (transport !== 'long-polling') await raw.heads.atLeast(1, PATIENCE_MS);
    return async () => {
      await raw.completed.atLeast(1, PATIENCE_MS);
      const head = raw.heads.items[0];
      if (transport === 'long-polling') {
        trial.expect(head?.status === 204, `held long-poll: expected 204, got ${head?.status ?? raw.heads.end}`);
      } else {
        const how = `${transport}: expected the response to end properly (chunk of size 0), got ${raw.heads.end}`;
        trial.expect(raw.completed.items.length === 1, how);
      }
    };
  };
}

const watch: Record<Exclude<TransportId, 'polling'>, Watch> = {
  'long-polling': watchHttp('long-polling'),
  sse: watchHttp('sse'),
  'http-stream': watchHttp('http-stream'),
  websocket: async (trial, server) => {
    const raw = new RawWebsocket(new RawHttp(server.host, server.port), `/websocket?after=${server.texts.length}`);
    trial.closeLater(() => raw.close());
    await raw.http.heads.atLeast(1, PATIENCE_MS);
    return async () => {
      await raw.frames.until(() => raw.frames.items.some(({ opcode }) => opcode === OPCODE.close), PATIENCE_MS);
      const close = raw.frames.items.find(({ opcode }) => opcode === OPCODE.close);
      const code = close !== undefined && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : null;
      trial.expect(code === 1001, `websocket: expected a close frame with code 1001, got ${code ?? 'none'}`);
    };
  },
};

async function expectStop(trial: Trial, stop: (server: ServerProcess) => void): Promise<void> {
  const server = await trial.start();
  await server.publish(...plainTexts(3));
  const expectEnds = await connectWatchers(trial, server);
  // Answered requests show that the server has seen the held long-poll sent before them.
  await fetch(`http://${server.host}:${server.port}/no-such-route`).then((answer) => answer.bytes());
  stop(server);
  const [exit] = await Promise.all([server.exitWithin(STOP_LIMIT_MS), expectEnds()]);
  if (exit === null) trial.violation(`expected exit within ${STOP_LIMIT_MS} ms, it kept running`);
  else
    trial.expect(
      exit.code === 0,
      `expected exit code 0, got ${exit.signal ?? exit.code}; stderr: ${server.stderrTail()}`,
    );
}

export const stopChecks: Check[] = [
  {
    id: 'stop/end-of-input',
    title: 'stops at the end of stdin with subscribers connected',
    rule: stopRule,
    transport: null,
    run: (trial) => expectStop(trial, (server) => server.endInput()),
  },
  {
    id: 'stop/sigterm',
    title: 'stops at SIGTERM with subscribers connected',
    rule: stopRule,
    transport: null,
    run: (trial) => expectStop(trial, (server) => server.terminate()),
  },
  {
    id: 'stop/delivers-first',
    title: 'delivers all it was given before it stops',
    rule: 'All events read from stdin before its end are delivered first',
    transport: null,
    async run(trial) {
      const server = await trial.start({ options: { maxBufferedBytes: 64 * 1024 * 1024 } });
      const push = trial.transports.filter((id) => id !== 'polling' && id !== 'long-polling');
      const subscriptions = push.map((id) => trial.subscribe(server, id, 0));
      await Promise.all(subscriptions.map(({ opened }) => opened));
      server.publish(...plainTexts(100), textOfBytes(512 * 1024), ...plainTexts(100, 102));
      server.endInput();
      const expected = subscriptions.map((subscription, index) =>
        trial.expectEvents(subscription, server, 0, `${push[index]}: `),
      );
      const [exit] = await Promise.all([server.exitWithin(STOP_LIMIT_MS), ...expected]);
      trial.expect(exit !== null, `expected exit within ${STOP_LIMIT_MS} ms, it kept running`);
    },
  },
];
