import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { CompletedCell, Estimate, LatencySummary } from '../results/delivery-result.ts';
import { deliveryCells } from '../results/labels.ts';
import { formatBytes } from '../results/numbers.ts';
import { readRunDocument } from '../results/read-document.ts';
import type { RunDocument } from '../results/run-document.ts';
import { median } from '../results/summarize.ts';
import { nowUs } from '../servers/contract/clock.ts';
import { wholeNumber } from './whole-number.ts';

/*
 * How long `compare` takes for two large documents, beside what it cannot do without: a start of Node with nothing to do, and the
 * reading of both documents as JSON.
 */

const SAMPLE = join(import.meta.dirname, '..', 'results', 'samples', 'quick.json');

/** All latencies times a factor, as a run that got worse in every cell would have them. */
function slowed<T extends CompletedCell>(result: T, factor: number): T {
  const times = (estimate: Estimate | null): Estimate | null =>
    estimate && {
      value: estimate.value * factor,
      low: estimate.low && estimate.low * factor,
      high: estimate.high && estimate.high * factor,
    };
  const of = <L extends LatencySummary>(latencyUs: L): L => {
    const { p50, p90, p99 } = latencyUs;
    return { ...latencyUs, p50: times(p50), p90: times(p90), p99: times(p99) };
  };
  const trials = result.trials.map((trial) => ({ ...trial, latencyUs: of(trial.latencyUs) }));
  return { ...result, latencyUs: of(result.latencyUs), trials };
}

/** The golden document with its delivery cells again and again, each time with another number of subscribers. */
function large(cells: number, id: string, factor = 1): RunDocument {
  const document = readRunDocument(readFileSync(SAMPLE, 'utf8'), SAMPLE);
  const originals = deliveryCells(document);
  const results = Array.from({ length: cells }, (_, at) => {
    const result = originals[at % originals.length] as (typeof originals)[number];
    const subscribers = 100 + Math.floor(at / originals.length);
    const cell = {
      ...result.cell,
      id: result.cell.id.replace('subscribers=100', `subscribers=${subscribers}`),
      subscribers,
    };
    return { ...slowed(result, factor), cell };
  });
  const plan = { ...document.plan, cells: results.map(({ cell }) => cell), trials: [] };
  return { ...document, id, cells: results, plan, comparisons: [] };
}

/** The seconds that a run of this program with these arguments takes, and the most memory it had. */
function timed(args: readonly string[]): { seconds: number; peakBytes: number | null; status: number | null } {
  const startUs = nowUs();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', process.execPath, ...args], { encoding: 'utf8' });
  const kilobytes = Number(stderr.trim().split('\n').at(-1));
  return {
    seconds: (nowUs() - startUs) / 1e6,
    peakBytes: Number.isFinite(kilobytes) ? kilobytes * 1024 : null,
    status,
  };
}

function benchCompare(cells: number, rounds: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-compare-'));
  try {
    const documents = { base: large(cells, 'base'), same: large(cells, 'same'), worse: large(cells, 'worse', 2) };
    const [base, head, worse] = Object.entries(documents).map(([id, document]) => {
      const path = join(folder, `${id}.json`);
      writeFileSync(path, JSON.stringify(document));
      return path;
    }) as [string, string, string];
    // As `npm run bench` starts it.
    const bench = ['--import', join(import.meta.dirname, 'require-node.mjs'), join(import.meta.dirname, 'bench.ts')];
    const contestants = {
      'compare, nothing changed': [...bench, 'compare', base, head],
      'compare, all got worse': [...bench, 'compare', base, worse],
      'JSON.parse of both': [
        '-e',
        `for (const path of ${JSON.stringify([base, head])}) JSON.parse(require('fs').readFileSync(path, 'utf8'))`,
      ],
      'node that does nothing': ['-e', ''],
    };
    const times = new Map<string, ReturnType<typeof timed>[]>(Object.keys(contestants).map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, args] of Object.entries(contestants)) times.get(name)?.push(timed(args));
    }
    process.stdout.write(
      `two documents of ${cells} cells, ${formatBytes(statSync(base).size)} each; medians of ${rounds} rounds\n`,
    );
    for (const [name, all] of times) {
      const seconds = median(all.map((each) => each.seconds)) ?? Number.NaN;
      const peak = median(all.map((each) => each.peakBytes));
      process.stdout.write(
        `${name.padEnd(24)} ${seconds.toFixed(2).padStart(6)} s  ${peak === null ? '' : formatBytes(peak)}  exit ${all[0]?.status}\n`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const program = new Command('bench-compare')
  .description('How long a comparison of two large documents takes, and how much memory.')
  .option('--cells <N>', 'delivery cells of each document', wholeNumber(1, 100_000), 500)
  .option('--rounds <N>', 'interleaved repetitions', wholeNumber(1, 100_000), 5)
  .action(({ cells, rounds }: { cells: number; rounds: number }) => benchCompare(cells, rounds));
await program.parseAsync();
