import { Command, Option } from 'commander';
import { readTool } from '../run/environment.ts';
import { type BaselineSaveOptions, saveBaseline } from './baseline.ts';
import { type BaselineShowOptions, showBaselines } from './baseline-show.ts';
import { compare } from './compare.ts';
import type { CompareCommandOptions } from './compare-options.ts';
import { conformance } from './conformance.ts';
import { doctor } from './doctor.ts';
import { list } from './list.ts';
import { type ReportOptions, report } from './report.ts';
import { reportFormats } from './report-output.ts';
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
    .argument('[run.json...]', 'documents written by `run`, also packed with gzip or within a report.html')
    .addOption(
      new Option('--format <format>', 'md: a summary; csv: a line for each figure; hlog: histograms of HdrHistogram')
        .choices(reportFormats)
        .default('html'),
    )
    .option(
      '-o, --output <file>',
      'where to write it; - is standard output (default: report.html beside the document, runs.html here for several, history.html here for a history, standard output for other formats)',
    )
    .option('--history <folder>', 'instead of documents: all runs in a folder, as trends over time (html, csv or json)')
    .action((paths: string[], options: ReportOptions) => report(paths, options));

  program
    .command('compare')
    .description('compare runs, the head against the base, and fail when something got worse or is missing')
    .argument('[base]', 'a document of `run`, a folder of them, or several joined by commas')
    .argument('[head]', 'the same, of the version that is to be judged')
    .option(
      '--interleave <commands...>',
      'two shell commands, of base and head, run in turns; {out} in them becomes the folder of the document, without it --out FOLDER is added',
    )
    .option('--base-dir <folder>', 'a checkout of this project, run in turns with --head-dir')
    .option('--head-dir <folder>', 'the checkout that is to be judged')
    .option('--scenario <name>', 'what the checkouts run (default: quick)')
    .option('--trials <n>', 'trials of each run of a checkout (default: 1)')
    .option('--rounds <n>', 'how often both versions run (default: 6)')
    .option('--out <folder>', 'where the documents of the rounds go (default: results/runs/<id>)')
    .option('--margin <percent>', 'timed figures that differ by no more are the same (default: 5%)')
    .option('--tolerance <percent>', 'counted figures that differ by no more are the same (default: 0.5%)')
    .addOption(
      new Option('--undecided <way>', 'whether changes that nothing can be said of let it pass')
        .choices(['pass', 'fail'])
        .default('pass'),
    )
    .option('--force', 'compare runs of different plans or environments all the same')
    .option('--summary <file>', 'markdown for a step summary, at most 900 KB')
    .option('--comment <file>', 'markdown for a comment, at most 60 KB')
    .option('--junit <file>', 'JUnit XML, a case for each cell and metric')
    .option('--csv <file>', 'a line for each cell and metric')
    .option('--benchmark-action <file>', 'JSON of github-action-benchmark (customSmallerIsBetter)')
    .option('--badge <file>', 'a badge, SVG')
    .option('--html <file>', 'a page')
    .option('--json', 'print the comparison as JSON instead of text (results/compare/comparison.schema.json)')
    .action((base: string | undefined, head: string | undefined, options: CompareCommandOptions) =>
      compare(base, head, options),
    );

  const baseline = program.command('baseline').description('keep a run as what later ones are compared with');

  baseline
    .command('save')
    .description('write the document of a run where `compare` finds it, packed')
    .argument('<run.json>', 'what `report` reads: run.json, run.json.gz or report.html')
    .argument('[file]', '*.json.gz or *.json (default: baselines/<scenario>.json.gz)')
    .option('--force', 'also a run that is interrupted, not valid or incomplete, and in place of a file that is no run')
    .action((run: string, file: string | undefined, options: BaselineSaveOptions) => saveBaseline(run, file, options));

  baseline
    .command('show')
    .description('what a baseline is of, and its figures')
    .argument('[path]', 'a file, or a folder of them', 'baselines')
    .option('--json', 'print it as JSON instead of text')
    .action((path: string, options: BaselineShowOptions) => showBaselines(path, options));

  program
    .command('conformance')
    .description('check servers against the contract (servers/CONTRACT.md) with independent clients')
    .argument('[server]', 'a name from `list` (default: all)')
    .action((server: string | undefined) => conformance(server));

  program.command('doctor').description('look at this machine: what is ok, what is not, what to do').action(doctor);

  program.command('list').description('list scenarios, servers and transports').action(list);

  return program;
}
