import { type ChildProcess, fork } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { LatencyRecorder } from '../../../results/recording/latency.ts';
import { nowUs } from '../../../servers/contract/clock.ts';

/**
 * The floor of latency: 100 bytes to another process and back, on bare sockets, 100 times a second. As on the way of an
 * event, two processes are woken up, one after the other: there server and worker, here echo and this one.
 * Writes the median in microseconds to stdout.
 */
const PINGS_PER_SEC = 100;
const WARMUP_PINGS = 150;
const PINGS = 400;
const ECHO = 'echo';

function echo(): void {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (bytes: Buffer) => socket.write(bytes));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
  process.on('disconnect', () => process.exit());
}

function ping(port: number, child: ChildProcess): void {
  const roundTrips = new LatencyRecorder();
  const bytes = Buffer.alloc(100, 0x78);
  let sent = 0;
  let sentUs = 0;
  const socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    onread: {
      buffer: Buffer.alloc(64 * 1024),
      callback: () => {
        const tookUs = nowUs() - sentUs;
        if (sent > WARMUP_PINGS) roundTrips.record(tookUs);
        return true;
      },
    },
  });
  socket.on('connect', () => {
    const timer = setInterval(() => {
      if (sent === WARMUP_PINGS + PINGS) {
        clearInterval(timer);
        socket.destroy();
        child.disconnect();
        process.stdout.write(`${roundTrips.percentileUs(50)}\n`);
        return;
      }
      sent += 1;
      sentUs = nowUs();
      socket.write(bytes);
    }, 1000 / PINGS_PER_SEC);
  });
}

if (process.argv[2] === ECHO) {
  echo();
} else {
  const child = fork(import.meta.filename, [ECHO]);
  child.once('message', (address) => ping((address as { port: number }).port, child));
}
