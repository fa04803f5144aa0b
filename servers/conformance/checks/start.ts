import { createServer } from 'node:net';
import type { Check, Trial } from '../check.ts';
import type { ServerProcess, StartOptions } from '../server-process.ts';

const EXIT_TIMEOUT_MS = 10_000;

/** Waits for a process that must refuse to run, and says what it did instead. */
async function expectRefusal(
  trial: Trial,
  what: string,
  server: ServerProcess,
  code: number,
  named: string[],
): Promise<void> {
  const exit = await server.exitWithin(EXIT_TIMEOUT_MS);
  await server.stderrLines.ended(1000);
  const stderr = server.stderrLines.items.join('\n');
  const got = exit === null ? 'it kept running' : `exit code ${exit.code}`;
  trial.expect(exit?.code === code, `${what}: expected exit code ${code}, got ${got}`);
  const unnamed = named.filter((word) => !stderr.includes(word));
  if (unnamed.length > 0) {
    trial.violation(
      `${what}: expected stderr to name ${unnamed.join(', ')}, got ${JSON.stringify(stderr.slice(0, 200))}`,
    );
  } else trial.expect(stderr.trim() !== '', `${what}: expected the reason on stderr, got nothing`);
  await server.kill();
}

/** The same for a start that must not even say it is ready. */
async function expectNoStart(
  trial: Trial,
  what: string,
  options: StartOptions,
  code: number,
  named: string[],
): Promise<void> {
  const server = trial.spawn(options);
  await expectRefusal(trial, what, server, code, named);
  const line = server.stdoutLines.items[0];
  trial.expect(line === undefined, `${what}: expected nothing on stdout, got ${JSON.stringify(line)}`);
}

export const readyCheck: Check = {
  id: 'start/ready',
  title: 'writes the ready line first and listens on its port',
  rule: 'first line on stdout {"ready":true,"contractVersion":1,"port":N}; logs on stderr',
  transport: null,
  async run(trial) {
    const server = await trial.start();
    const line = server.stdoutLines.items[0] as string;
    const keys = Object.keys(JSON.parse(line)).join(', ');
    trial.expect(
      keys === 'ready, contractVersion, port',
      `expected the keys ready, contractVersion, port in the ready line, got ${keys}`,
    );
    const answer = await fetch(`http://${server.host}:${server.port}/no-such-route`).catch(() => null);
    trial.expect(
      answer !== null,
      `expected an HTTP server at ${server.host}:${server.port}, the port of the ready line`,
    );
    const more = server.stdoutLines.items[1];
    trial.expect(more === undefined, `expected one line on stdout, got also ${JSON.stringify(more)}`);
  },
};

export const startChecks: Check[] = [
  {
    id: 'start/port',
    title: 'listens on the port it is given, and says so when the port is taken',
    rule: 'BENCH_PORT default 0; port in use: message with the address and what to do, exit 1',
    transport: null,
    async run(trial) {
      const other = createServer();
      const { promise: listening, resolve } = Promise.withResolvers<void>();
      other.listen(0, '127.0.0.1', resolve);
      await listening;
      const { port } = other.address() as { port: number };
      try {
        await expectNoStart(trial, `port ${port} in use`, { port }, 1, [String(port)]);
      } finally {
        await new Promise((closed) => other.close(closed));
      }
      const server = await trial.start({ port });
      trial.expect(server.port === port, `expected to listen on port ${port} of BENCH_PORT, got ${server.port}`);
    },
  },
  {
    id: 'start/options',
    title: 'refuses options it does not know and values it cannot use',
    rule: 'BENCH_OPTIONS: an unknown key or wrong value (must be a positive integer; coalesceMs may be 0): all problems on stderr, exit 2, no ready line',
    transport: null,
    async run(trial) {
      const wrong =
        '{"historyEvents":0,"historyBytes":-1,"longPollTimeoutMs":1.5,"heartbeatMs":"15000","maxBufferedBytes":null,"coalesceMs":-1}';
      const all = [
        'historyEvents',
        'historyBytes',
        'longPollTimeoutMs',
        'heartbeatMs',
        'maxBufferedBytes',
        'coalesceMs',
      ];
      await Promise.all([
        expectNoStart(trial, 'unknown option noSuchOption', { options: '{"noSuchOption":1}' }, 2, ['noSuchOption']),
        expectNoStart(trial, `options ${wrong}`, { options: wrong }, 2, all),
        expectNoStart(trial, 'options that are not JSON', { options: '{"historyEvents":' }, 2, []),
        expectNoStart(trial, 'options [] (not an object)', { options: '[]' }, 2, []),
      ]);
    },
  },
  {
    id: 'start/feed',
    title: 'stops at a malformed line or a hole in the feed',
    rule: 'stdin lines: SEQ, one space, TEXT, LF. Seqs are consecutive from 1. A malformed line or a hole: message on stderr and exit 1',
    transport: null,
    async run(trial) {
      const feeds = ['1 a\n3 c\n', '2 b\n', 'no number\n', '1\n'];
      await Promise.all(
        feeds.map(async (feed) => {
          const server = await trial.start();
          await server.write(feed);
          await expectRefusal(trial, `feed ${JSON.stringify(feed)}`, server, 1, []);
        }),
      );
    },
  },
];
