import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { compareRuns } from '../results/compare/compare-runs.ts';
import { type Gate, gateOf } from '../results/compare/gate.ts';
import { poolRounds, poolRuns } from '../results/compare/pool-runs.ts';
import { deliveryCells } from '../results/labels.ts';
import { formatUs } from '../results/numbers.ts';
import type { RunDocument } from '../results/run-document.ts';
import type { TransportId } from '../servers/contract/transports.ts';
import type { Server } from '../servers/launch/discover.ts';
import { discoverServers } from '../servers/launch/discover.ts';
import { disturbOneCore } from './bench-gate/busy-core.ts';
import { type Plant, plantedOn } from './bench-gate/plants.ts';
import { type Bench, block, documentOf, shortRun } from './bench-gate/short-run.ts';
import { enterPrivateNetwork } from './run/isolation.ts';
import { SHORT_TRIALS } from './short-cell.ts';
import { wholeNumber } from './whole-number.ts';

/*
 * Whether the gate cries wolf, and whether it sleeps. Runs of the same code are compared while one core is disturbed: every
 * alarm is false. Then a server is made worse in one known way at a time: each is to be found.
 */

const TRANSPORTS: readonly TransportId[] = ['long-polling', 'sse'];
/** What is exact needs no more. */
const TRIALS_OF_COUNTS = 3;

type Way = 'one after the other' | 'in turns';

/** Both versions in turns, ABBA: a run of one trial at a time. */
async function inTurns(
  transports: readonly TransportId[],
  bench: Bench,
): Promise<readonly [RunDocument[], RunDocument[]]> {
  const base: RunDocument[] = [];
  const head: RunDocument[] = [];
  for (let round = 1; round <= SHORT_TRIALS; round += 1) {
    for (const side of round % 2 === 1 ? [base, head] : [head, base]) {
      side.push(documentOf([await block(transports, round, { kind: 'none' }, bench)], bench));
    }
  }
  return [base, head];
}

function judge(base: readonly RunDocument[], head: readonly RunDocument[], isPaired: boolean): Gate {
  const [before, after] = isPaired ? poolRounds(base, head) : [poolRuns(base), poolRuns(head)];
  return gateOf(compareRuns(before, after, { isPaired }), []);
}

const claims = ({ regressions, improvements }: Gate) => ({
  worse: regressions.map(({ cellId, change }) => `${cellId} ${change.metric.key} ${describe(change)}`),
  better: improvements.map(({ cellId, change }) => `${cellId} ${change.metric.key} ${describe(change)}`),
});

function describe({ ratio, delta }: Gate['regressions'][number]['change']): string {
  return ratio === null
    ? `${delta}`
    : `x ${ratio.value.toFixed(3)} (${ratio.low?.toFixed(3)} to ${ratio.high?.toFixed(3)})`;
}

/** Comparisons of the same code with itself. Returns how many ended in a false alarm. */
async function falseAlarms(way: Way, comparisons: number, bench: Bench): Promise<void> {
  const outcomes: Gate[] = [];
  for (let at = 1; at <= comparisons; at += 1) {
    const [base, head] =
      way === 'in turns'
        ? await inTurns(TRANSPORTS, bench)
        : [
            [await shortRun(TRANSPORTS, { kind: 'none' }, bench)],
            [await shortRun(TRANSPORTS, { kind: 'none' }, bench)],
          ];
    const gate = judge(base, head, way === 'in turns');
    outcomes.push(gate);
    const { worse, better } = claims(gate);
    const claimed = [...worse.map((each) => `worse ${each}`), ...better.map((each) => `better ${each}`)];
    process.stdout.write(
      `same code ${way} ${at}: ${gate.outcome}, ${gate.sameCount} same, ${gate.undecided.length} undecided${claimed.map((each) => `; ${each}`).join('')}${[...new Set(gate.missing.map(({ reason }) => `; ${reason}`))].join('')}\n`,
    );
  }
  const count = (outcome: Gate['outcome']) => outcomes.filter((gate) => gate.outcome === outcome).length;
  const cells = outcomes.flatMap(({ missing }) => missing).length;
  process.stdout.write(
    `same code, ${way}: ${count('regression')} false alarms in ${comparisons}; ${count('pass')} passed, ${count('incomplete')} incomplete (${cells} times a cell was not valid); ${outcomes.filter(({ improvements }) => improvements.length > 0).length} with a false improvement\n\n`,
  );
}

