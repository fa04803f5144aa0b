import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { Schedule } from '../../servers/contract/feed.ts';
import type { CompletedCapacityCell, CompletedCell, RunDocument } from '../run-document.ts';
import { formatCount } from './numbers.ts';

/** The completed cells in which a feed was delivered, in the order of the document. */
export function deliveryCells(document: RunDocument): CompletedCell[] {
  return document.cells.filter(
    (result): result is CompletedCell => result.outcome === 'completed' && result.cell.kind === 'delivery',
  );
}

/** The completed measurements of the request ceiling. */
export function capacityCells(document: RunDocument): CompletedCapacityCell[] {
  return document.cells.filter(
    (result): result is CompletedCapacityCell => result.outcome === 'completed' && result.cell.kind === 'capacity',
  );
}

/** A parameter by which cells differ, as a column of a table. */
export interface Parameter {
  name: string;
  /** The value in this cell, with no unit; null where the cell has no such parameter. */
  read(cell: DeliveryCell): string | null;
  /** The value in words, for a label: "1,000 subscribers". */
  words(value: string): string;
}

function scheduleText(schedule: Schedule): string {
  return schedule.kind === 'burst' ? `burst of ${schedule.eventsPerBurst}` : schedule.kind;
}

const fixedParameters: Parameter[] = [
  { name: 'server', read: (cell) => cell.server, words: (value) => `server ${value}` },
  {
    name: 'subscribers',
    read: (cell) => String(cell.subscribers),
    words: (value) => `${formatCount(Number(value))} subscribers`,
  },
  { name: 'eventsPerSec', read: (cell) => String(cell.eventsPerSec), words: (value) => `${value} events/s` },
  {
    name: 'payloadBytes',
    read: (cell) => String(cell.payloadBytes),
    words: (value) => `${formatCount(Number(value))}-byte events`,
  },
  { name: 'schedule', read: (cell) => scheduleText(cell.schedule), words: (value) => `${value} schedule` },
];

function optionParameters(cells: readonly DeliveryCell[], source: 'transportOptions' | 'serverOptions'): Parameter[] {
  const names = new Set(cells.flatMap((cell) => Object.keys(cell[source])));
  return [...names].map((name) => ({
    name,
    read: (cell) => {
      const value = (cell[source] as Record<string, unknown>)[name];
      return value === undefined ? null : String(value);
    },
    words: (value) => `${name} ${value}`,
  }));
}

function varies(parameter: Parameter, cells: readonly DeliveryCell[]): boolean {
  const values = cells.map((cell) => parameter.read(cell)).filter((value) => value !== null);
  return new Set(values).size > 1;
}

/** The parameters that differ between these cells, besides the transport: what a sweep sweeps. */
export function varyingParameters(cells: readonly DeliveryCell[]): Parameter[] {
  const all = [
    ...fixedParameters,
    ...optionParameters(cells, 'transportOptions'),
    ...optionParameters(cells, 'serverOptions'),
  ];
  return all.filter((parameter) => varies(parameter, cells));
}

/** A short name for each cell, by id: its transport, and in brackets only what distinguishes it from the others. */
export function cellLabels(cells: readonly DeliveryCell[]): Map<string, string> {
  const parameters = varyingParameters(cells);
  return new Map(
    cells.map((cell) => {
      const words = parameters.flatMap((parameter) => {
        const value = parameter.read(cell);
        return value === null ? [] : [parameter.words(value)];
      });
      return [cell.id, words.length === 0 ? cell.transport : `${cell.transport} (${words.join(', ')})`];
    }),
  );
}

/** Cells that may be compared with each other: the same server and the same feed to as many subscribers. */
export interface ComparableGroup {
  /** What the group has in common and other groups have not: "1,000 subscribers"; empty when there is one group. */
  title: string;
  cells: CompletedCell[];
  /** Names of the cells within the group, by id. */
  labels: Map<string, string>;
}

/** Splits the completed delivery cells into groups in which only the transport and its options differ. */
export function comparableGroups(document: RunDocument): ComparableGroup[] {
  const results = deliveryCells(document);
  const all = results.map((result) => result.cell);
  const parameters = [...fixedParameters, ...optionParameters(all, 'serverOptions')].filter((parameter) =>
    varies(parameter, all),
  );
  const groups = Map.groupBy(results, (result) => JSON.stringify(parameters.map((p) => p.read(result.cell))));
  return [...groups.values()].map((cells) => {
    const first = (cells[0] as CompletedCell).cell;
    const words = parameters.map((parameter) => parameter.words(parameter.read(first) ?? 'unset'));
    return { title: words.join(', '), cells, labels: cellLabels(cells.map((result) => result.cell)) };
  });
}

/** What a measurement of the request ceiling is called. */
export function capacityLabel({ cell }: CompletedCapacityCell): string {
  return `ceiling of ${cell.server}, ${formatCount(cell.connections)} connections`;
}
