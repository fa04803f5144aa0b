import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { comparisonsOf } from '../results/comparisons.ts';
import { mergeTrials, type TrialRecord } from '../results/merge-trials.ts';
import type { CellComparison, ComparedQuantity } from '../results/run-document.ts';
import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import { deriveSeed, seededRandom } from '../servers/contract/random.ts';
import { type TransportId, type TransportOptions, transportIds } from '../servers/contract/transports.ts';
import type { Server } from '../servers/launch/discover.ts';
import { registeredServers } from './commands/servers.ts';
import { enterPrivateNetwork } from './run/isolation.ts';
import { runTrial } from './run/trial.ts';

/*
 * The A/A test of the instrument: each transport against itself, in real runs of short trials. Whatever difference it
 * claims here is false; with a significance of 5 % that is one comparison in twenty at most.
 */

const phases: Phases = { warmupMs: 200, measureMs: 500, drainMs: 2_000 };
/** Enough for a claim between two cells, and as many as `quick` has. */
const TRIALS = 6;
const SEED = 1;

const transportOptions: TransportOptions = {
  polling: { intervalMs: 50, keepAlive: true },
  'long-polling': { keepAlive: true },
  sse: {},
  'http-stream': {},
  websocket: {},
};

function cellOf(transport: TransportId, side: 'a' | 'b'): DeliveryCell {
  return {
    kind: 'delivery',
    id: `${side}/${transport}`,
    server: 'fastify',
    transport,
    subscribers: 20,
    eventsPerSec: 100,
    payloadBytes: 128,
    schedule: { kind: 'poisson' },
    transportOptions: transportOptions[transport],
    headers: 'bare',
    serverOptions: {},
  };
}

/** One comparison of a transport with itself: a few trials of each side, in turns, the order of a turn at random. */
async function compareWithItself(transport: TransportId, seed: number, server: Server, folder: string) {
  const signal = new AbortController().signal;
  const random = seededRandom(seed);
  const records: Record<'a' | 'b', TrialRecord[]> = { a: [], b: [] };
  for (let trial = 1; trial <= TRIALS; trial += 1) {
    for (const side of random() < 0.5 ? (['a', 'b'] as const) : (['b', 'a'] as const)) {
      const cell = cellOf(transport, side);
      const planned = { cellId: cell.id, trial, seed: deriveSeed(seed, trial) };
      records[side].push(await runTrial({ cell, planned, phases, server, folder, signal, onPhase: () => {} }));
    }
  }
  const cells = (['a', 'b'] as const).map((side) => mergeTrials(cellOf(transport, side), phases, records[side]));
  return { valid: cells.every((cell) => cell.validity.ok), comparisons: comparisonsOf({ cells }) };
}

const isClaim = ({ verdict }: CellComparison) => verdict === 'faster' || verdict === 'slower';

async function benchAa(rounds: number): Promise<void> {
  enterPrivateNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'bench-aa-'));
  const server = registeredServers().get('fastify') as Server;
  const all: CellComparison[] = [];
  let invalidCount = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const transport of transportIds) {
        const seed = deriveSeed(SEED, round, transportIds.indexOf(transport));
        const { valid, comparisons } = await compareWithItself(transport, seed, server, folder);
        if (!valid) invalidCount += 1;
        all.push(...comparisons);
        const [p50] = comparisons;
        const { ratio, p, verdict } = p50 as CellComparison;
        const interval = `${ratio.low?.toFixed(3)} to ${ratio.high?.toFixed(3)}`;
        process.stdout.write(
          `round ${round} ${transport.padEnd(12)} p50 a/b ${ratio.value.toFixed(3)} (${interval}), p ${p?.toFixed(3)}: ${verdict}\n`,
        );
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
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new InvalidArgumentError(`expected a whole number from 1 to 1000, got ${text}.`);
  }
  return rounds;
}

const program = new Command('bench-aa')
  .description(
    'Compares every transport with itself in real runs, and counts the differences it claims: all are false.',
  )
  .option('--rounds <N>', 'comparisons of each of the five transports', parseRounds, 8)
  .action(({ rounds }: { rounds: number }) => benchAa(rounds));
await program.parseAsync();
