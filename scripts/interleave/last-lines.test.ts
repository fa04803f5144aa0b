import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastLines } from './last-lines.ts';

let folder: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'last-lines-'));
  log = join(folder, 'output.log');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the last lines of a log', () => {
  it('are twelve at most, blank ones left out', () => {
    writeFileSync(log, Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n\n`).join(''));
    expect(lastLines(log)).toEqual(Array.from({ length: 12 }, (_, index) => `line ${index + 19}`));
  });

  it('cannot steer a terminal, and are cut where they are long', () => {
    writeFileSync(log, `\u001b[31mred\u001b[0m\u0007 bell\r\u001b[2Kprogress\n${'x'.repeat(50_000)}\n`);
    expect(lastLines(log)).toEqual([`${'x'.repeat(200)} …`]);
    writeFileSync(log, '\u001b[31mred\u001b[0m\u0007 bell\r\u001b[2Kprogress\n');
    expect(lastLines(log)).toEqual(['red  bell', 'progress']);
  });

  it('are none of an empty or missing file', () => {
    writeFileSync(log, '\n');
    expect(lastLines(log)).toEqual([]);
    expect(lastLines(join(folder, 'no.log'))).toEqual([]);
  });
});
