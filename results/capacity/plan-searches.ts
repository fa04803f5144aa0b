import type { DeliveryCell, Phases, Plan } from '../../scenarios/cell.ts';
import { estimateTrialMs } from '../../scenarios/estimate.ts';
import type { OfferedTransports } from '../../scenarios/plan.ts';
import { type Problem, ScenarioError } from '../../scenarios/problems.ts';
import { minimumPayloadBytes } from '../../servers/contract/event-text.ts';
import { formatChosenUs, formatCount, formatUs } from '../numbers.ts';
import { FRACTION } from '../percentiles.ts';
import { longestSearchMs, type SearchRange } from './capacity-search.ts';
import type { CapacityAxis, Objective } from './capacity-search-section.ts';
import { eventsNeededFor } from './objective.ts';

/** A probe is never made longer than this, or than the scenario's own measure phase, to get its events together. */
const MEASURE_MAX_MS = 60_000;
/** What a scenario may ask for: above it the publisher itself would be measured. */
const HIGHEST_RATE = 100_000;
/** More events than are expected, so that a random feed has enough; one that has not is made longer before it starts. */
const MARGIN = 1.05;

/** What the user asks for. */
export interface CapacityRequest {
  axes: readonly CapacityAxis[];
  objective: Objective;
  /** The search goes no higher. Null: as high as scenario and machine allow. */
  upTo: number | null;
}

/** How many subscribers of a cell the machine can hold. */
export type MostSubscribers = (cell: DeliveryCell) => number;

/** One search that will be made, or why it will not. */
export interface PlannedSearch {
  axis: CapacityAxis;
  cell: DeliveryCell;
  range: SearchRange;
  skippedBecause: string | null;
}

export interface SearchPlan {
  request: CapacityRequest;
  phases: Phases;
  searches: PlannedSearch[];
  /** All searches together take no longer, unless a trial fails to connect. */
  longestMs: number;
}

/** Three significant digits: closer than any two runs agree. */
const threeDigits = (value: number) => Number(value.toPrecision(3));
const floorThreeDigits = (value: number) => {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 2);
  return Math.floor(value / step) * step;
};
const rounding: Record<CapacityAxis, (value: number) => number> = { rate: threeDigits, subscribers: Math.round };

/** The phases of a probe at this rate: those of the scenario, measured for longer where the objective needs more events. */
export function probePhases(phases: Phases, objective: Objective, eventsPerSec: number): Phases {
  const neededMs = Math.ceil((eventsNeededFor(objective) * MARGIN * 1000) / eventsPerSec);
  return { ...phases, measureMs: Math.max(phases.measureMs, neededMs) };
}

/**
 * The searches of a plan: one for each of its delivery cells and each axis. `mostSubscribers` says what
 * the machine can hold. Pure. Throws a ScenarioError with everything that makes a search impossible.
 */
export function planSearches(
  plan: Plan,
  request: CapacityRequest,
  offered: OfferedTransports,
  mostSubscribers: MostSubscribers,
): SearchPlan {
  const cells = plan.cells.filter((cell) => cell.kind === 'delivery');
  const problems = [
    ...sweepProblems(cells),
    ...request.axes.flatMap((axis) => axisProblems(axis, cells, plan.phases, request)),
  ];
  if (problems.length > 0) throw new ScenarioError(`--find-capacity with ${plan.scenario}`, problems);
  const searches = request.axes.flatMap((axis) =>
    cells.map((cell): PlannedSearch => {
      const range = rangeOf(axis, cell, plan.phases, request, mostSubscribers);
      const skippedBecause = offered[cell.server]?.includes(cell.transport)
        ? whyImpossible(cell, request.objective)
        : `server ${cell.server} does not offer ${cell.transport}`;
      return { axis, cell, range, skippedBecause };
    }),
  );
  const longestMs = searches.reduce((sum, search) => sum + longestMsOf(search, plan.phases, request.objective), 0);
  return { request, phases: plan.phases, searches, longestMs };
}

const problem = (path: string, found: string, advice: string): Problem => ({
  path,
  line: null,
  column: null,
  found,
  advice,
});

function sweepProblems(cells: readonly DeliveryCell[]): Problem[] {
  const ofTransports = [...Map.groupBy(cells, ({ transport }) => transport).values()];
  return (['subscribers', 'eventsPerSec'] as const).flatMap((key) => {
    const values = ofTransports
      .map((those) => [...new Set(those.map((cell) => cell[key]))])
      .find(({ length }) => length > 1);
    if (values === undefined) return [];
    const found = `found ${values.length} values, and a search needs one: to begin from, and to hold fixed`;
    return [problem(key, found, `copy the scenario and write, for example, ${key}: ${values[0]}`)];
  });
}

