import { join } from 'node:path';
import { searchesWithoutAnswer } from '../../results/capacity/answer-text.ts';
import { formatSearchPlan } from '../../results/capacity/format-search-plan.ts';
import { planSearches, type SearchPlan } from '../../results/capacity/plan-searches.ts';
import { renderTerminal } from '../../results/report/terminal.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { SCHEMA_VERSION } from '../../results/run-document.ts';
import { failsRun, lacksData } from '../../results/thresholds/threshold-outcome.ts';
import type { Plan } from '../../scenarios/cell.ts';
import { formatPlan } from '../../scenarios/format-plan.ts';
import type { PrecisionGoal } from '../../scenarios/further-blocks.ts';
import { type LoadedScenario, loadScenario } from '../../scenarios/load.ts';
import { machineProblems, machineSuffices } from '../../scenarios/machine-problems.ts';
import { planScenario } from '../../scenarios/plan.ts';
import { ScenarioError } from '../../scenarios/problems.ts';
import type { MachineLimits } from '../../scenarios/process-layout.ts';
import { calendarTime } from '../../servers/contract/clock.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { LiveView, livePort, startLiveProcess } from '../live/live-view.ts';
import { runPlan } from '../run/coordinator.ts';
import { machineLimits, projectFolder, readEnvironment, readTool } from '../run/environment.ts';
import { findCapacity, newSearchSection } from '../run/find-capacity.ts';
import { interruption } from '../run/interruption.ts';
import { enterPrivateNetwork, type Network, PRIVATE_NETWORK_NEEDS, possibleNetwork } from '../run/isolation.ts';
import { mostSubscribers } from '../run/most-subscribers.ts';
import { describeFeeds } from '../run/planned-feeds.ts';
import { describeProcesses } from '../run/planned-processes.ts';
import { publisherPriority } from '../run/publisher-priority.ts';
import { folderName, RunFolder } from '../run/run-folder.ts';
import { buildAhead, noteBuilt } from '../run/server-readiness.ts';
import { shellWord } from '../shell-word.ts';
import { type CapacityOptions, readCapacityRequest } from './capacity-request.ts';
import { type PrecisionOptions, readPrecisionGoal } from './precision-request.ts';
import { offeredTransports, registeredServers } from './servers.ts';

/** The options of `run`, as typed. */
export interface RunOptions extends CapacityOptions, PrecisionOptions {
  transports?: string;
  servers?: string;
  trials?: string;
  seed?: string;
  out?: string;
  /** Undefined: when possible. */
  isolate?: boolean;
  /** The port, as typed; true: any free one. */
  live?: string | true;
  plan?: boolean;
  quiet?: boolean;
  json?: boolean;
}

interface Prepared {
  loaded: LoadedScenario;
  plan: Plan;
  /** With --find-capacity: what is searched instead of running the plan. */
  search: SearchPlan | null;
  /** With --until-ci: what further trials are made for. */
  goal: PrecisionGoal | null;
  limits: MachineLimits;
  network: Network;
}

function listOption(text: string | undefined): string[] | undefined {
  return text?.split(',').map((part) => part.trim());
}

/** Scenario and options together, so that everything wrong with either is said at once. */
function prepare(scenarioName: string, options: RunOptions, network: Network): Prepared {
  const problems: string[] = [];
  if (options.isolate && network.scope === 'host') {
    problems.push(`--isolate: ${network.reason}; ${PRIVATE_NETWORK_NEEDS}, or leave --isolate out`);
  }
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
  if (options.live !== undefined && livePort(options.live) === null) {
    problems.push(`--live: found "${options.live}"; give a port from 1 to 65535, or put --live last to get a free one`);
  }
  const trials = wholeNumber('trials', options.trials);
  const seed = wholeNumber('seed', options.seed);
  const limits = machineLimits();
  const request = readCapacityRequest(options, options.trials, problems);
  const goal = readPrecisionGoal(options, options.findCapacity !== undefined, problems);
  const numbersAreGood = problems.length === 0;
  const loaded = attempt(() => loadScenario(scenarioName));
  const overrides = {
    transports: listOption(options.transports),
    servers: listOption(options.servers),
    trials: numbersAreGood ? trials : undefined,
    seed: numbersAreGood ? seed : undefined,
  };
  const plan = loaded && attempt(() => planScenario(loaded.scenario, overrides, offeredTransports()));
  const search =
    plan &&
    request &&
    attempt(() =>
      planSearches(plan, request, offeredTransports(), (cell) =>
        mostSubscribers(cell, (candidate) => machineSuffices(candidate, plan.phases, limits)),
      ),
    );
  if (loaded === null || plan === null || problems.length > 0) throw new UsageError(problems.join('\n'));
  return { loaded, plan: search ? planOfSearch(plan, search) : plan, search, goal, limits, network };
}

