import { WebSocket } from 'ws';
import { type Check, PATIENCE_MS, type Trial } from '../check.ts';
import { excerpt } from '../compare.ts';
import { largestText, trickyTexts } from '../event-texts.ts';
import { RawHttp } from '../raw-http.ts';
import { OPCODE, type RawFrame, RawWebsocket } from '../raw-websocket.ts';
import { untilRead } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';
import { readOnlyServer } from './query.ts';

function describeFrame({ fin, reservedBits, opcode, masked, payload }: RawFrame): string {
  const bits = `${fin ? 'FIN' : 'no FIN'}, opcode ${opcode}, reserved bits ${reservedBits}${masked ? ', masked' : ''}`;
  return `${excerpt(payload)} (${bits})`;
}

async function expectFrames(trial: Trial, what: string, raw: RawWebsocket, texts: Buffer[]): Promise<void> {
  await raw.frames.atLeast(texts.length, PATIENCE_MS);
  const frames = raw.frames.items;
  const different = texts.findIndex((text, index) => {
    const frame = frames[index];
    return !(
      frame?.fin &&
      frame.opcode === OPCODE.text &&
      frame.reservedBits === 0 &&
      !frame.masked &&
      frame.payload.equals(text)
    );
  });
  if (different !== -1) {
    const frame = frames[different];
    const got = frame === undefined ? `nothing (${raw.frames.end ?? 'then silence'})` : describeFrame(frame);
    trial.violation(
      `${what}: frame ${different + 1}: expected one unmasked text frame with FIN ${excerpt(texts[different] as Buffer)}, got ${got}`,
    );
  }
  trial.expect(
    frames.length === texts.length,
    `${what}: expected ${texts.length} frames, one for each event, got ${frames.length}`,
  );
}

/** A connection of the `ws` package that offers compression, as browsers do. */
async function openWs(trial: Trial, server: ServerProcess, after: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${server.host}:${server.port}/websocket?after=${after}`);
  trial.closeLater(() => socket.terminate());
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

/** Resolves with the arguments of an event, or with null when it does not come. */
function within(socket: WebSocket, event: 'pong' | 'close'): Promise<unknown[] | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), PATIENCE_MS);
    socket.once(event, (...args: unknown[]) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}

export const websocketChecks: Check[] = [
  {
    id: 'websocket/form',
    title: 'sends each event as one text frame',
    rule: 'websocket: one unfragmented, unmasked text frame per event',
    transport: 'websocket',
    async run(trial) {
      const server = await trial.start({ options: { maxBufferedBytes: 64 * 1024 * 1024 } });
      const live = new RawWebsocket(new RawHttp(server.host, server.port), '/websocket');
      trial.closeLater(() => live.close());
      await live.http.heads.atLeast(1, PATIENCE_MS);
      await server.publish(...trickyTexts, largestText);
      await expectFrames(trial, 'live', live, server.texts);
      await untilRead(server, trial.transports);
      const replayed = new RawWebsocket(new RawHttp(server.host, server.port), '/websocket?after=0');
      trial.closeLater(() => replayed.close());
      await expectFrames(trial, 'from the history', replayed, server.texts);
    },
  },
  {
    id: 'websocket/control',
    title: 'answers pings and closes, and does not compress',
    rule: 'pings answered (RFC 6455, 5.5.2 and 5.5.1); no compression unless asked',
    transport: 'websocket',
    async run(trial) {
      const server = await readOnlyServer(trial);
      const socket = await openWs(trial, server, server.texts.length);
      trial.expect(socket.extensions === '', `expected no extension, got ${socket.extensions}`);
      const pong = within(socket, 'pong');
      socket.ping('are you there');
      const payload = (await pong)?.[0];
      trial.expect(
        String(payload) === 'are you there',
        `expected a pong with the payload of the ping, got ${payload === undefined ? 'none' : excerpt(String(payload))}`,
      );
      const closed = within(socket, 'close');
      socket.close(1000, 'done');
      const code = (await closed)?.[0] ?? 'none';
      trial.expect(code === 1000, `expected the close frame to be answered with 1000, got ${code}`);
    },
  },
];
