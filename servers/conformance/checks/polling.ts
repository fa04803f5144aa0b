import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { type RawHead, RawHttp } from '../raw-http.ts';
import type { ServerProcess } from '../server-process.ts';
import { readOnlyServer } from './query.ts';

const AFTER = 15;

/** Says what is wrong with the head of an answer with events, for polling and long-polling. */
export function expectAnswerHead(trial: Trial, what: string, head: RawHead, bodyBytes: number): void {
  const { 'content-type': type = 'none', 'content-length': length = 'none' } = head.headers;
  trial.expect(head.status === 200, `${what}: expected 200, got ${head.status}`);
  trial.expect(
    /^application\/x-ndjson\b/.test(type),
    `${what}: expected content-type application/x-ndjson, got ${type}`,
  );
  trial.expect(length === String(bodyBytes), `${what}: expected content-length ${bodyBytes}, got ${length}`);
  expectUncached(trial, what, head);
}

/** Nothing on the way may keep or compress an answer. */
export function expectUncached(trial: Trial, what: string, { headers }: RawHead): void {
  const { 'cache-control': cache = 'none', 'content-encoding': encoding } = headers;
  trial.expect(cache === 'no-store', `${what}: expected cache-control no-store, got ${cache}`);
  trial.expect(encoding === undefined, `${what}: expected no content-encoding, got ${encoding}`);
}

/** Sends requests one after another on one connection and gives their heads; fewer when the server closes it. */
async function askOnOneConnection(trial: Trial, server: ServerProcess, paths: string[]): Promise<RawHttp> {
  const raw = new RawHttp(server.host, server.port);
  trial.closeLater(() => raw.close());
  for (const [index, path] of paths.entries()) {
    raw.get(path, { 'Accept-Encoding': 'gzip, br' });
    await raw.completed.atLeast(index + 1, PATIENCE_MS);
  }
  return raw;
}

export const pollingChecks: Check[] = [
  {
    id: 'polling/answer',
    title: 'answers at once with lines, a length and no-store',
    rule: '200 with the event TEXT and LF per event (application/x-ndjson), or 204 when there are none; Cache-Control: no-store, Content-Length (200), keep-alive honoured',
    transport: 'polling',
    async run(trial) {
      const server = await readOnlyServer(trial);
      const newest = server.texts.length;
      const paths = [AFTER, newest, AFTER].map((after) => `/polling?after=${after}`);
      const raw = await askOnOneConnection(trial, server, paths);
      const [full, empty, again] = raw.heads.items;
      const expected = server.texts
        .slice(AFTER)
        .map((text) => `${text}\n`)
        .join('');
      if (full === undefined || empty === undefined || again === undefined) {
        const got = `${raw.heads.items.length} (${raw.heads.end ?? 'then silence'})`;
        trial.violation(`expected 3 answers on one connection, got ${got}`);
        return;
      }
      const body = raw.chunks.items[0] ?? Buffer.alloc(0);
      expectAnswerHead(trial, `/polling?after=${AFTER}`, full, Buffer.byteLength(expected));
      trial.expect(body.toString() === expected, `expected the body ${excerpt(expected)}, got ${excerpt(body)}`);
      trial.expect(empty.status === 204, `/polling?after=${newest}: expected 204, got ${empty.status}`);
      expectUncached(trial, `/polling?after=${newest}`, empty);
    },
  },
];
