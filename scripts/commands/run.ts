import { join } from 'node:path';
import { renderTerminal } from '../../results/report/terminal.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { SCHEMA_VERSION } from '../../results/run-document.ts';
import type { Plan } from '../../scenarios/cell.ts';
import { formatPlan } from '../../scenarios/format-plan.ts';
import { type LoadedScenario, loadScenario } from '../../scenarios/load.ts';
import { planScenario } from '../../scenarios/plan.ts';
import { ScenarioError } from '../../scenarios/problems.ts';
import { calendarTime } from '../../servers/contract/clock.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { runPlan } from '../run/coordinator.ts';
import { projectFolder, readEnvironment, readTool } from '../run/environment.ts';
import { interruption } from '../run/interruption.ts';
import { describeFeeds } from '../run/planned-feeds.ts';
import { RunFolder } from '../run/run-folder.ts';
import { offeredTransports, registeredServers } from './servers.ts';

/** The options of `run`, as typed. */
export interface RunOptions {
  transports?: string;
  servers?: string;
  trials?: string;
  seed?: string;
  out?: string;
  plan?: boolean;
  quiet?: boolean;
  json?: boolean;
}

interface Prepared {
  loaded: LoadedScenario;
  plan: Plan;
}

function listOption(text: string | undefined): string[] | undefined {
  return text?.split(',').map((part) => part.trim());
}

/** Scenario and options together, so that everything wrong with either is said at once. */
function prepare(scenarioName: string, options: RunOptions): Prepared {
  const problems: string[] = [];
  const wholeNumber = (name: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) problems.push(`--${name}: found "${text}"; give a whole number`);
    return Number(text);
  };
  const attempt = <T>(action: () => T): T | null => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(error.message);
      return null;
    }
  };
  const trials = wholeNumber('trials', options.trials);
  const seed = wholeNumber('seed', options.seed);
  const numbersAreGood = problems.length === 0;
  const loaded = attempt(() => loadScenario(scenarioName));
  const overrides = {
    transports: listOption(options.transports),
    servers: listOption(options.servers),
    trials: numbersAreGood ? trials : undefined,
    seed: numbersAreGood ? seed : undefined,
  };
  const plan = loaded && attempt(() => planScenario(loaded.scenario, overrides, offeredTransports()));
  if (loaded === null || plan === null || problems.length > 0) throw new UsageError(problems.join('\n'));
  return { loaded, plan };
}

function newDocument({ loaded, plan }: Prepared, command: string): RunDocument {
  const startedAt = calendarTime();
  const stamp = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return {
    kind: 'transport-bench-run',
    schemaVersion: SCHEMA_VERSION,
    id: `${stamp}-${loaded.scenario.name}`,
    status: 'running',
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    command,
    tool: readTool(),
    environment: readEnvironment(),
    scenario: { name: loaded.scenario.name, question: loaded.scenario.question, yaml: loaded.yaml },
    plan,
    cells: [],
    warnings: [],
  };
}

/** The command that repeats this run: the options that change what is measured, and the seed whether given or not. */
function repeatCommand(scenario: string, options: RunOptions, plan: Plan): string {
  const parts = [
    'npm run bench -- run',
    /[^\w./-]/.test(scenario) ? `'${scenario.replaceAll("'", "'\\''")}'` : scenario,
  ];
  for (const name of ['transports', 'servers', 'trials'] as const) {
    if (options[name] !== undefined) parts.push(`--${name} ${options[name]}`);
  }
  return [...parts, `--seed ${plan.seed}`].join(' ');
}

function openFolder(path: string): RunFolder {
  try {
    return new RunFolder(path);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function exitCodeOf(document: RunDocument, folder: RunFolder): number {
  if (document.status === 'interrupted') return EXIT.interrupted;
  const whole = document.cells.every((cell) => cell.outcome === 'completed' && cell.validity.ok);
  return whole && folder.failures.length === 0 ? EXIT.ok : EXIT.invalid;
}

/** `run`: everything from the scenario to the report. */
export async function run(scenarioName: string, options: RunOptions): Promise<void> {
  const prepared = prepare(scenarioName, options);
  const { plan } = prepared;
  if (options.plan) {
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...plan, feeds: describeFeeds(plan) }, null, 1)}\n`
        : formatPlan(plan, offeredTransports()),
    );
    return;
  }
  const document = newDocument(prepared, repeatCommand(scenarioName, options, plan));
  const folder = openFolder(options.out ?? join(projectFolder, 'results', 'runs', document.id));
  const say = (text: string) => {
    if (!options.quiet) process.stderr.write(text);
  };
  say(`${formatPlan(plan, offeredTransports())}\n`);

  const signal = interruption(() => say('\ninterrupted: stopping, then writing what there is\n'));
  await runPlan({
    document,
    servers: registeredServers(),
    folder,
    signal,
    output: {
      write: say,
      isTTY: process.stderr.isTTY === true && !options.quiet,
      columns: process.stderr.columns ?? 80,
    },
  });
  folder.writeDocument(document);

  if (options.json) process.stdout.write(`${JSON.stringify(document)}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env['NO_COLOR'];
    process.stdout.write(renderTerminal(document, { color, width: process.stdout.columns ?? 120 }));
  }
  folder.writeReport(document);
  const written = `report    ${folder.reportPath}\ndocument  ${folder.documentPath}\n`;
  if (folder.failures.length > 0) process.stderr.write(`error: ${folder.failures.join('\nerror: ')}\n`);
  else if (options.json) say(written);
  else process.stdout.write(`\n${written}`);
  process.exitCode = exitCodeOf(document, folder);
}
