import { defaultServerOptions } from '../servers/contract/transports.ts';
import type { DeliveryCell, PlannedThreshold } from './cell.ts';
import { scheduleName } from './expand.ts';
import { type Threshold, type ThresholdFlaw, type ThresholdSide, unknownName } from './threshold.ts';

/** A delivery cell by what a threshold can say of it. */
interface MatrixPoint {
  id: string;
  transport: string;
  /** Each parameter as text, as it stands in the id of a cell; options that have their default too. */
  parameters: ReadonlyMap<string, string>;
}

/** The cell as a threshold sees it. */
export function matrixPoint(cell: DeliveryCell): MatrixPoint {
  const { id, server, transport, subscribers, eventsPerSec, payloadBytes, headers } = cell;
  const parameters = {
    server,
    subscribers,
    eventsPerSec,
    payloadBytes,
    schedule: scheduleName(cell.schedule),
    headers,
    ...cell.transportOptions,
    ...defaultServerOptions,
    ...cell.serverOptions,
  };
  return { id, transport, parameters: new Map(Object.entries(parameters).map(([key, value]) => [key, String(value)])) };
}

/** The cells of one side, all with the same parameters, before and after `at` has chosen among them. */
interface SidePoints {
  name: string;
  points: MatrixPoint[];
}

const nameOf = ({ server, transport }: ThresholdSide) => (server === null ? transport : `${server}/${transport}`);

const valuesOf = (points: readonly MatrixPoint[], key: string) =>
  [...new Set(points.map(({ parameters }) => parameters.get(key)))].filter((value) => value !== undefined);

/**
 * The cells that a threshold is about, of a relation each with the one it is held against: that of the other side with
 * the same parameters, as far as both transports have them. Empty when something is wrong, which `flaws` says.
 */
export function thresholdCells(
  threshold: Threshold,
  all: readonly MatrixPoint[],
): { cells: PlannedThreshold['cells']; flaws: ThresholdFlaw[] } {
  const { left, right, at } = threshold;
  const flaws: ThresholdFlaw[] = [];
  const sides = [left, ...(right === null ? [] : [right])].map((side) => pointsOf(side, all, flaws));
  if (flaws.length > 0) return { cells: [], flaws };
  const [chosen, other] = chooseAt(sides, at, flaws);
  if (flaws.length > 0 || chosen === undefined) return { cells: [], flaws };
  if (other === undefined) return { cells: chosen.points.map(({ id }) => ({ cellId: id, otherCellId: null })), flaws };
  // A server that is named on the right is held against every server on the left.
  const cells = join(chosen, other, right?.server === null ? [] : ['server'], flaws);
  return { cells: flaws.length > 0 ? [] : cells, flaws };
}

function pointsOf(side: ThresholdSide, all: readonly MatrixPoint[], flaws: ThresholdFlaw[]): SidePoints {
  const ofTransport = all.filter(({ transport }) => transport === side.transport);
  const points = ofTransport.filter(
    ({ parameters }) => side.server === null || parameters.get('server') === side.server,
  );
  if (ofTransport.length === 0) {
    const known = [...new Set(all.map(({ transport }) => transport))];
    flaws.push({
      found: `found ${side.transport}, which is not among the transports of this scenario`,
      advice: `use one of ${known.join(', ')}, or add it`,
    });
  } else if (side.server !== null && points.length === 0) {
    flaws.push(unknownName('server', side.server, valuesOf(ofTransport, 'server')));
  }
  return { name: nameOf(side), points };
}

/** Keeps what `at` names; a parameter that only one transport has chooses among the cells of that one. */
function chooseAt(sides: readonly SidePoints[], at: Threshold['at'], flaws: ThresholdFlaw[]): readonly SidePoints[] {
  const has = ({ points }: SidePoints, key: string) => points[0]?.parameters.has(key) === true;
  for (const [key, value] of at) {
    const having = sides.filter((side) => has(side, key));
    if (having.length === 0) {
      const known = new Set(sides.flatMap(({ points }) => [...(points[0]?.parameters.keys() ?? [])]));
      flaws.push(unknownName('parameter', key, [...known]));
    }
    for (const { name, points } of having) {
      const values = valuesOf(points, key);
      if (values.includes(value)) continue;
      flaws.push({
        found: `found ${key}=${value}, and no cell of ${name} has it`,
        advice: `the plan has ${key} ${values.join(', ')}`,
      });
    }
  }
  return sides.map((side) => ({
    ...side,
    points: side.points.filter(({ parameters }) =>
      [...at].every(([key, value]) => !parameters.has(key) || parameters.get(key) === value),
    ),
  }));
}

function join(
  left: SidePoints,
  right: SidePoints,
  apart: readonly string[],
  flaws: ThresholdFlaw[],
): PlannedThreshold['cells'] {
  const shared = [...(left.points[0]?.parameters.keys() ?? [])].filter(
    (key) => right.points[0]?.parameters.has(key) && !apart.includes(key),
  );
  const keyOf = ({ parameters }: MatrixPoint) => JSON.stringify(shared.map((key) => parameters.get(key)));
  const byKey = Map.groupBy(right.points, keyOf);
  const pairs = left.points.map((point) => ({ point, others: byKey.get(keyOf(point)) ?? [] }));

  const lonely = pairs.find(({ others }) => others.length === 0);
  const several = pairs.find(({ others }) => others.length > 1);
  if (lonely !== undefined) {
    const key = shared.find((each) => !valuesOf(right.points, each).includes(lonely.point.parameters.get(each) ?? ''));
    const place = key === undefined ? lonely.point.id : `${key}=${lonely.point.parameters.get(key)}`;
    flaws.push({
      found: `found cells of ${left.name} at ${place} and none of ${right.name} to hold them against`,
      advice: key === undefined ? 'name a cell of both with at' : `add "at ${key}=..." with a value that both have`,
    });
  }
  if (several !== undefined) {
    const keys = [...(several.others[0]?.parameters.keys() ?? [])];
    const differing = keys.find((each) => valuesOf(several.others, each).length > 1) ?? '';
    const values = valuesOf(several.others, differing);
    flaws.push({
      found: `found ${several.others.length} cells of ${right.name} for each of ${left.name}, with ${differing} ${values.join(', ')}`,
      advice: `choose one: add "at ${differing}=${values[0]}"`,
    });
  }
  if (pairs.some(({ point, others }) => others.length === 1 && others[0]?.id === point.id)) {
    flaws.push({ found: 'found the same cell on both sides', advice: 'name another transport or server on one side' });
  }
  return pairs.map(({ point, others }) => ({ cellId: point.id, otherCellId: others[0]?.id ?? null }));
}
