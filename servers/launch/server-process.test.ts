import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverServers, type Server, serversFolder } from './discover.ts';
import { processUsage } from './process-usage.ts';
import { buildServer, type ServerError, ServerProcess } from './server-process.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'servers-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A server whose program is this script. */
function scripted(script: string, more: Partial<Server['manifest']> = {}): Server {
  return {
    folder,
    manifest: {
      contractVersion: 1,
      name: 'scripted',
      language: 'JavaScript',
      transports: ['polling'],
      requires: ['node'],
      build: [],
      start: ['node', '-e', script],
      ...more,
    },
  };
}

const READY = 'console.log(JSON.stringify({ ready: true, contractVersion: 1, port: 4242 }));';
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('ServerProcess', () => {
  it('starts a server, knows its port, and stops it by closing its input', async () => {
    const server = await ServerProcess.start(scripted(`${READY} process.stdin.resume()`), {});
    expect(server.port).toBe(4242);
    expect(await server.stop()).toBe('exit code 0');
    expect(isAlive(server.pid)).toBe(false);
  });

  it('hands over options, and passes on what the server says before it ends', async () => {
    const script = 'console.error("options", process.env.BENCH_OPTIONS, process.env.BENCH_PORT); process.exit(2)';
    const start = ServerProcess.start(scripted(script), { historyEvents: 7 });
    await expect(start).rejects.toThrow('server scripted did not start: exit code 2');
    await expect(start).rejects.toMatchObject({ stderrTail: 'options {"historyEvents":7} 0\n' });
  });

  it.each([
    ['something else first', 'console.log("hello"); setTimeout(() => {}, 60000)', /wrote "hello" where its ready line/],
    [
      'a port that is none',
      'console.log(`{"ready":true,"contractVersion":1,"port":0}`); setTimeout(() => {}, 60000)',
      /ready line/,
    ],
    [
      'another version',
      'console.log(`{"ready":true,"contractVersion":9,"port":1}`); setTimeout(() => {}, 60000)',
      /speaks contract version 9/,
    ],
  ])('refuses a server that says %s, and leaves nothing of it', async (_, script, message) => {
    await expect(ServerProcess.start(scripted(script), {})).rejects.toThrow(message);
  });

  it('reports a program that does not exist', async () => {
    const nothing = scripted('', { start: ['no-such-program'] });
    await expect(ServerProcess.start(nothing, {})).rejects.toThrow(/did not start: spawn no-such-program ENOENT/);
  });

  it('kills a server that ignores the end of its input and SIGTERM, with the children it started', async () => {
    const child = 'setTimeout(() => {}, 60000)';
    const script = `process.on("SIGTERM", () => {}); const { spawn } = require("child_process");
      console.error(spawn("node", ["-e", ${JSON.stringify(child)}]).pid); ${READY} setTimeout(() => {}, 60000);`;
    const server = await ServerProcess.start(scripted(script), {});
    const grandchild = Number(server.stderrTail);
    expect(isAlive(grandchild)).toBe(true);
    expect(await server.stop()).toBe('signal SIGKILL');
    expect([isAlive(server.pid), isAlive(grandchild)]).toEqual([false, false]);
  });

  it('keeps the end of a long stderr', async () => {
    const script = `${READY} process.stdin.resume().on("end", () => { console.error("x".repeat(10000) + "the end"); })`;
    const server = await ServerProcess.start(scripted(script), {});
    await server.stop();
    expect(server.stderrTail.length).toBe(4_000);
    expect(server.stderrTail.endsWith('the end\n')).toBe(true);
  });
});

describe('buildServer', () => {
  it('stops at the first step that fails and shows its output', () => {
    const build = [
      ['node', '-e', '1'],
      ['node', '-e', 'console.error("no compiler"); process.exit(3)'],
    ];
    expect(() => buildServer(scripted('', { build }))).toThrow(
      /building server scripted failed: node -e .*: exit code 3/,
    );
    try {
      buildServer(scripted('', { build }));
    } catch (error) {
      expect((error as ServerError).stderrTail).toBe('no compiler\n');
    }
  });
});

describe.runIf(process.platform === 'linux')('processUsage', () => {
  it('counts the CPU time of a process as the process itself does, and its memory', () => {
    const before = processUsage(process.pid);
    const own = process.cpuUsage();
    let sum = 0;
    while (process.cpuUsage(own).user < 200_000) for (let round = 0; round < 1e5; round += 1) sum += round;
    const after = processUsage(process.pid);
    const { user, system } = process.cpuUsage(own);
    expect(sum).toBeGreaterThan(0);
    // The kernel's own accounting of the same threads; only the moments of reading differ.
    expect(((after?.cpuUs ?? 0) - (before?.cpuUs ?? 0)) / (user + system)).toBeGreaterThan(0.9);
    expect(((after?.cpuUs ?? 0) - (before?.cpuUs ?? 0)) / (user + system)).toBeLessThan(1.1);
    expect((after?.rssBytes ?? 0) / process.memoryUsage.rss()).toBeGreaterThan(0.8);
  });

  it('counts the write calls of a process as it makes them', () => {
    const before = processUsage(process.pid)?.writeCalls ?? Number.NaN;
    const file = openSync('/dev/null', 'w');
    for (let call = 0; call < 1000; call += 1) writeSync(file, 'x');
    closeSync(file);
    const calls = (processUsage(process.pid)?.writeCalls ?? Number.NaN) - before;
    // Other threads of this process may write too.
    expect(calls).toBeGreaterThanOrEqual(1000);
    expect(calls).toBeLessThan(1100);
  });

  it('is null for a process that is not there', () => {
    expect(processUsage(2 ** 22 + 1)).toBeNull();
  });
});

describe('discoverServers', () => {
  it('finds the reference server by its folder alone', () => {
    expect(discoverServers(serversFolder).get('fastify')?.manifest.transports.length).toBe(5);
  });

  it('says everything that is wrong with every manifest', () => {
    for (const [name, text] of [
      ['broken', '{'],
      ['other-name', JSON.stringify({ ...scripted('').manifest, name: 'wrong', transports: ['telegraph'] })],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'server.json'), text);
    }
    mkdirSync(join(folder, 'no-server'));
    expect(() => discoverServers(folder)).toThrow(
      /broken: server\.json is not JSON[\s\S]*name: must be[\s\S]*transports\.0/,
    );
  });
});
