import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { textOfBytes, trickyTexts } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { untilRead } from '../request.ts';
import { expectUncached } from './polling.ts';

type Stream = 'sse' | 'http-stream';

const contentType = { sse: 'text/event-stream', 'http-stream': 'application/x-ndjson' };

/** The one chunk in which an event travels. */
const chunkOf: Record<Stream, (seq: number, text: Buffer) => Buffer> = {
  sse: (seq, text) => Buffer.concat([Buffer.from(`id: ${seq}\ndata: `), text, Buffer.from('\n\n')]),
  'http-stream': (_, text) => Buffer.concat([text, Buffer.from('\n')]),
};

function expectStreamHead(trial: Trial, transport: Stream, raw: RawHttp): void {
  const head = raw.heads.items[0];
  if (head === undefined) {
    trial.violation(`expected the head of the answer before the first event, got ${raw.heads.end ?? 'nothing'}`);
    return;
  }
  const { 'content-type': type = 'none', 'transfer-encoding': encoding = 'none' } = head.headers;
  trial.expect(head.status === 200, `expected 200, got ${head.status}`);
  trial.expect(
    type.split(';')[0] === contentType[transport],
    `expected content-type ${contentType[transport]}, got ${type}`,
  );
  trial.expect(encoding === 'chunked', `expected transfer-encoding chunked, got ${encoding}`);
  expectUncached(trial, `/${transport}`, head);
}

function expectChunks(trial: Trial, transport: Stream, what: string, raw: RawHttp, texts: Buffer[]): void {
  const expected = texts.map((text, index) => chunkOf[transport](index + 1, text));
  const different = expected.findIndex((chunk, index) => !raw.chunks.items[index]?.equals(chunk));
  if (different !== -1) {
    const got = raw.chunks.items[different];
    const found = got === undefined ? `nothing (${raw.chunks.end ?? 'then silence'})` : excerpt(got);
    trial.violation(
      `${what}: chunk ${different + 1}: expected ${excerpt(expected[different] as Buffer)}, got ${found}`,
    );
  }
  const count = raw.chunks.items.length;
  trial.expect(count === texts.length, `${what}: expected ${texts.length} chunks, one for each event, got ${count}`);
}

async function checkForm(trial: Trial, transport: Stream): Promise<void> {
  const server = await trial.start({ options: { maxBufferedBytes: 64 * 1024 * 1024 } });
  const live = new RawHttp(server.host, server.port).get(`/${transport}`, { 'Accept-Encoding': 'gzip, br' });
  trial.closeLater(() => live.close());
  await live.heads.atLeast(1, PATIENCE_MS);
  expectStreamHead(trial, transport, live);
  await server.publish(...trickyTexts, textOfBytes(300_000));
  await live.chunks.atLeast(server.texts.length, PATIENCE_MS);
  await untilRead(server, trial.transports);
  const replayed = new RawHttp(server.host, server.port).get(`/${transport}?after=0`);
  trial.closeLater(() => replayed.close());
  await replayed.chunks.atLeast(server.texts.length, PATIENCE_MS);
  expectChunks(trial, transport, 'live', live, server.texts);
  expectChunks(trial, transport, 'from the history', replayed, server.texts);
}

export const streamChecks: Check[] = [
  {
    id: 'sse/form',
    title: 'sends each event as one block in one chunk',
    rule: 'sse: `id: SEQ\\ndata: TEXT\\n\\n` in exactly this form, one chunk per event; chunked, Cache-Control: no-store',
    transport: 'sse',
    run: (trial) => checkForm(trial, 'sse'),
  },
  {
    id: 'http-stream/form',
    title: 'sends each event as one line in one chunk',
    rule: 'http-stream: one chunk per event, TEXT and LF; chunked, Cache-Control: no-store',
    transport: 'http-stream',
    run: (trial) => checkForm(trial, 'http-stream'),
  },
];