/**
 * The plan as the document of a search keeps it: its cells are the points where the searches begin, its trials open. A
 * search measures none of them as such, so there is nothing to hold thresholds against.
 */
function planOfSearch({ thresholds: _, ...plan }: Plan, search: SearchPlan): Plan {
  const cells = plan.cells.filter((cell) => cell.kind === 'delivery');
  return { ...plan, cells, trials: [], trialsPerCell: 1, estimateMs: Math.round(search.longestMs) };
}

/** A search with thresholds says that it holds nothing against them, so that nobody takes its end for a pass. */
function thresholdsOfSearch({ scenario: { thresholds } }: LoadedScenario): string {
  return thresholds.length === 0
    ? ''
    : '  thresholds   not judged: a search does not measure the cells they are about\n';
}

function newDocument({ loaded, plan, search, network }: Prepared, command: string): RunDocument {
  const startedAt = calendarTime();
  return {
    kind: 'transport-bench-run',
    schemaVersion: SCHEMA_VERSION,
    id: folderName(startedAt, loaded.scenario.name),
    status: 'running',
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    command,
    tool: readTool(),
    environment: { ...readEnvironment(), network, publisherPriority: publisherPriority() },
    scenario: { name: loaded.scenario.name, question: loaded.scenario.question, yaml: loaded.yaml },
    plan,
    calibration: [],
    cells: [],
    comparisons: [],
    ...(search === null ? {} : { capacitySearch: newSearchSection(search) }),
    warnings: [],
  };
}

/** The command that repeats this run: the options that change what is measured, and the seed whether given or not. */
function repeatCommand(scenario: string, options: RunOptions, plan: Plan): string {
  const parts = ['npm run bench -- run', shellWord(scenario)];
  for (const name of ['transports', 'servers', 'trials'] as const) {
    if (options[name] !== undefined) parts.push(`--${name} ${shellWord(options[name])}`);
  }
  if (options.findCapacity !== undefined) {
    parts.push(options.findCapacity === true ? '--find-capacity' : `--find-capacity ${options.findCapacity}`);
  }
  if (options.objective !== undefined) parts.push(`--objective ${shellWord(options.objective)}`);
  if (options.upTo !== undefined) parts.push(`--up-to ${options.upTo}`);
  if (options.untilCi !== undefined) parts.push(`--until-ci ${options.untilCi.replaceAll(' ', '')}`);
  if (options.budget !== undefined) parts.push(`--budget ${options.budget.replaceAll(' ', '')}`);
  if (options.isolate !== undefined) parts.push(options.isolate ? '--isolate' : '--no-isolate');
  return [...parts, `--seed ${plan.seed}`].join(' ');
}

