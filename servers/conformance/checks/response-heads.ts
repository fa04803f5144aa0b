import type { AnswerHeads, ResponseHeads } from '../../contract/ready.ts';
import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { plainTexts } from '../event-texts.ts';
import { type RawHead, RawHttp } from '../raw-http.ts';
import { RawWebsocket } from '../raw-websocket.ts';
import { untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';

const TIMEOUT_MS = 200;
/** Answers with everything and with the last event have a Content-Length of three digits and of two. */
const EVENTS = 20;

async function startedServer(trial: Trial): Promise<ServerProcess> {
  const server = await trial.start({ options: { longPollTimeoutMs: TIMEOUT_MS } });
  await server.publish(...plainTexts(EVENTS));
  await untilRead(server, trial.transports);
  return server;
}

/** The head of the answer to a request on a connection of its own; reports when there is none. */
async function headOf(trial: Trial, raw: RawHttp, what: string): Promise<RawHead | null> {
  trial.closeLater(() => raw.close());
  await raw.heads.atLeast(1, PATIENCE_MS);
  const head = raw.heads.items[0] ?? null;
  if (head === null) trial.violation(`${what}: expected an answer, got ${raw.heads.end ?? 'nothing'}`);
  return head;
}

function expectHeadBytes(trial: Trial, what: string, declared: number, got: number): void {
  trial.expect(got === declared, `${what}: a response head of ${declared} bytes is declared, got ${got}`);
}

async function checkAnswers(trial: Trial, transport: 'polling' | 'long-polling', declared: AnswerHeads): Promise<void> {
  const server = await startedServer(trial);
  for (const connection of ['keepAlive', 'close'] as const) {
    for (const after of [0, EVENTS - 1, EVENTS]) {
      const what = `/${transport}?after=${after}${connection === 'close' ? ' with Connection: close' : ''}`;
      const raw = new RawHttp(server.host, server.port);
      raw.get(`/${transport}?after=${after}`, connection === 'close' ? { Connection: 'close' } : {});
      const head = await headOf(trial, raw, what);
      if (head === null) continue;
      const { events, empty } = declared[connection];
      const lengthDigits = head.status === 200 ? (head.headers['content-length']?.length ?? 0) : 0;
      expectHeadBytes(trial, what, head.status === 200 ? events : empty, head.bytes - lengthDigits);
    }
  }
}

async function checkOpening(trial: Trial, transport: 'sse' | 'http-stream' | 'websocket', declared: number) {
  const server = await startedServer(trial);
  for (const after of [0, EVENTS]) {
    const path = `/${transport}?after=${after}`;
    const raw = new RawHttp(server.host, server.port);
    const http = transport === 'websocket' ? new RawWebsocket(raw, path).http : raw.get(path);
    const head = await headOf(trial, http, path);
    if (head !== null) expectHeadBytes(trial, path, declared, head.bytes);
  }
}

/** One check for each transport whose response heads the manifest declares. */
export function responseHeadChecks(declared: ResponseHeads): Check[] {
  return (Object.keys(declared) as (keyof ResponseHeads)[]).map((transport) => ({
    id: `response-heads/${transport}`,
    title: 'has response heads of the declared size',
    rule: 'responseHeadBytes of server.json: every head of a kind has that size, without the digits of Content-Length',
    transport,
    async run(trial) {
      const bytes = declared[transport];
      if (typeof bytes === 'number') await checkOpening(trial, transport as 'sse', bytes);
      else if (bytes !== undefined) await checkAnswers(trial, transport as 'polling', bytes);
    },
  }));
}
