import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { comparisonsOf } from '../results/comparisons.ts';
import { mergeTrials, type TrialRecord } from '../results/merge-trials.ts';
import { formatUs } from '../results/numbers.ts';
import type { CellComparison, ComparedQuantity } from '../results/run-document.ts';
import { median } from '../results/summarize.ts';
import type { Phases } from '../scenarios/cell.ts';
import { deriveSeed, seededRandom } from '../servers/contract/random.ts';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import type { Server } from '../servers/launch/discover.ts';
import { WatchedRun, type WatchersCpu } from './bench-aa/watched-run.ts';
import { registeredServers } from './commands/servers.ts';
import { enterPrivateNetwork } from './run/isolation.ts';
import { runTrial } from './run/trial.ts';
import { SHORT_TRIALS, shortCell } from './short-cell.ts';
import { wholeNumber } from './whole-number.ts';

/*
 * The A/A test of the instrument: each transport against itself, in real runs of short trials. Whatever difference it
 * claims here is false; with a significance of 5 % that is one comparison in twenty at most. With --live the trials of one
 * side are watched, as with `run --live`; a difference would then be what watching does to the figures.
 */

const phases: Phases = { warmupMs: 200, measureMs: 500, drainMs: 2_000 };
const SEED = 1;

const cellOf = (transport: TransportId, side: Side) => shortCell(`${side}/${transport}`, 'fastify', transport);

type Side = 'a' | 'b';

/** The sides of all trials: the order of a turn at random; ABBA when watched, so that a browser is started every other turn. */
function order(seed: number, live: boolean): Side[] {
  const random = seededRandom(seed);
  return Array.from({ length: SHORT_TRIALS }, (_, turn): Side[] =>
    (live ? turn % 2 === 0 : random() < 0.5) ? ['a', 'b'] : ['b', 'a'],
  ).flat();
}

/** One comparison of a transport with itself: a few trials of each side, in turns. With `live` side b is watched. */
async function compareWithItself(transport: TransportId, seed: number, server: Server, folder: string, live: boolean) {
  const signal = new AbortController().signal;
  const watchers: WatchersCpu[] = [];
  const records: Record<Side, TrialRecord[]> = { a: [], b: [] };
  let watched: WatchedRun | null = null;
  try {
    for (const side of order(seed, live)) {
      if (live && side === 'b') watched ??= await WatchedRun.open(folder);
      else if (watched !== null) {
        await watched.close();
        watched = null;
      }
      const cell = cellOf(transport, side);
      const trial = records[side].length + 1;
      const planned = { cellId: cell.id, trial, seed: deriveSeed(seed, trial) };
      await watched?.beforeTrial();
      const samples = new Map<string, WatchersCpu | null>();
      const onPhase = (phase: string) => samples.set(phase, watched?.cpu() ?? null);
      records[side].push(await runTrial({ cell, planned, phases, server, folder, signal, onPhase }));
      const [before, after] = [samples.get('measure'), samples.get('drain')];
      if (before == null || after == null) continue;
      watchers.push({
        liveProcessUs: after.liveProcessUs - before.liveProcessUs,
        browserUs: after.browserUs - before.browserUs,
      });
    }
  } finally {
    await watched?.close();
  }
  const cells = (['a', 'b'] as const).map((side) => mergeTrials(cellOf(transport, side), phases, records[side]));
  return { valid: cells.every((cell) => cell.validity.ok), comparisons: comparisonsOf({ cells }), watchers };
}

/** What is told of each round. */
const shown = (live: boolean): ComparedQuantity[] =>
  live ? ['latencyUs.p50', 'serverUsage.cpuUsPerDelivery'] : ['latencyUs.p50'];

const isClaim = ({ verdict }: CellComparison) => verdict === 'faster' || verdict === 'slower';

async function benchAa(rounds: number, live: boolean): Promise<void> {
  enterPrivateNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'bench-aa-'));
  const server = registeredServers().get('fastify') as Server;
  const all: CellComparison[] = [];
  const allWatchers: WatchersCpu[] = [];
  let invalidCount = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const transport of transportIds) {
        const seed = deriveSeed(SEED, round, transportIds.indexOf(transport));
        const { valid, comparisons, watchers } = await compareWithItself(transport, seed, server, folder, live);
        if (!valid) {
          invalidCount += 1;
          process.stdout.write(`round ${round} ${transport.padEnd(12)} not valid\n`);
        }
        all.push(...comparisons);
        allWatchers.push(...watchers);
        for (const { quantity, ratio, p, verdict } of comparisons.filter(({ quantity }) =>
          shown(live).includes(quantity),
        )) {
          const interval = `${ratio.low?.toFixed(3)} to ${ratio.high?.toFixed(3)}`;
          process.stdout.write(
            `round ${round} ${transport.padEnd(12)} ${quantity} a/b ${ratio.value.toFixed(3)} (${interval}), p ${p?.toFixed(3)}: ${verdict}\n`,
          );
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write('\nquantity                       comparisons  claims of a difference  same  undecided\n');
  for (const quantity of new Set<ComparedQuantity>(all.map((each) => each.quantity))) {
    const of = all.filter((each) => each.quantity === quantity);
    const count = (verdict: CellComparison['verdict']) => of.filter((each) => each.verdict === verdict).length;
    const claims = of.filter(isClaim).length;
    process.stdout.write(
      `${quantity.padEnd(30)} ${String(of.length).padStart(11)}  ${String(claims).padStart(22)}  ${String(count('same')).padStart(4)}  ${String(count('undecided')).padStart(9)}\n`,
    );
  }
  process.stdout.write(`comparisons with a cell that was not valid, and so left out: ${invalidCount}\n`);
  if (live) process.stdout.write(`${watchersText(allWatchers)}\n`);
}

/** What watching took while events were measured; this can be told however busy the machine is with other things. */
function watchersText(watchers: readonly WatchersCpu[]): string {
  const text = (key: keyof WatchersCpu) => {
    const values = watchers.map((each) => each[key]);
    const middle = median(values);
    return middle === null ? 'unknown' : `median ${formatUs(middle)}, most ${formatUs(Math.max(...values))}`;
  };
  return (
    `CPU in the measure phases of ${watchers.length} watched trials, each of ${phases.measureMs} ms: ` +
    `live process ${text('liveProcessUs')}; browser ${text('browserUs')}`
  );
}

const program = new Command('bench-aa')
  .description(
    'Compares every transport with itself in real runs, and counts the differences it claims: all are false.',
  )
  .option('--rounds <N>', 'comparisons of each of the five transports', wholeNumber(1, 1000), 8)
  .option(
    '--live',
    'watch the trials of side b as with `run --live`, with the page open in Chromium on this machine',
    false,
  )
  .action(({ rounds, live }: { rounds: number; live: boolean }) => benchAa(rounds, live));
await program.parseAsync();
