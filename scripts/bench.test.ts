import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRunDocument } from '../results/read-document.ts';
import { transportIds } from '../servers/contract/transports.ts';
import { BenchCommand, bench } from './fixtures/bench-command.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function scenarioFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('run smoke', () => {
  it('delivers everything over five transports and writes document and report', async () => {
    const out = join(folder, 'smoke');
    const { code, stdout, stderr } = await bench('run', 'smoke', '--out', out);
    expect([code, stderr]).toEqual([0, expect.stringContaining('[6/6]')]);
    const document = readRunDocument(readFileSync(join(out, 'run.json'), 'utf8'), 'run.json');
    expect(document.status).toBe('completed');
    const delivered = document.cells.flatMap((cell) =>
      cell.outcome === 'completed' && 'deliveries' in cell ? [[cell.cell.transport, cell.deliveries] as const] : [],
    );
    expect(delivered.map(([transport]) => transport)).toEqual(transportIds);
    for (const [, deliveries] of delivered) {
      expect(deliveries.expected).toBeGreaterThan(0);
      expect(deliveries).toMatchObject({
        delivered: deliveries.expected,
        missing: 0,
        duplicated: 0,
        outOfOrder: 0,
        corrupted: 0,
      });
    }
    const capacity = document.cells.find((cell) => cell.cell.kind === 'capacity');
    expect(capacity).toMatchObject({ outcome: 'completed', errors: 0, validity: { ok: true } });
    expect(stdout).toContain('websocket');
    expect(stdout).toContain(join(out, 'report.html'));
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<!doctype html>');
  });

  it('prints nothing but the document with --json --quiet, and report makes the same HTML from it', async () => {
    const out = join(folder, 'json');
    const { code, stdout, stderr } = await bench(
      'run',
      'smoke',
      '--transports',
      'sse',
      '--quiet',
      '--json',
      '--out',
      out,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')));
    const again = await bench('report', join(out, 'run.json'), '-o', join(out, 'again.html'));
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(out, 'again.html'), 'utf8')).toBe(readFileSync(join(out, 'report.html'), 'utf8'));
  });
});

describe('run --plan', () => {
  it('prints the plan and starts nothing', async () => {
    const out = join(folder, 'planned');
    const { code, stdout } = await bench('run', 'quick', '--plan', '--out', out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/trials\s+32/);
    expect(existsSync(out)).toBe(false);
  });

  it('is the same for the same seed, feeds included, byte for byte, and another for another', async () => {
    const plan = async (seed: string) => (await bench('run', 'smoke', '--plan', '--json', '--seed', seed)).stdout;
    const seven = await plan('7');
    expect(await plan('7')).toBe(seven);
    const hashes = (text: string) => JSON.parse(text).feeds.map((feed: { sha256: string }) => feed.sha256);
    expect(hashes(await plan('8'))).not.toEqual(hashes(seven));
    // One feed for all transports of a trial number.
    expect(new Set(hashes(seven)).size).toBe(1);
    expect(hashes(seven).length).toBe(transportIds.length);
  });
});

describe('bad input', () => {
  it.each([
    { name: 'unknown scenario', args: ['run', 'quik'], says: [/there is no scenario of this name/, /quick/] },
    {
      name: 'unknown transport',
      args: ['run', 'smoke', '--transports', 'sse,websockets'],
      says: [/websockets/, /websocket/],
    },
    { name: 'unknown server', args: ['run', 'smoke', '--servers', 'fastly'], says: [/fastly/, /fastify/] },
    {
      name: 'a number that is none',
      args: ['run', 'smoke', '--trials', 'many'],
      says: [/--trials: found "many"; give a whole number/],
    },
    {
      name: 'several at once',
      args: ['run', 'smoke', '--transports', 'smoke-signals', '--servers', 'fastly', '--seed', 'x'],
      says: [/smoke-signals/, /fastly/, /--seed: found "x"/],
    },
    { name: 'unknown option', args: ['run', '--trails', '3'], says: [/unknown option '--trails'/] },
    {
      name: 'unknown server of conformance',
      args: ['conformance', 'nosuch'],
      says: [/there is no server "nosuch"; there is/],
    },
    { name: 'a document that is not there', args: ['report', 'nosuch.json'], says: [/nosuch\.json cannot be read/] },
    { name: 'a document that is none', args: ['report', 'package.json'], says: [/package\.json/] },
  ])('$name: exit 2, a message, no stack trace', async ({ args, says }) => {
    const { code, stdout, stderr } = await bench(...args);
    expect([code, stdout]).toEqual([2, '']);
    for (const pattern of says) expect(stderr).toMatch(pattern);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('says everything that is wrong with a scenario file, each with its line', async () => {
    const path = scenarioFile(
      'wrong.yaml',
      'question: Does it work?\nsubscriber: 10\nsubscribers: many\ntransports: [sse, carrier-pigeon]\n',
    );
    const { code, stderr } = await bench('run', path);
    expect(code).toBe(2);
    for (const pattern of [/2:1 .*subscriber/, /3:14 .*"many"/, /4:\d+ .*carrier-pigeon/])
      expect(stderr).toMatch(pattern);
  });

  it('finds an output folder that cannot be written before anything runs', async () => {
    const { code, stderr } = await bench('run', 'smoke', '--out', '/proc/nowhere');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/the output folder \/proc\/nowhere cannot be written to/),
    ]);
  });

  it('does not overwrite an earlier run', async () => {
    const out = join(folder, 'earlier');
    mkdirSync(out);
    writeFileSync(join(out, 'run.json'), 'precious');
    const { code, stderr } = await bench('run', 'smoke', '--out', out);
    expect([code, stderr]).toEqual([2, expect.stringContaining('already holds a run')]);
    expect(readFileSync(join(out, 'run.json'), 'utf8')).toBe('precious');
  });
});

describe('list and doctor', () => {
  it('lists scenarios with question and time, servers with transports, transports with a sentence', async () => {
    const { code, stdout } = await bench('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ quick\s+.*\?.*about 2 min/);
    expect(stdout).toMatch(/ fastify\s+TypeScript: polling, long-polling, sse, http-stream, websocket/);
    for (const id of transportIds) expect(stdout).toMatch(new RegExp(`\\n {2}${id}\\s+\\S.*\\.`));
  });

  it('says of each thing whether it is ok, and what to do where it is not', async () => {
    const { code, stdout } = await bench('doctor');
    expect(code).toBe(0);
    for (const what of [
      'Node.js',
      'cores',
      'open files',
      'local ports',
      'private network',
      'chromium',
      'server fastify',
    ]) {
      expect(stdout).toMatch(new RegExp(`^(ok|note|NOT OK)\\s+${what}`, 'm'));
    }
    const notes = stdout.match(/^(note|NOT OK)/gm)?.length ?? 0;
    expect(stdout.match(/->/g)?.length ?? 0).toBe(notes);
  });
});

it('a fault of the program itself ends with a code of its own, which no gate takes for a regression', async () => {
  const fault = 'process.stdout.write = () => { throw new Error("planted"); }';
  const environment = { NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(fault)}"` };
  const command = new BenchCommand(['list'], environment);
  expect(await command.ended).toBe(70);
  expect(command.stderr).toContain('Error: planted\n    at ');
  expect(command.stderr).toMatch(/error: this is a fault of transport-bench; .*\n$/);
});
