import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { afterOf, plainApp, serve } from './feed.ts';

/**
 * Every transport as one would write it first: a listener for each subscriber, which makes the text of its event by
 * itself and leaves the encoding to the library; a timer for each held request.
 */
const LONG_POLL_TIMEOUT_MS = 30_000;

const app = await plainApp();
const texts: string[] = [];
const feed = new EventEmitter<{ event: [seq: number, text: string] }>().setMaxListeners(0);

function answer(reply: FastifyReply, newer: string[]): void {
  reply.header('Cache-Control', 'no-store');
  if (newer.length === 0) reply.code(204).send();
  else reply.type('application/x-ndjson').send(newer.map((text) => `${text}\n`).join(''));
}

function stream(reply: FastifyReply, contentType: string, format: (seq: number, text: string) => string): void {
  reply.hijack();
  const response: ServerResponse = reply.raw;
  response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  response.flushHeaders();
  const send = (seq: number, text: string) => response.write(format(seq, text));
  feed.on('event', send);
  response.on('close', () => feed.off('event', send));
}

app.get('/polling', (request, reply) => answer(reply, texts.slice(afterOf(request.query))));

app.get('/long-polling', (request, reply) => {
  const newer = texts.slice(afterOf(request.query));
  if (newer.length > 0) {
    answer(reply, newer);
    return;
  }
  const finish = (newer: string[]) => {
    clearTimeout(timer);
    feed.off('event', send);
    if (!reply.sent) answer(reply, newer);
  };
  const send = (_seq: number, text: string) => finish([text]);
  const timer = setTimeout(() => finish([]), LONG_POLL_TIMEOUT_MS);
  feed.on('event', send);
  reply.raw.on('close', () => finish([]));
});

app.get('/sse', (_request, reply) =>
  stream(reply, 'text/event-stream', (seq, text) => `id: ${seq}\ndata: ${text}\n\n`),
);

app.get('/http-stream', (_request, reply) => stream(reply, 'application/x-ndjson', (_seq, text) => `${text}\n`));

app.get('/websocket', { websocket: true }, (websocket) => {
  const send = (_seq: number, text: string) => websocket.send(text);
  feed.on('event', send);
  websocket.on('close', () => feed.off('event', send));
});

await serve(app, (seq, text) => {
  texts.push(text);
  feed.emit('event', seq, text);
});