/** The least rate at which the longest probe has enough events. */
function lowestRate(phases: Phases, objective: Objective): number {
  const rate = (eventsNeededFor(objective) * MARGIN * 1000) / Math.max(phases.measureMs, MEASURE_MAX_MS);
  const rounded = threeDigits(rate);
  return rounded >= rate ? rounded : threeDigits(rate * 1.01);
}

function axisProblems(
  axis: CapacityAxis,
  cells: readonly DeliveryCell[],
  phases: Phases,
  request: CapacityRequest,
): Problem[] {
  const problems: Problem[] = [];
  const { objective, upTo } = request;
  const lowest = lowestRate(phases, objective);
  const rate = Math.min(...cells.map((cell) => cell.eventsPerSec));
  if (axis === 'subscribers' && rate < lowest) {
    const seconds = formatUs(((eventsNeededFor(objective) * MARGIN) / rate) * 1e6);
    problems.push(
      problem(
        'eventsPerSec',
        `found ${rate}, at which ${objective.text} takes ${seconds} of every probe to get its ${formatCount(eventsNeededFor(objective))} events together`,
        `use ${lowest} or more, or an objective with a lower percentile, which needs fewer`,
      ),
    );
  }
  if (axis === 'rate') {
    if (upTo !== null && upTo < lowest) {
      problems.push(
        problem('--up-to', `found ${upTo}, and ${objective.text} needs ${lowest} events/s or more`, 'raise it'),
      );
    }
    problems.push(...payloadProblems(cells, phases, request));
  }
  return problems;
}

/** Sequence numbers and due times of the longest feed must fit into the payload. */
function payloadProblems(cells: readonly DeliveryCell[], phases: Phases, { upTo }: CapacityRequest): Problem[] {
  const durationMs = phases.warmupMs + Math.max(phases.measureMs, MEASURE_MAX_MS);
  const highest = Math.min(HIGHEST_RATE, upTo ?? HIGHEST_RATE);
  const needed = minimumPayloadBytes((highest * durationMs) / 1000, durationMs * 1000);
  const smallest = Math.min(...cells.map((cell) => cell.payloadBytes));
  if (smallest >= needed) return [];
  const found = `found ${smallest}, too small for the numbers of a feed of ${formatCount(highest)} events/s`;
  return [problem('payloadBytes', found, `use at least ${needed}`)];
}

function rangeOf(
  axis: CapacityAxis,
  cell: DeliveryCell,
  phases: Phases,
  { objective, upTo }: CapacityRequest,
  mostSubscribers: MostSubscribers,
): SearchRange {
  const round = rounding[axis];
  const lowest = axis === 'rate' ? lowestRate(phases, objective) : 1;
  const most = axis === 'rate' ? HIGHEST_RATE : floorThreeDigits(mostSubscribers(cell));
  const highest = Math.max(lowest, round(Math.min(most, upTo ?? most)));
  const wanted = round(axis === 'rate' ? cell.eventsPerSec : cell.subscribers);
  return { start: Math.min(highest, Math.max(lowest, wanted)), lowest, highest, round };
}

/**
 * An event waits for the next poll, which comes after a uniform part of the interval: percentile q of that wait alone is
 * q times the interval. No load is low enough for an objective below it.
 */
function whyImpossible(cell: DeliveryCell, objective: Objective): string | null {
  if (!('intervalMs' in cell.transportOptions)) return null;
  const { intervalMs } = cell.transportOptions;
  const broken = objective.conditions.find(
    ({ percentile, belowUs }) => FRACTION[percentile] * intervalMs * 1000 >= belowUs,
  );
  if (broken === undefined) return null;
  const waitUs = FRACTION[broken.percentile] * intervalMs * 1000;
  return (
    `events wait for the next poll, with an interval of ${formatChosenUs(intervalMs * 1000)} about ${formatUs(waitUs)} at ` +
    `${broken.percentile}, so ${objective.text} cannot hold; lower transportOptions.polling.intervalMs or raise the objective`
  );
}

/** The value of the axis in this cell, put there. */
export function cellWith(cell: DeliveryCell, axis: CapacityAxis, value: number): DeliveryCell {
  return axis === 'rate' ? { ...cell, eventsPerSec: value } : { ...cell, subscribers: value };
}

function longestMsOf(
  { axis, cell, range, skippedBecause }: PlannedSearch,
  phases: Phases,
  objective: Objective,
): number {
  if (skippedBecause !== null) return 0;
  return longestSearchMs(range, (value) => {
    const probed = cellWith(cell, axis, value);
    // What does not hold may take the whole drain phase, which an estimate leaves out.
    return estimateTrialMs(probed, probePhases(phases, objective, probed.eventsPerSec)) + phases.drainMs;
  });
}
