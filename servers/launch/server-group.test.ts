import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Server } from './discover.ts';
import { ServerGroup } from './server-group.ts';

/** A server that listens, answers each line of its input on stderr with its own, and ends with it. */
const LISTENING = `
  const server = require('net').createServer((socket) => socket.end(String(process.pid)));
  server.listen(0, '127.0.0.1', () =>
    console.log(JSON.stringify({ ready: true, contractVersion: 1, port: server.address().port })));
  process.stdin.on('data', (text) => process.stderr.write(text)).on('end', () => process.exit(0));`;

function scripted(script: string): Server {
  return {
    folder: import.meta.dirname,
    manifest: {
      contractVersion: 1,
      name: 'scripted',
      language: 'JavaScript',
      transports: ['polling'],
      requires: ['node'],
      build: [],
      start: ['node', '-e', script],
    },
  };
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

let group: ServerGroup | undefined;

afterEach(async () => {
  await group?.kill();
  group = undefined;
});

async function pidAt(port: number): Promise<number> {
  const socket = createConnection(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(socket, 'close');
  return Number(text);
}

describe('ServerGroup', () => {
  it('starts processes with a port and an input of their own, and stops them all', async () => {
    group = await ServerGroup.start(scripted(LISTENING), {}, 3);
    expect(group.size).toBe(3);
    expect(await Promise.all(group.ports.map(pidAt))).toEqual(group.pids);
    expect(new Set(group.pids).size).toBe(3);
    for (const [index, stdin] of group.stdins.entries()) stdin.write(`input ${index + 1}\n`);
    const usage = group.usage();
    // Three Node processes hold 30 MB and more each, and have written their ready lines, where the system tells.
    if (process.platform === 'linux') {
      expect(usage?.rssBytes).toBeGreaterThan(60e6);
      expect(usage?.writeCalls).toBeGreaterThanOrEqual(3);
    }
    expect(await group.stop()).toEqual(['exit code 0', 'exit code 0', 'exit code 0']);
    expect(group.stderrTail).toBe('process 1 of 3:\ninput 1\nprocess 2 of 3:\ninput 2\nprocess 3 of 3:\ninput 3\n');
    expect(group.pids.map(isAlive)).toEqual([false, false, false]);
  });

  it('says which of several ended first, and of one only how', async () => {
    group = await ServerGroup.start(scripted(LISTENING), {}, 2);
    process.kill(group.pids[1] as number, 'SIGKILL');
    expect(await group.ended).toBe('process 2 of 2: signal SIGKILL');
    await group.kill();
    group = await ServerGroup.start(scripted(LISTENING), {}, 1);
    group.stdins[0]?.write('alone\n');
    await group.stop();
    expect([await group.ended, group.stderrTail]).toEqual(['exit code 0', 'alone\n']);
  });

  it('leaves nothing of the others when one does not start', async () => {
    // Whoever makes the folder first starts; the other cannot.
    const folder = mkdtempSync(join(tmpdir(), 'server-group-'));
    const lock = join(folder, 'first');
    const script = `const fs = require('fs');
      try { fs.mkdirSync('${lock}'); } catch { process.exit(7); }
      fs.writeFileSync('${lock}/pid', String(process.pid)); ${LISTENING}`;
    try {
      await expect(ServerGroup.start(scripted(script), {}, 2)).rejects.toThrow(
        'server scripted did not start: exit code 7',
      );
      expect(isAlive(Number(readFileSync(`${lock}/pid`, 'utf8')))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
