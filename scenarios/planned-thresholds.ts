import type { DeliveryCell, PlannedThreshold } from './cell.ts';
import type { Conflict } from './checks.ts';
import { countCells, deliveryCellsOf, MOST_TRIALS } from './expand.ts';
import { type Problem, ScenarioError } from './problems.ts';
import { type Scenario, scenarioSchema, thresholdItem } from './schema.ts';
import { parseThreshold, type ScenarioThreshold, type ThresholdFlaw } from './threshold.ts';
import { matrixPoint, thresholdCells } from './threshold-cells.ts';

/**
 * Reads the thresholds of a scenario file, whose values are `data`. An item that is not of the right shape is left to the
 * schema. Whether the cells of the others exist is asked as soon as the rest of the file is valid, so that all problems
 * are said at once.
 */
export function readThresholds(
  data: Readonly<Record<string, unknown>>,
  name: string,
): { thresholds: ScenarioThreshold[]; conflicts: Conflict[] } {
  const thresholds: ScenarioThreshold[] = [];
  const conflicts: Conflict[] = [];
  const items: unknown = data['thresholds'];
  if (!Array.isArray(items)) return { thresholds, conflicts };
  const rest = scenarioSchema.safeParse({ ...data, thresholds: [] });
  const matrix = rest.success ? matrixOf({ name, ...rest.data, thresholds: [] }) : null;
  const seen = new Set<string>();
  items.forEach((item: unknown, index) => {
    const written = thresholdItem.safeParse(item);
    if (!written.success) return;
    const { check, ...policy } = written.data;
    const path = ['thresholds', index, ...(typeof item === 'string' ? [] : ['check'])];
    const add = (flaws: readonly ThresholdFlaw[]) => conflicts.push(...flaws.map((flaw) => ({ path, ...flaw })));
    const parsed = parseThreshold(check);
    if (Array.isArray(parsed)) {
      add(parsed);
      return;
    }
    if (seen.has(parsed.text))
      add([{ found: `found ${JSON.stringify(parsed.text)} a second time`, advice: 'keep one' }]);
    seen.add(parsed.text);
    if (matrix !== null) add(thresholdCells(parsed, matrix).flaws);
    thresholds.push({ ...parsed, ...policy });
  });
  return { thresholds, conflicts };
}

/** Every delivery cell of the file as it stands; null when they are more than can be planned, which planning says. */
function matrixOf(scenario: Scenario) {
  const { servers, transports } = scenario;
  const { feeds, variants } = countCells(scenario, transports);
  if (servers.length * feeds * variants > MOST_TRIALS) return null;
  return servers.flatMap((server) =>
    transports.flatMap((transport) => deliveryCellsOf(scenario, server, transport).map(matrixPoint)),
  );
}

/**
 * The thresholds of a scenario with their cells in a plan. One whose transport or server the command line left out has no
 * cells and says why. Throws a ScenarioError with all that name a cell the plan has not.
 */
export function planThresholds(
  scenario: Pick<Scenario, 'name' | 'thresholds'>,
  cells: readonly DeliveryCell[],
): PlannedThreshold[] {
  const points = scenario.thresholds.length === 0 ? [] : cells.map(matrixPoint);
  const problems: Problem[] = [];
  const planned = scenario.thresholds.map((threshold, index) => {
    const { text, metric, operator, limit, severity, undecided } = threshold;
    const leftOutBecause = whyLeftOut(threshold, cells);
    const found = leftOutBecause === null ? thresholdCells(threshold, points) : { cells: [], flaws: [] };
    problems.push(...found.flaws.map((flaw) => ({ path: `thresholds[${index}]`, line: null, column: null, ...flaw })));
    return { text, metric, operator, limit, severity, undecided, cells: found.cells, leftOutBecause };
  });
  if (problems.length > 0) throw new ScenarioError(`plan of ${scenario.name}`, problems);
  return planned;
}

/** Null for a threshold whose transports and servers are all in the plan. */
function whyLeftOut({ left, right, at }: ScenarioThreshold, cells: readonly DeliveryCell[]): string | null {
  const sides = right === null ? [left] : [left, right];
  const absent = sides.find(({ transport }) => !cells.some((cell) => cell.transport === transport));
  if (absent !== undefined) return `${absent.transport} is not in this run`;
  const servers = [...sides.map(({ server }) => server), at.get('server') ?? null];
  const server = servers.find((name) => name !== null && !cells.some((cell) => cell.server === name));
  return server == null ? null : `server ${server} is not in this run`;
}
