import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { calendarTime } from '../servers/contract/clock.ts';
import { judge } from './bench-driver/comparison.ts';
import { formatComparisons } from './bench-driver/format-comparison.ts';
import { groups } from './bench-driver/groups.ts';
import { EXIT } from './exit-codes.ts';
import { readEnvironment, readTool } from './run/environment.ts';
import { wholeNumber } from './whole-number.ts';

/** Fewer do not tell a difference from noise on an ordinary machine. */
const ROUNDS = 7;

interface Options {
  rounds: number;
  only: string[];
  json?: true;
}

function parseOnly(text: string): string[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`there is no ${unknown.join(', ')}; choose from ${Object.keys(groups).join(', ')}.`);
  }
  return names;
}

async function benchDriver({ rounds, only, json }: Options): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const startedAt = calendarTime().toISOString();
  const { cpuModel, cpuCount, kernel, nodeVersion, loadAverage1Min } = readEnvironment();
  const machine = `${cpuModel ?? 'unknown CPU'}, ${cpuCount} cores, ${kernel}, Node ${nodeVersion}`;
  if (json !== true)
    process.stdout.write(`${startedAt}\n${machine}, load ${loadAverage1Min.toFixed(2)}\n${rounds} rounds\n\n`);

  const tables = [];
  for (const name of only) {
    const group = groups[name] as (typeof groups)[string];
    try {
      const comparisons = await group.measure({
        rounds,
        progress: (what, round) => process.stderr.write(`${what}, round ${round} of ${rounds}\n`),
        signal: interrupted.signal,
      });
      tables.push({
        name,
        title: group.title,
        comparisons: comparisons.map((comparison) => ({ ...comparison, judged: judge(comparison) })),
      });
      if (json !== true) process.stdout.write(`${formatComparisons(group.title, comparisons)}\n`);
    } catch (error) {
      if (!interrupted.signal.aborted) throw error;
      process.exitCode = EXIT.interrupted;
      return;
    }
  }
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ kind: 'transport-bench-driver', tool: readTool(), startedAt, machine, loadAverage1Min, rounds, tables }, null, 2)}\n`,
    );
  }
}

try {
  await new Command('npm run bench:driver --')
    .description(
      'What does the load driver cost, and what do others that could take its place? Takes about 25 minutes.',
    )
    .option(
      '--rounds <n>',
      `measurements of each contestant; fewer than ${ROUNDS} say little`,
      wholeNumber(1, 1000),
      ROUNDS,
    )
    .option(
      '--only <tables>',
      `of ${Object.keys(groups).join(', ')}, separated by commas`,
      parseOnly,
      Object.keys(groups),
    )
    .option('--json', 'print every value and verdict as JSON instead of tables')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .action(benchDriver)
    .parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
