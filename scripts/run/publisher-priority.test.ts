import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { publisherPriority, withPublisherPriority } from './publisher-priority.ts';

/** SCHED_FIFO and SCHED_OTHER of sched(7), as field 41 of /proc/PID/stat has them. */
const POLICY = { 'real-time': '1', ordinary: '0' };

test.runIf(process.platform === 'linux')('a publisher runs with the priority that the document tells', async () => {
  const [program, args] = withPublisherPriority(process.execPath, [
    '-e',
    'console.log(process.pid); setInterval(() => {}, 1e3)',
  ]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    // The same process, so that whoever ends it ends the publisher.
    expect(Number(line.toString())).toBe(child.pid);
    const afterName = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1] as string;
    expect(afterName.split(' ')[38]).toBe(POLICY[publisherPriority().class]);
  } finally {
    child.kill('SIGKILL');
  }
});