function openFolder(path: string): RunFolder {
  try {
    return new RunFolder(path);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/**
 * A failed threshold goes before what is missing: it failed on data that is valid, so it is sure whatever else is missing,
 * and a caller who repeats a run that ends with 3 must not repeat this one.
 */
function exitCodeOf(document: RunDocument, folder: RunFolder): number {
  if (document.status === 'interrupted') return EXIT.interrupted;
  const thresholds = document.thresholds ?? [];
  if (thresholds.some(failsRun)) return EXIT.failed;
  if (thresholds.some(lacksData)) return EXIT.invalid;
  if (searchesWithoutAnswer(document).length > 0) return EXIT.invalid;
  const whole = document.cells.every((cell) => cell.outcome === 'completed' && cell.validity.ok);
  return whole && folder.failures.length === 0 ? EXIT.ok : EXIT.invalid;
}

/** The servers of a run, as far as they can be told; what is wrong with the names is said later. Builds need a network. */
function serversOf(scenarioName: string, options: RunOptions): Server[] {
  try {
    const names = listOption(options.servers) ?? loadScenario(scenarioName).scenario.servers;
    return names.flatMap((name) => registeredServers().get(name) ?? []);
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof UsageError) return [];
    throw error;
  }
}

/** `run`: everything from the scenario to the report. */
export async function run(scenarioName: string, options: RunOptions): Promise<void> {
  const port = options.live === undefined || options.plan ? null : livePort(options.live);
  if (port !== null) await startLiveProcess(port);
  // Before all the rest: whatever else is done would be done again in the process that takes this one's place.
  const { done, ...network } = options.plan
    ? { ...possibleNetwork(options.isolate), done: [] }
    : enterPrivateNetwork(options.isolate, () => buildAhead(serversOf(scenarioName, options)));
  noteBuilt(done);
  const prepared = prepare(scenarioName, options, network);
  const { plan, search, goal, limits } = prepared;
  const planText =
    search === null
      ? formatPlan(plan, offeredTransports(), limits, goal)
      : `${formatSearchPlan(plan.scenario, search)}${thresholdsOfSearch(prepared.loaded)}`;
  if (options.plan) {
    const more =
      search === null
        ? {
            feeds: describeFeeds(plan),
            processes: describeProcesses(plan, limits),
            ...(goal === null ? {} : { precisionGoal: goal }),
          }
        : { capacitySearch: newSearchSection(search) };
    const text = `${planText}  network      ${network.scope === 'private' ? 'private namespace' : `loopback of the host: ${network.reason}`}\n`;
    process.stdout.write(options.json ? `${JSON.stringify({ ...plan, ...more, network }, null, 1)}\n` : text);
    return;
  }
  const problems = machineProblems(plan, offeredTransports(), limits);
  if (problems.length > 0) throw new ScenarioError('this machine does not suffice', problems);
  const document = newDocument(prepared, repeatCommand(scenarioName, options, plan));
  const folder = openFolder(options.out ?? join(projectFolder, 'results', 'runs', document.id));
  const say = (text: string) => {
    if (!options.quiet) process.stderr.write(text);
  };
  say(`${planText}\n`);

  const signal = interruption(() => say('\ninterrupted: stopping, then writing what there is\n'));
  const live =
    port === null ? null : await LiveView.connect(signal, (text) => process.stderr.write(`warning: ${text}`));
  await live?.begin(document, { document: folder.documentPath, report: folder.reportPath });
  // Asked for, and with a free port not to be known otherwise: said even when nothing else is.
  if (live !== null) process.stderr.write(`live view ${live.url}\n\n`);
  const input = {
    document,
    servers: registeredServers(),
    folder,
    signal,
    output: {
      write: say,
      isTTY: process.stderr.isTTY === true && !options.quiet,
      // 0 where a terminal does not know its size.
      columns: process.stderr.columns || 80,
    },
    live,
  };
  await (search === null ? runPlan(input, goal) : findCapacity(search, input));
  folder.writeDocument(document);

  if (options.json) process.stdout.write(`${JSON.stringify(document)}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env['NO_COLOR'];
    process.stdout.write(renderTerminal(document, { color, width: process.stdout.columns || 120 }));
  }
  folder.writeReport(document);
  await live?.end(document.status === 'interrupted' ? 'interrupted' : 'completed', folder.failures);
  const written = `report    ${folder.reportPath}\ndocument  ${folder.documentPath}\n`;
  if (folder.failures.length > 0) process.stderr.write(`error: ${folder.failures.join('\nerror: ')}\n`);
  else if (options.json) say(written);
  else process.stdout.write(`\n${written}`);
  process.exitCode = exitCodeOf(document, folder);
}
