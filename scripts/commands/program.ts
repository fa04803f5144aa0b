import { Command, Option } from 'commander';
import { readTool } from '../run/environment.ts';
import { conformance } from './conformance.ts';
import { doctor } from './doctor.ts';
import { list } from './list.ts';
import { type ReportOptions, report, reportFormats } from './report.ts';
import { type RunOptions, run } from './run.ts';

/** The command line: every command with its options. Actions set `process.exitCode`. */
export function createProgram(): Command {
  const program = new Command('npm run bench --')
    .description(
      'How should a server push events to its clients? Measures polling, long-polling, SSE, HTTP streaming and WebSocket\n' +
        'on one and the same verified feed. Without a command it runs the scenario "quick".',
    )
    .version(readTool().version)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');

  program
    .command('run', { isDefault: true })
    .description('run a scenario: prints a table, writes run.json and report.html')
    .argument('[scenario]', 'a name from `list`, or the path of a YAML file', 'quick')
    .option('--transports <ids>', 'only these transports, separated by commas')
    .option('--servers <names>', 'only these servers, separated by commas')
    .option('--trials <n>', 'repetitions of each cell')
    .option('--seed <n>', 'seed of feed, order and phases: the same seed gives the same plan and feed')
    .option('--out <folder>', 'where run.json and report.html go (default: results/runs/<id>)')
    .option(
      '--find-capacity [axis]',
      'search the highest rate, number of subscribers, or both, that hold the objective',
    )
    .option('--objective <text>', 'what must hold, with --find-capacity (default: "p99 < 50ms")')
    .option('--up-to <n>', 'search no higher than this, with --find-capacity rate or subscribers')
    .option(
      '--until-ci <percent>',
      'go on until p50 and p99 of every cell have 95 % intervals within ± so much, such as 5%',
    )
    .option('--budget <time>', 'go on no longer than this in all, with --until-ci (default: 10m)')
    .option('--isolate', 'insist on a network namespace of its own (default: when possible without asking for rights)')
    .option('--no-isolate', 'use the loopback that all programs share')
    .option('--live [port]', 'show the report while the run goes on: on 127.0.0.1 at this port (default: a free one)')
    .option('--plan', 'print the plan and start nothing')
    .option('--quiet', 'no plan and no progress, only the result')
    .option('--json', 'print the run document (with --plan: the plan) as JSON instead of text')
    .action((scenario: string, options: RunOptions) => run(scenario, options));

  program
    .command('report')
    .description('make a report of one or more runs: a page, or the same figures for other programs')
    .argument('<run.json...>', 'documents written by `run`, also packed with gzip or within a report.html')
    .addOption(
      new Option('--format <format>', 'md: a summary; csv: a line for each figure; hlog: histograms of HdrHistogram')
        .choices(reportFormats)
        .default('html'),
    )
    .option(
      '-o, --output <file>',
      'where to write it; - is standard output (default: report.html beside the document, runs.html here for several, standard output for other formats)',
    )
    .action((paths: string[], options: ReportOptions) => report(paths, options));

  program
    .command('conformance')
    .description('check servers against the contract (servers/CONTRACT.md) with independent clients')
    .argument('[server]', 'a name from `list` (default: all)')
    .action((server: string | undefined) => conformance(server));

  program.command('doctor').description('look at this machine: what is ok, what is not, what to do').action(doctor);

  program.command('list').description('list scenarios, servers and transports').action(list);

  return program;
}
