import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { serve } from '../../../servers/conformance/fixtures/minimal/serve.ts';
import { correctSteps } from '../../../servers/conformance/fixtures/minimal/steps.ts';
import { PLANT_VARIABLE, plantedAtSeq, readPlant } from '../plants.ts';

/** A correct server with one thing about it made worse, as PLANT says; nothing without it. */
const plant = readPlant(process.env[PLANT_VARIABLE]);

const sockets = new Set<Socket>();
subscribe('http.server.request.start', (message) => {
  const { socket } = message as { socket: Socket };
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

let isDone = false;
/** True once, from that event on. */
function once(seq: number): boolean {
  if (isDone || seq < plantedAtSeq) return false;
  isDone = true;
  return true;
}

/** Atomics.wait is late by a tenth of a millisecond at most, and never early. */
const sleeper = new Int32Array(new SharedArrayBuffer(4));
let seq = 0;

serve({
  ...correctSteps,
  text: (text) => {
    seq += 1;
    if (plant.kind === 'sleep') Atomics.wait(sleeper, 0, 0, plant.sleepUs / 1000);
    if (plant.kind === 'connection' && once(seq)) [...sockets][0]?.destroy();
    return text;
  },
  sseBlocks: (events) => {
    const kept = plant.kind === 'loss' ? events.filter((event) => !once(event.seq)) : events;
    const blocks = correctSteps.sseBlocks(kept);
    // An empty line more is no event.
    return plant.kind === 'byte' ? blocks.map((block) => Buffer.concat([block, Buffer.from('\n')])) : blocks;
  },
  // A poll that is answered without the event that is there is made again.
  lines: (events) => (plant.kind === 'request' && once(events[0]?.seq ?? 0) ? [] : correctSteps.lines(events)),
});
