import type { TransportId } from '../../contract/transports.ts';
import { type Check, PATIENCE_MS, perTransport, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { textOfBytes, trickyTexts } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { RawWebsocket } from '../raw-websocket.ts';
import { untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';

function twoProcesses(trial: Trial): Promise<ServerProcess[]> {
  return trial.subject.shared('two processes', () =>
    Promise.all(
      [1, 2].map(async () => {
        const server = await trial.subject.spawn().ready();
        await server.publish(...trickyTexts, textOfBytes(100_000));
        await untilRead(server, trial.transports);
        return server;
      }),
    ),
  );
}

/** The events of the whole feed as they travel, transfer coding and frame heads taken off. */
async function bodyBytes(trial: Trial, server: ServerProcess, transport: TransportId): Promise<Buffer> {
  const count = server.texts.length;
  if (transport === 'websocket') {
    const raw = new RawWebsocket(new RawHttp(server.host, server.port), '/websocket?after=0');
    trial.closeLater(() => raw.close());
    await raw.frames.atLeast(count, PATIENCE_MS);
    return Buffer.concat(raw.frames.items.map(({ payload }) => payload));
  }
  const raw = new RawHttp(server.host, server.port).get(`/${transport}?after=0`);
  trial.closeLater(() => raw.close());
  const events = transport === 'sse' || transport === 'http-stream' ? count : 1;
  await raw.chunks.atLeast(events, PATIENCE_MS);
  return Buffer.concat(raw.chunks.items);
}

export const processChecks = (transports: readonly TransportId[]): Check[] =>
  perTransport(transports, (transport) => ({
    id: `processes/${transport}`,
    title: 'two processes with the same feed send the same bytes',
    rule: 'several processes of a server may each get the same feed; a subscriber may go from one to the other',
    async run(trial) {
      const servers = await twoProcesses(trial);
      const [one, other] = await Promise.all(servers.map((server) => bodyBytes(trial, server, transport)));
      if (one === undefined || other === undefined || one.equals(other)) return;
      const at = one.findIndex((byte, index) => byte !== other[index]);
      const from = at === -1 ? Math.min(one.length, other.length) : at;
      trial.violation(
        `bodies differ from byte ${from}: expected ${excerpt(one.subarray(from))}, got ${excerpt(other.subarray(from))}`,
      );
    },
  }));
