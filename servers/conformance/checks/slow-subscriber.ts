import type { TransportId } from '../../contract/transports.ts';
import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { compareDeliveries, excerpt } from '../compare.ts';
import { EventLines, isHeartbeatLine } from '../event-lines.ts';
import { textOfBytes } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { OPCODE, RawWebsocket } from '../raw-websocket.ts';
import { untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Delivery } from '../subscriber.ts';

const MAX_BUFFERED_BYTES = 256 * 1024;
const EVENT_BYTES = 32 * 1024;
const BATCH_EVENTS = 32;
/** More than the kernel's buffers of one connection hold, on any system we know. */
const MOST_EVENTS = 1500;
const DESTROY_AFTER_MS = 2000;

type Push = Exclude<TransportId, 'polling' | 'long-polling'>;

/** A subscriber on a bare socket that does not read until it is told to. */
interface SlowReader {
  pause(): void;
  resume(): void;
  /** Waits for the end of the connection; true when it came. */
  ended(timeoutMs: number): Promise<boolean>;
  deliveries(): Delivery[];
  /** What is wrong with the way in which the server took its leave; null when it did it properly. */
  farewell(): string | null;
}

const SSE_FAREWELL = /^: slow subscriber\b/;
const SSE_BLOCK = /^id: (\d+)\ndata: (.*)$/s;

function streamReader(transport: 'sse' | 'http-stream', raw: RawHttp): SlowReader {
  const chunks = raw.chunks;
  return {
    pause: () => raw.socket.pause(),
    resume: () => raw.socket.resume(),
    ended: (timeoutMs) =>
      raw.completed.until(() => raw.completed.end !== null || raw.completed.items.length > 0, timeoutMs),
    deliveries() {
      if (transport === 'http-stream') {
        const texts = new EventLines().take(Buffer.concat(chunks.items));
        return texts.filter((text) => !isHeartbeatLine(text)).map((text) => ({ seq: null, text }));
      }
      // Which block came in which chunk is the subject of another check.
      const blocks = Buffer.concat(chunks.items)
        .toString()
        .split('\n\n')
        .map((block) => SSE_BLOCK.exec(block));
      return blocks
        .filter((match) => match !== null)
        .map(([, id, data]) => ({ seq: Number(id), text: Buffer.from(data as string) }));
    },
    farewell() {
      const last = chunks.items.at(-1)?.toString() ?? '';
      if (transport === 'sse' && !SSE_FAREWELL.test(last)) {
        return `expected a comment ": slow subscriber: ..." before the end, got ${excerpt(last)}`;
      }
      return raw.completed.items.length > 0 ? null : `expected the end of the response, got ${chunks.end ?? 'nothing'}`;
    },
  };
}

function frameReader(raw: RawWebsocket): SlowReader {
  const { socket } = raw.http;
  const { frames } = raw;
  const close = () => frames.items.find(({ opcode }) => opcode === OPCODE.close);
  return {
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    ended: (timeoutMs) => frames.until(() => frames.end !== null || close() !== undefined, timeoutMs),
    deliveries: () =>
      frames.items.filter(({ opcode }) => opcode === OPCODE.text).map(({ payload }) => ({ seq: null, text: payload })),
    farewell() {
      const payload = close()?.payload;
      if (payload === undefined || payload.length < 2) return 'expected a close frame with code 1013, got none';
      const [code, reason] = [payload.readUInt16BE(0), payload.toString('utf8', 2)];
      const proper = code === 1013 && /^slow subscriber: \d+ bytes unsent$/.test(reason);
      return proper
        ? null
        : `expected close 1013 "slow subscriber: N bytes unsent", got ${code} ${JSON.stringify(reason)}`;
    },
  };
}

async function openSlowReader(trial: Trial, server: ServerProcess, transport: Push): Promise<SlowReader> {
  if (transport === 'websocket') {
    const raw = new RawWebsocket(new RawHttp(server.host, server.port), '/websocket?after=0');
    trial.closeLater(() => raw.close());
    await raw.http.heads.atLeast(1, PATIENCE_MS);
    return frameReader(raw);
  }
  const raw = new RawHttp(server.host, server.port).get(`/${transport}?after=0`);
  trial.closeLater(() => raw.close());
  await raw.heads.atLeast(1, PATIENCE_MS);
  return streamReader(transport, raw);
}