/** How long a sleep makes the median so much longer. */
function sleepFor(document: RunDocument, transport: TransportId, share: number): Plant {
  const result = deliveryCells(document).find(({ cell }) => cell.transport === transport);
  return { kind: 'sleep', sleepUs: Math.round((result?.latencyUs.p50?.value ?? Number.NaN) * share) };
}

async function plants(rounds: number, bench: Bench): Promise<void> {
  const found = new Map<string, string[]>();
  for (let round = 1; round <= rounds; round += 1) {
    const base = await shortRun(TRANSPORTS, { kind: 'none' }, bench);
    const planted: [string, Plant][] = [
      ['+1 byte per delivery', { kind: 'byte' }],
      ['+1 request in a trial', { kind: 'request' }],
      ['+1 connection in a trial', { kind: 'connection' }],
      ['1 event lost by one subscriber', { kind: 'loss' }],
      ['p50 +50 %', sleepFor(base, plantedOn.sleep.transport, 0.5)],
      ['p50 +10 %', sleepFor(base, plantedOn.sleep.transport, 0.1)],
    ];
    for (const [name, plant] of planted) {
      if (plant.kind === 'none') continue;
      const { transport, metric } = plantedOn[plant.kind];
      const only = deliveryCells(base).filter(({ cell }) => cell.transport === transport);
      const plan = { ...base.plan, cells: only.map(({ cell }) => cell) };
      const head = await shortRun([transport], plant, bench, plant.kind === 'sleep' ? SHORT_TRIALS : TRIALS_OF_COUNTS);
      const comparison = compareRuns(poolRuns([{ ...base, plan, cells: only }]), poolRuns([head]));
      const change = comparison.cells[0]?.changes.find((each) => each.metric.key === metric);
      const verdict = change?.verdict ?? `none (${change?.note ?? 'no change'})`;
      found.set(name, [...(found.get(name) ?? []), verdict]);
      const sleep = plant.kind === 'sleep' ? ` by ${formatUs(plant.sleepUs)}` : '';
      process.stdout.write(
        `round ${round} ${name}${sleep}: ${verdict}${change === undefined ? '' : ` ${describe(change)}`}, ${gateOf(comparison, []).outcome}\n`,
      );
    }
  }
  for (const [name, verdicts] of found) {
    const counts = [...Map.groupBy(verdicts, (verdict) => verdict)].map(([verdict, all]) => `${verdict} ${all.length}`);
    process.stdout.write(`${name.padEnd(32)} ${counts.join(', ')} of ${verdicts.length}\n`);
  }
}

interface Counts {
  afterEachOther: number;
  inTurns: number;
  planted: number;
}

async function benchGate({ afterEachOther, inTurns: turns, planted }: Counts): Promise<void> {
  const { done: _, ...network } = enterPrivateNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'bench-gate-'));
  const server = discoverServers(join(import.meta.dirname, 'bench-gate')).get('planted') as Server;
  const bench = { server, folder, network };
  try {
    if (afterEachOther + turns > 0) {
      using _disturbance = disturbOneCore(availableParallelism() - 1);
      await falseAlarms('one after the other', afterEachOther, bench);
      await falseAlarms('in turns', turns, bench);
    }
    await plants(planted, bench);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const program = new Command('bench-gate')
  .description('Counts the false alarms of the gate while one core is disturbed, and the regressions that it finds.')
  .option('--after-each-other <N>', 'comparisons of the same code, run after run', wholeNumber(0, 1000), 20)
  .option('--in-turns <N>', 'comparisons of the same code, run in turns', wholeNumber(0, 1000), 20)
  .option('--planted <N>', 'times that each regression is planted', wholeNumber(0, 1000), 20)
  .action((counts: Counts) => benchGate(counts));
await program.parseAsync();
