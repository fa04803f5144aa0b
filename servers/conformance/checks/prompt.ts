import { nowUs } from '../../contract/clock.ts';
import type { TransportId } from '../../contract/transports.ts';
import { type Check, PATIENCE_MS, perTransport, type Trial } from '../check.ts';
import { plainTexts } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { RawWebsocket } from '../raw-websocket.ts';
import { untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';

const SAMPLES = 9;
/** Well under the 40 ms for which Linux delays an ACK, and so Nagle's algorithm the small write that waits for it. */
const LIMIT_MS = 25;
const ATTEMPTS = 3;

/**
 * Milliseconds from a moment at which the server has something small to send to its arrival, on a connection on which
 * the receiver delays its ACKs. Linux does so only once when a connection looks interactive, that is, after an answer
 * was soon followed by a request; therefore each sample takes a new connection and asks it something else first. The
 * head of the second answer is not acknowledged yet when the event comes, which Nagle's algorithm would hold back.
 */
async function sampleMs(server: ServerProcess, transports: TransportId[], transport: TransportId): Promise<number> {
  const raw = new RawHttp(server.host, server.port);
  try {
    if (transports.includes('polling')) await raw.get('/polling?after=0').completed.atLeast(1, PATIENCE_MS);
    const before = raw.completed.items.length;
    if (transport === 'polling' || transport === 'long-polling') {
      return await timeMs(
        () => raw.get(`/${transport}?after=${server.texts.length - 1}`),
        () => raw.completed.atLeast(before + 1, PATIENCE_MS),
      );
    }
    const path = `/${transport}?after=${server.texts.length}`;
    const chunks = raw.chunks.items.length;
    const frames = transport === 'websocket' ? new RawWebsocket(raw, path).frames : null;
    if (frames === null) raw.get(path);
    await raw.heads.atLeast(before + 1, PATIENCE_MS);
    return await timeMs(
      () => server.publish(`event ${server.texts.length + 1}`),
      () => frames?.atLeast(1, PATIENCE_MS) ?? raw.chunks.atLeast(chunks + 1, PATIENCE_MS),
    );
  } finally {
    raw.close();
  }
}

async function timeMs(begin: () => unknown, arrived: () => Promise<boolean>): Promise<number> {
  const startedUs = nowUs();
  begin();
  return (await arrived()) ? (nowUs() - startedUs) / 1000 : Number.POSITIVE_INFINITY;
}

async function medianMs(server: ServerProcess, transports: TransportId[], transport: TransportId): Promise<number> {
  const samples: number[] = [];
  while (samples.length < SAMPLES) {
    const ms = await sampleMs(server, transports, transport);
    // What does not come at all will not come next time.
    if (ms === Number.POSITIVE_INFINITY) return ms;
    samples.push(ms);
  }
  return samples.toSorted((a, b) => a - b)[Math.floor(SAMPLES / 2)] as number;
}

function promptServer(trial: Trial): Promise<ServerProcess> {
  return trial.subject.shared('prompt', async () => {
    const server = await trial.subject.spawn().ready();
    await server.publish(...plainTexts(3));
    await untilRead(server, trial.transports);
    return server;
  });
}

export const promptChecks = (transports: readonly TransportId[]): Check[] =>
  perTransport(transports, (transport) => ({
    id: `prompt/${transport}`,
    title: 'sends what is small at once',
    rule: 'TCP_NODELAY on every accepted connection',
    alone: true,
    async run(trial) {
      const server = await promptServer(trial);
      // A busy machine delays now and then, Nagle's algorithm always.
      let bestMs = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < ATTEMPTS && bestMs >= LIMIT_MS; attempt += 1) {
        bestMs = Math.min(bestMs, await medianMs(server, trial.transports, transport));
      }
      if (bestMs < LIMIT_MS) return;
      const got = Number.isFinite(bestMs) ? `${Math.round(bestMs)} ms` : `no arrival within ${PATIENCE_MS} ms`;
      trial.violation(`expected a small event within ${LIMIT_MS} ms (median of ${SAMPLES}), got ${got}`);
    },
  }));
