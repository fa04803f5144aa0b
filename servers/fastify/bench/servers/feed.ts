import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import websocketPlugin from '@fastify/websocket';
import { type FastifyInstance, fastify } from 'fastify';

/** fastify with its WebSocket plugin and nothing else set but what the contract demands of every answer's bytes. */
export async function plainApp(): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(websocketPlugin, { options: { perMessageDeflate: false } });
  return app;
}

/** The `after` of a request. These servers are asked only what the benchmark asks. */
export function afterOf(query: unknown): number {
  return Number((query as { after?: string }).after ?? 0);
}

/** Listens, says so on standard output, and hands over the feed of standard input line by line. */
export async function serve(app: FastifyInstance, onEvent: (seq: number, text: string) => void): Promise<void> {
  await app.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 });
  const { port } = app.server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, contractVersion: 1, port })}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const separator = line.indexOf(' ');
    onEvent(Number(line.slice(0, separator)), line.slice(separator + 1));
  });
  lines.on('close', () => process.exit());
}
