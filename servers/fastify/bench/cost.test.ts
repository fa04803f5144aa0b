import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const file = new URL('cost.ts', import.meta.url).pathname;
const run = (...options: string[]) => promisify(execFile)(process.execPath, [file, ...options], { timeout: 60_000 });

test.skipIf(!existsSync('/proc/self/task'))('prints a row for each load, with a cost of each server', async () => {
  const { stdout } = await run('--transports', 'websocket,long-polling', '--rounds', '1', '--subscribers', '4');
  const rows = stdout.trim().split('\n').slice(2);
  const cost = String.raw`\d+\.\d \(\d+\.\d to \d+\.\d\)`;
  expect(rows.map((row) => row.split(' | ')[0])).toEqual(['| long-polling', '| websocket', '| websocket']);
  for (const row of rows)
    expect(row).toMatch(new RegExp(`^\\| .* \\| ${cost} \\| ${cost} \\| ${cost} \\| \\d+\\.\\d\\d \\|$`));
});

test('says all that is wrong with its options, without a stack trace', async () => {
  const failed = await run('--transports', 'sse,tcp', '--rounds', '0', '--speed=9').catch((error) => error);
  expect(failed.code).toBe(2);
  const lines = failed.stderr.trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const [index, what] of ['"tcp"', '--speed', '--rounds'].entries()) expect(lines[index]).toContain(what);
});
