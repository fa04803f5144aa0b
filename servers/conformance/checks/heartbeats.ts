import type { TransportId } from '../../contract/transports.ts';
import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { RawHttp } from '../raw-http.ts';
import { OPCODE, type RawFrame, RawWebsocket } from '../raw-websocket.ts';
import type { ServerProcess } from '../server-process.ts';

const HEARTBEAT_MS = 250;
const EXPECTED = 3;
const FLOW_EVENTS = 20;
const FLOW_GAP_MS = 25;
const ATTEMPTS = 3;

type Push = Exclude<TransportId, 'polling' | 'long-polling'>;

/** Connects and gives what the server sends that is no event. */
interface Listener {
  connected(): Promise<boolean>;
  others(): string[];
  until(count: number, timeoutMs: number): Promise<boolean>;
}

function listenToStream(trial: Trial, server: ServerProcess, transport: 'sse' | 'http-stream'): Listener {
  const raw = new RawHttp(server.host, server.port).get(`/${transport}?after=0`);
  trial.closeLater(() => raw.close());
  const isEvent = (chunk: Buffer) => chunk.includes('flow');
  const others = () => raw.chunks.items.filter((chunk) => !isEvent(chunk)).map((chunk) => excerpt(chunk));
  return {
    connected: () => raw.heads.atLeast(1, PATIENCE_MS),
    others,
    until: (count, timeoutMs) => raw.chunks.until(() => others().length >= count, timeoutMs),
  };
}

function describeFrame({ opcode, payload }: RawFrame): string {
  const name = opcode === OPCODE.ping ? 'ping' : `opcode ${opcode}`;
  return payload.length === 0 ? `${name} without payload` : `${name} ${excerpt(payload)}`;
}

function listenToFrames(trial: Trial, server: ServerProcess): Listener {
  const raw = new RawWebsocket(new RawHttp(server.host, server.port), '/websocket?after=0');
  trial.closeLater(() => raw.close());
  const others = () => raw.frames.items.filter(({ opcode }) => opcode !== OPCODE.text).map(describeFrame);
  return {
    connected: () => raw.http.heads.atLeast(1, PATIENCE_MS),
    others,
    until: (count, timeoutMs) => raw.frames.until(() => others().length >= count, timeoutMs),
  };
}

const form: Record<Push, string> = {
  sse: JSON.stringify(':\n\n'),
  'http-stream': JSON.stringify(' \n'),
  websocket: 'ping without payload',
};

/** Events more often than heartbeatMs; gives how many heartbeats came all the same. */
async function heartbeatsInFlow(server: ServerProcess, listener: Listener): Promise<number> {
  const before = listener.others().length;
  for (let index = 0; index < FLOW_EVENTS; index += 1) {
    await server.publish(`flow ${index}`);
    await new Promise((resume) => setTimeout(resume, FLOW_GAP_MS));
  }
  return listener.others().length - before;
}

async function run(trial: Trial, transport: Push): Promise<void> {
  const server = await trial.start({ options: { heartbeatMs: HEARTBEAT_MS } });
  const listener = transport === 'websocket' ? listenToFrames(trial, server) : listenToStream(trial, server, transport);
  await listener.connected();
  await listener.until(EXPECTED, PATIENCE_MS);
  const heartbeats = listener.others();
  if (heartbeats.length < EXPECTED) {
    const waited = `${PATIENCE_MS} ms with heartbeatMs = ${HEARTBEAT_MS}`;
    trial.violation(`expected ${EXPECTED} heartbeats within ${waited}, got ${heartbeats.length}`);
  }
  const wrong = heartbeats.find((heartbeat) => heartbeat !== form[transport]);
  trial.expect(wrong === undefined, `expected the heartbeat ${form[transport]}, got ${wrong}`);
  // A busy machine can hold events back for longer than heartbeatMs, but not every time.
  const counts: number[] = [];
  while (counts.length < ATTEMPTS && !counts.includes(0)) counts.push(await heartbeatsInFlow(server, listener));
  trial.expect(
    counts.includes(0),
    `expected no heartbeat while events come every ${FLOW_GAP_MS} ms, got ${counts.join(', ')} in ${ATTEMPTS} attempts`,
  );
}

const rules: Record<Push, string> = {
  sse: 'Heartbeats after heartbeatMs without an event: sse a comment `:\\n\\n`',
  'http-stream':
    'Heartbeats after heartbeatMs without an event: http-stream a line of exactly one space in its own chunk',
  websocket: 'Heartbeats after heartbeatMs without an event: websocket a ping frame without payload',
};

export const heartbeatChecks: Check[] = (Object.keys(rules) as Push[]).map((transport) => ({
  id: `heartbeats/${transport}`,
  title: 'sends heartbeats when there are no events, and only then',
  rule: rules[transport],
  transport,
  run: (trial) => run(trial, transport),
}));
