import { type AddressInfo, createServer, type Socket } from 'node:net';
import { emptyAnswer, encode, type PushTransport, pushHead } from './answers.ts';

/**
 * A server that does as little as can be done: it looks for the route and the number after `after=`, and answers with
 * bytes prepared once for everybody. No limits, no history bound, no protection: what is measured against it is the
 * cost and the latency of the client side. It speaks enough of the contract for this project's driver.
 */
const ROUTE = /^GET \/([a-z-]+)(?:\?after=(\d+))? /;
const LF = 0x0a;
const SPACE = 0x20;
const BACKLOG = 4096;

const texts: Buffer[] = [];
/** Answers to polls, made when first asked for. */
const pollAnswers: Buffer[] = [];
const subscribers: Record<PushTransport, Set<Socket>> = {
  sse: new Set(),
  'http-stream': new Set(),
  websocket: new Set(),
};
const pushed = Object.keys(subscribers) as PushTransport[];
const held = new Map<Socket, number>();
let pollCount = 0;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('close', () => {
    held.delete(socket);
    for (const set of Object.values(subscribers)) set.delete(socket);
  });
  socket.on('data', (read: Buffer) => answer(socket, read));
});

/** One read is one request: that is what the clients under test send. */
function answer(socket: Socket, read: Buffer): void {
  const request = read.toString('latin1');
  const [, route = '', after = '0'] = ROUTE.exec(request) ?? [];
  const seq = Number(after);
  switch (route) {
    case 'polling':
      pollCount += 1;
      socket.write(pollAnswer(seq) ?? emptyAnswer);
      break;
    case 'long-polling':
      hold(socket, seq);
      break;
    case 'sse':
    case 'http-stream':
    case 'websocket':
      subscribers[route].add(socket);
      socket.write(pushHead(route, request));
      for (let next = seq; next < texts.length; next += 1) socket.write(encode[route](next + 1, texts[next] as Buffer));
      break;
    case 'counts':
      socket.end(
        `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${JSON.stringify({ pollCount, eventCount: texts.length })}`,
      );
      break;
    default: // a frame of a WebSocket: its close, at the end
  }
}

/** The answer with the event after this one; null when it is still to come. */
function pollAnswer(after: number): Buffer | null {
  const text = texts[after];
  if (text === undefined) return null;
  pollAnswers[after] ??= encode.polling(after + 1, text);
  return pollAnswers[after];
}

function hold(socket: Socket, after: number): void {
  const answer = pollAnswer(after);
  if (answer === null) held.set(socket, after);
  else socket.write(answer);
}

function publish(line: Buffer): void {
  const text = line.subarray(line.indexOf(SPACE) + 1);
  texts.push(text);
  for (const transport of pushed) {
    const sockets = subscribers[transport];
    if (sockets.size === 0) continue;
    const bytes = encode[transport](texts.length, text);
    for (const socket of sockets) socket.write(bytes);
  }
  const waiting = [...held];
  held.clear();
  for (const [socket, after] of waiting) hold(socket, after);
}

let rest: Buffer = Buffer.alloc(0);
process.stdin.on('data', (read: Buffer) => {
  rest = rest.length === 0 ? read : Buffer.concat([rest, read]);
  let start = 0;
  for (let end = rest.indexOf(LF); end !== -1; end = rest.indexOf(LF, start)) {
    publish(rest.subarray(start, end));
    start = end + 1;
  }
  rest = rest.subarray(start);
});
process.stdin.on('end', () => process.exit(0));

server.listen({ host: process.env['BENCH_HOST'], port: Number(process.env['BENCH_PORT']), backlog: BACKLOG }, () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, contractVersion: 1, port })}\n`);
});
