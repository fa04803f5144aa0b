import type { DeliveryCell } from '../scenarios/cell.ts';
import type { Schedule } from '../servers/contract/feed.ts';
import { defaultServerOptions } from '../servers/contract/transports.ts';
import type { CompletedCapacityCell } from './capacity-result.ts';
import type { CompletedCell } from './delivery-result.ts';
import { formatChosenUs, formatCount } from './numbers.ts';
import type { RunDocument } from './run-document.ts';

/** The completed cells in which a feed was delivered, in the order of the document. */
export function deliveryCells(document: Pick<RunDocument, 'cells'>): CompletedCell[] {
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
  /** The value in this cell, as it would stand in a scenario; null where the cell has no such parameter. */
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
  {
    name: 'headers',
    read: (cell) => String(cell.headers),
    words: (value) => (/^\d+$/.test(value) ? `requests of ${formatCount(Number(value))} B` : `${value} headers`),
  },
];

function optionParameters(cells: readonly DeliveryCell[], source: 'transportOptions' | 'serverOptions'): Parameter[] {
  const names = new Set(cells.flatMap((cell) => Object.keys(cell[source])));
  // A cell does not name a server option that has the contract's default.
  const defaults: Record<string, unknown> = source === 'serverOptions' ? { ...defaultServerOptions } : {};
  return [...names].map((name) => ({
    name,
    read: (cell) => {
      const value = (cell[source] as Record<string, unknown>)[name] ?? defaults[name];
      return value === undefined ? null : String(value);
    },
    words: (value) => optionWords(name, value),
  }));
}

function optionWords(name: string, value: string): string {
  switch (name) {
    case 'intervalMs':
      return `every ${formatChosenUs(Number(value) * 1000)}`;
    case 'coalesceMs':
      return value === '0' ? 'not coalesced' : `coalesced for ${formatChosenUs(Number(value) * 1000)}`;
    default:
      return `${name} ${value}`;
  }
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

/** A value of a parameter as a table shows it: whole numbers with commas between thousands. */
export function parameterText(parameter: Parameter, cell: DeliveryCell): string {
  const value = parameter.read(cell) ?? '';
  return /^\d+$/.test(value) ? formatCount(Number(value)) : value;
}

function labelsBy(parameters: readonly Parameter[], cells: readonly DeliveryCell[]): Map<string, string> {
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

/** A short name for each cell, by id: its transport, and in brackets only what distinguishes it from the others. */
export function cellLabels(cells: readonly DeliveryCell[]): Map<string, string> {
  return labelsBy(varyingParameters(cells), cells);
}

/** The name of a cell with the mark `!` behind it when it is not valid, so that it says so wherever it appears. */
export function marked(label: string, { validity }: Pick<CompletedCell, 'validity'>): string {
  return validity.ok ? label : `${label} !`;
}

/** The short names of completed cells, by id, those that are not valid with their mark. */
export function resultLabels(results: readonly CompletedCell[]): Map<string, string> {
  const labels = cellLabels(results.map((result) => result.cell));
  return new Map(
    results.map((result) => [result.cell.id, marked(labels.get(result.cell.id) ?? result.cell.id, result)]),
  );
}

/** Cells that may be compared with each other: the same server and the same feed to as many subscribers. */
export interface ComparableGroup {
  /** What the group has in common and other groups have not: "1,000 subscribers"; empty when there is one group. */
  title: string;
  cells: CompletedCell[];
  /** Names of the cells within the group, by id; a transport with the same options has the same name in every group. */
  labels: Map<string, string>;
}

/** The completed delivery cells of a document in groups in which only the transport and its options differ. */
export interface Comparison {
  /** Ascending where they differ by one number, otherwise in the order of the document. */
  groups: ComparableGroup[];
  /** Names of the parameters by which the groups differ. */
  parameters: string[];
  /** Whether "from the first to the last" has a meaning: they differ by one number, or there are two. */
  hasEnds: boolean;
}

/** Splits the completed delivery cells into comparable groups. */
export function compareCells(document: Pick<RunDocument, 'cells'>): Comparison {
  const results = deliveryCells(document);
  const all = results.map((result) => result.cell);
  const parameters = [...fixedParameters, ...optionParameters(all, 'serverOptions')].filter((parameter) =>
    varies(parameter, all),
  );
  const transportOptions = optionParameters(all, 'transportOptions').filter((parameter) => varies(parameter, all));
  const labels = labelsBy(transportOptions, all);
  const grouped = Map.groupBy(results, (result) => JSON.stringify(parameters.map((p) => p.read(result.cell))));
  const groups = [...grouped.values()].map((cells) => {
    const { cell } = cells[0] as CompletedCell;
    const values = parameters.map((parameter) => parameter.read(cell));
    const words = parameters.map((parameter, at) => parameter.words(values[at] ?? 'unset'));
    return { title: words.join(', '), cells, labels, position: Number(values[0] ?? Number.NaN) };
  });
  const isOneNumber = parameters.length === 1 && groups.every((group) => Number.isFinite(group.position));
  if (isOneNumber) groups.sort((a, b) => a.position - b.position);
  return {
    groups: groups.map(({ title, cells, labels }) => ({ title, cells, labels })),
    parameters: parameters.map((parameter) => parameter.name),
    hasEnds: isOneNumber || groups.length === 2,
  };
}

/** What a measurement of the request ceiling is called. */
export function capacityLabel({ cell }: CompletedCapacityCell): string {
  return `ceiling of ${cell.server}, ${formatCount(cell.connections)} connections`;
}
