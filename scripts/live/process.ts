import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LivePages } from './live-pages.ts';
import { LiveRun } from './live-run.ts';
import type { LiveMessage, LiveReady } from './messages.ts';

/*
 * The live process: serves the report of one run while it goes on. It is started before the run enters its network
 * namespace, where no browser could reach it, and is told of the run by a Unix domain socket, which is a file and so
 * can be reached from any namespace. It works between the steps of the run alone, and as the least important process of
 * the machine. It ends with the run, however that ends.
 */

/** The lowest; only between steps is there anything to do. */
const PRIORITY = 19;
/** Until the coordinator has connected, its disappearance shows in the parent's pid alone. */
const PARENT_CHECK_MS = 250;
/** What is to be done after the end of the run has this long. */
const LAST_MS = 3_500;

const [, , portText = ''] = process.argv;
const parentPid = process.ppid;

function say(ready: LiveReady): void {
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

/** Why the port cannot be had, and what to do. */
function problemOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'another program has this port; choose another, or leave it out to get a free one';
  if (code === 'EACCES') return 'this user may not open this port; choose one from 1024 on';
  return message;
}

async function serve(pages: LivePages): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'transport-bench-live-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const socketPath = join(folder, 'run');
  const orphaned = setInterval(() => {
    if (process.ppid !== parentPid) process.exit(0);
  }, PARENT_CHECK_MS);
  const listener = createServer((socket) => {
    clearInterval(orphaned);
    listener.close();
    // There is one coordinator, and it is connected: nothing is left lying about even if this process is killed.
    removeFolder();
    void follow(socket, new LiveRun(pages)).then(() => process.exit(0));
  });
  listener.listen(socketPath, () => say({ ready: true, port: pages.port, socketPath, pid: process.pid }));
}

/** Takes message after message until the coordinator is gone, and then has the pages told. */
async function follow(socket: Socket, run: LiveRun): Promise<void> {
  socket.on('error', () => {}); // it is gone: the end of the lines tells
  let ended = false;
  for await (const line of createInterface(socket)) {
    const message = JSON.parse(line) as LiveMessage;
    ended ||= message.kind === 'end';
    await run.take(message);
    socket.write('done\n');
  }
  if (ended) return;
  setTimeout(() => process.exit(0), LAST_MS);
  await run.lost();
}

try {
  setPriority(PRIORITY);
} catch {
  // What it does is done between the steps in any case.
}
try {
  await serve(await LivePages.listen(Number(portText), (line) => process.stderr.write(`live view: ${line}\n`)));
} catch (error) {
  say({ ready: false, problem: problemOf(error as NodeJS.ErrnoException) });
}
