import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeProblem } from './write-problem.ts';

it('tells why nothing can be written to a folder, and leaves nothing in one where it can', () => {
  const folder = mkdtempSync(join(tmpdir(), 'write-problem-'));
  expect(writeProblem(folder)).toBe(null);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  expect(writeProblem(folder)).toMatch(/^ENOENT: no such file or directory/);
});