/** Publishes until the server writes a line to stderr, or until no server could have buffered more. */
async function publishUntilNoticed(server: ServerProcess, lines: number): Promise<boolean> {
  while (server.texts.length < MOST_EVENTS && server.stderrLines.items.length < lines) {
    const first = server.texts.length + 1;
    await server.publish(
      ...Array.from({ length: BATCH_EVENTS }, (_, index) => textOfBytes(EVENT_BYTES, first + index)),
    );
  }
  return server.stderrLines.atLeast(lines, 1000);
}

function expectPrefix(trial: Trial, who: string, deliveries: Delivery[], server: ServerProcess): void {
  const texts = server.texts.slice(0, deliveries.length);
  for (const violation of compareDeliveries(deliveries, texts, 1)) trial.violation(`${who}: ${violation}`);
}

async function run(trial: Trial, transport: Push): Promise<void> {
  const server = await trial.start({ options: { maxBufferedBytes: MAX_BUFFERED_BYTES } });
  const stuck = await openSlowReader(trial, server, transport);
  const waking = await openSlowReader(trial, server, transport);
  stuck.pause();
  waking.pause();
  const logged = server.stderrLines.items.length;
  const noticed = await publishUntilNoticed(server, logged + 2);
  const publishedBytes = server.texts.length * EVENT_BYTES;
  if (!noticed) {
    const lines = server.stderrLines.items.length - logged;
    trial.violation(
      `expected a line on stderr for each of 2 subscribers that do not read, got ${lines} after ${publishedBytes} bytes with maxBufferedBytes = ${MAX_BUFFERED_BYTES}`,
    );
    return;
  }
  waking.resume();
  const ended = await waking.ended(PATIENCE_MS);
  trial.expect(ended, 'expected the slow subscriber to be disconnected, its connection stayed open');
  const deliveries = waking.deliveries();
  expectPrefix(trial, 'before the disconnect', deliveries, server);
  const farewell = waking.farewell();
  trial.expect(farewell === null, `a slow subscriber that reads again: ${farewell}`);
  const receivedBytes = deliveries.length * EVENT_BYTES;
  trial.expect(
    farewell !== null || receivedBytes >= MAX_BUFFERED_BYTES,
    `expected no disconnect below maxBufferedBytes = ${MAX_BUFFERED_BYTES}, got one after ${receivedBytes} bytes`,
  );
  await untilRead(server, trial.transports);
  // More than maxBufferedBytes is waiting for it now: the replay must not trip the limit by itself.
  const resumed = trial.subscribe(server, transport, deliveries.length);
  await trial.expectEvents(resumed, server, deliveries.length, 'after the reconnect: ');
  await new Promise((resume) => setTimeout(resume, DESTROY_AFTER_MS + 500));
  stuck.resume();
  trial.expect(
    await stuck.ended(PATIENCE_MS),
    'expected the connection of a subscriber that never reads to be destroyed',
  );
  trial.expect(
    stuck.farewell() !== null,
    `expected a connection that does not drain to be destroyed after ${DESTROY_AFTER_MS} ms, it was still there and ended properly`,
  );
}

const rules: Record<Push, string> = {
  sse: 'unsent bytes of one connection above maxBufferedBytes: a comment line `: slow subscriber: ...`, then end of the response',
  'http-stream': 'unsent bytes of one connection above maxBufferedBytes: end of the response',
  websocket:
    'unsent bytes of one connection above maxBufferedBytes: close code 1013 with reason "slow subscriber: N bytes unsent"',
};

export const slowSubscriberChecks: Check[] = (Object.keys(rules) as Push[]).map((transport) => ({
  id: `slow-subscriber/${transport}`,
  title: 'disconnects a slow subscriber, which resumes without loss',
  rule: `${rules[transport]}; a line on stderr; destroyed if not drained 2 s later; a replay never trips the limit by itself`,
  transport,
  run: (trial) => run(trial, transport),
}));
