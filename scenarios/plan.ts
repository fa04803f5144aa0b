import { deriveSeed, seededRandom } from '../servers/contract/random.ts';
import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import { estimateAnatomyMs } from './anatomy.ts';
import { estimateCalibrationMs } from './calibration.ts';
import type { Cell, Plan, PlannedTrial } from './cell.ts';
import { estimateTrialMs } from './estimate.ts';
import { capacityCellsOf, countCells, deliveryCellsOf, MOST_TRIALS } from './expand.ts';
import { suggestName } from './nearest.ts';
import { planThresholds } from './planned-thresholds.ts';
import { type Problem, ScenarioError } from './problems.ts';
import type { Scenario } from './schema.ts';

/** What the command line puts in place of the scenario's own values; nothing here has been checked yet. */
export interface PlanOverrides {
  transports?: readonly string[] | undefined;
  servers?: readonly string[] | undefined;
  /** For every cell, capacity cells too. */
  trials?: number | undefined;
  seed?: number | undefined;
}

/** The registered servers, each with the transports it offers. */
export type OfferedTransports = Readonly<Record<string, readonly TransportId[]>>;

/** Keeps the order of the trials apart from their feeds, which are seeded by (seed, trial). */
const ORDER_STREAM = 1;

/**
 * Expands a scenario. Pure: the same scenario, overrides, offer and seed give the same plan.
 *
 * A cell of a transport that its server does not offer is in the plan all the same, so that the run can say that it
 * was skipped; it takes no time in the estimate. A point beyond a transport's subscribersMax is no cell. Capacity cells exist only where polling is offered and asked for.
 * Throws a ScenarioError with all problems of the overrides, unknown servers, a plan of more than MOST_TRIALS, or thresholds
 * on cells that it has not.
 */
export function planScenario(scenario: Scenario, overrides: PlanOverrides, offered: OfferedTransports): Plan {
  const problems = overrideProblems(scenario, overrides, offered);
  if (problems.length > 0) throw new ScenarioError(`plan of ${scenario.name}`, problems);

  const wanted = overrides.transports ?? scenario.transports;
  const transports = transportIds.filter((id) => wanted.includes(id));
  const servers = [...new Set(overrides.servers ?? scenario.servers)];
  const trialsPerCell = overrides.trials ?? scenario.trials;
  const capacityTrials = overrides.trials ?? scenario.capacity?.trials ?? scenario.trials;
  const seed = overrides.seed ?? scenario.seed;
  refuseHugePlan(scenario, servers.length, transports, trialsPerCell);

  const deliveryCells = servers.flatMap((server) =>
    transports.flatMap((transport) => deliveryCellsOf(scenario, server, transport)),
  );
  const capacityCells = servers
    .filter((server) => transports.includes('polling') && offered[server]?.includes('polling'))
    .flatMap((server) => capacityCellsOf(scenario, server));
  const cells: Cell[] = [...deliveryCells, ...capacityCells];

  const trialCount = (cell: Cell) => (cell.kind === 'delivery' ? trialsPerCell : capacityTrials);
  const trials = interleavedTrials(cells, trialCount, seed);
  const running = cells.filter((cell) => offered[cell.server]?.includes(cell.transport));
  const msById = new Map(running.map((cell) => [cell.id, estimateTrialMs(cell, scenario.phases)]));
  const trialsMs = trials.reduce((sum, { cellId }) => sum + (msById.get(cellId) ?? 0), 0);
  const thresholds = planThresholds(scenario, deliveryCells);
  return {
    scenario: scenario.name,
    question: scenario.question,
    seed,
    trialsPerCell,
    phases: scenario.phases,
    cells,
    trials,
    estimateMs: Math.round(estimateAnatomyMs(running) + estimateCalibrationMs(running) + trialsMs),
    ...(thresholds.length === 0 ? {} : { thresholds }),
  };
}

function overrideProblems(scenario: Scenario, overrides: PlanOverrides, offered: OfferedTransports): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, found: string, advice: string) =>
    problems.push({ path, line: null, column: null, found, advice });

  const checkNames = (path: string, names: readonly string[], known: readonly string[], what: string) => {
    if (names.length === 0) add(path, `found no ${what}`, `name at least one; known: ${known.join(', ')}`);
    for (const name of new Set(names)) {
      if (!known.includes(name)) add(path, `unknown ${what} ${JSON.stringify(name)}`, suggestName(name, known));
    }
  };
  if (overrides.transports !== undefined) checkNames('--transports', overrides.transports, transportIds, 'transport');
  const servers = overrides.servers === undefined ? 'servers' : '--servers';
  checkNames(servers, overrides.servers ?? scenario.servers, Object.keys(offered), 'server');

  const checkWhole = (path: string, value: number | undefined, low: number, high: number) => {
    if (value !== undefined && !(Number.isInteger(value) && value >= low && value <= high)) {
      add(path, `found ${value}`, `use a whole number from ${low} to ${high}`);
    }
  };
  checkWhole('--trials', overrides.trials, 1, 1000);
  checkWhole('--seed', overrides.seed, 0, 2 ** 32 - 1);
  return problems;
}

function refuseHugePlan(scenario: Scenario, serverCount: number, transports: readonly TransportId[], trials: number) {
  const { feeds, variants, capacity } = countCells(scenario, transports);
  const count = serverCount * (feeds * variants + capacity) * trials;
  if (count <= MOST_TRIALS) return;
  const cells = `${feeds} feeds x ${variants} transports with subscribers, headers and options + ${capacity} capacity cells`;
  throw new ScenarioError(`plan of ${scenario.name}`, [
    {
      path: '',
      line: null,
      column: null,
      found: `${serverCount} servers x (${cells}) x ${trials} trials make ${count} trials`,
      advice: `at most ${MOST_TRIALS} can be planned; shorten a list or lower trials`,
    },
  ]);
}

/** Block k holds trial k of every cell that has so many. */
function interleavedTrials(cells: Cell[], trialCount: (cell: Cell) => number, seed: number): PlannedTrial[] {
  const blocks = Math.max(...cells.map(trialCount));
  return Array.from({ length: blocks }, (_, index) => index + 1).flatMap((trial) =>
    blockOfTrials(
      cells.filter((cell) => trial <= trialCount(cell)),
      trial,
      seed,
    ),
  );
}

/** The same trial of each of these cells, in a random order of its own: all share its feed where their parameters agree. */
export function blockOfTrials(cells: readonly Cell[], trial: number, seed: number): PlannedTrial[] {
  const trialSeed = deriveSeed(seed, trial);
  return shuffled(cells, deriveSeed(seed, trial, ORDER_STREAM)).map(({ id }) => ({
    cellId: id,
    trial,
    seed: trialSeed,
  }));
}

/** Fisher-Yates: every order is equally likely, as far as the generator is fair. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    [result[last], result[pick]] = [result[pick] as T, result[last] as T];
  }
  return result;
}
