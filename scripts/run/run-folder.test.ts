import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../results/run-document.ts';
import { buildQuickSample } from '../../results/samples/quick.ts';
import { RunFolder } from './run-folder.ts';

let parent: string;
let document: RunDocument;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'run-folder-'));
  document = buildQuickSample();
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

describe('RunFolder', () => {
  it('makes the folder and holds a whole document after every write, and nothing else', () => {
    const folder = new RunFolder(join(parent, 'a', 'b'));
    folder.writeDocument(document);
    folder.writeDocument({ ...document, status: 'interrupted' });
    folder.writeReport(document);
    expect(readdirSync(folder.path).sort()).toEqual(['report.html', 'run.json']);
    expect(JSON.parse(readFileSync(folder.documentPath, 'utf8')).status).toBe('interrupted');
    expect(folder.failures).toEqual([]);
  });

  it.each(['/proc/nowhere', '/dev/null/nowhere'])(
    'refuses %s, which nobody can write to, and says what to do',
    (path) => {
      expect(() => new RunFolder(path)).toThrow(
        /the output folder .* cannot be written to \(.*\); choose another with --out/,
      );
    },
  );

  it('refuses a folder that holds a run', () => {
    writeFileSync(join(parent, 'run.json'), '{}');
    expect(() => new RunFolder(parent)).toThrow(/already holds a run; choose another folder with --out/);
  });

  it('keeps the last whole document when a write fails, and tells of it', () => {
    const folder = new RunFolder(join(parent, 'full'));
    folder.writeDocument(document);
    // Where the next document would be written stands a folder: as good as a full disk.
    mkdirSync(join(folder.path, `.run.json.${process.pid}.tmp`));
    folder.writeDocument({ ...document, status: 'interrupted' });
    expect(folder.failures).toEqual([
      expect.stringMatching(/run\.json could not be written: .*earlier moment of the run$/),
    ]);
    expect(JSON.parse(readFileSync(folder.documentPath, 'utf8')).status).toBe('completed');
  });
});
