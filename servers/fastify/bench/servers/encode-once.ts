import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { WebSocket } from 'ws';
import { afterOf, plainApp, serve } from './feed.ts';

/**
 * The next step: each event is encoded once for all subscribers, who are in one list and share one timer; what is sent is
 * sent by the library's own call, which frames it for each of them. The socket is corked around the call, so that size,
 * data and line ends of a chunk leave together and at once.
 */
const app = await plainApp();
const lines: Buffer[] = [];
const streams = { sse: new Set<FastifyReply>(), 'http-stream': new Set<FastifyReply>() };
const websockets = new Set<WebSocket>();
let held = new Set<FastifyReply>();

function answer(reply: FastifyReply, body: Buffer): void {
  reply.header('Cache-Control', 'no-store');
  if (body.length === 0) reply.code(204).send();
  else reply.header('Content-Type', 'application/x-ndjson').send(body);
}

function writeAtOnce({ raw }: FastifyReply, data: Buffer): void {
  const socket = raw.socket as Socket;
  socket.cork();
  raw.write(data);
  socket.uncork();
}

app.get('/polling', (request, reply) => answer(reply, Buffer.concat(lines.slice(afterOf(request.query)))));

app.get('/long-polling', (request, reply) => {
  const body = Buffer.concat(lines.slice(afterOf(request.query)));
  if (body.length > 0) answer(reply, body);
  else held.add(reply);
  reply.raw.once('close', () => held.delete(reply));
});

for (const [name, replies] of Object.entries(streams)) {
  app.get(`/${name}`, (_request, reply) => {
    reply.hijack();
    const contentType = name === 'sse' ? 'text/event-stream' : 'application/x-ndjson';
    reply.raw.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
    reply.raw.flushHeaders();
    replies.add(reply);
    reply.raw.once('close', () => replies.delete(reply));
  });
}

app.get('/websocket', { websocket: true }, (websocket) => {
  websockets.add(websocket);
  websocket.once('close', () => websockets.delete(websocket));
});

await serve(app, (seq, event) => {
  const [text, line, block] = [event, `${event}\n`, `id: ${seq}\ndata: ${event}\n\n`].map((part) => Buffer.from(part));
  lines.push(line as Buffer);
  for (const reply of streams.sse) writeAtOnce(reply, block as Buffer);
  for (const reply of streams['http-stream']) writeAtOnce(reply, line as Buffer);
  for (const websocket of websockets) websocket.send(text as Buffer, { binary: false });
  const answered = held;
  held = new Set();
  for (const reply of answered) answer(reply, line as Buffer);
});
