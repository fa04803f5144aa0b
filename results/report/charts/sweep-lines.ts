import type { TransportId } from '../../../servers/contract/transports.ts';
import type { CompletedCell } from '../../delivery-result.ts';
import { compareCells, deliveryCells, type Parameter, varyingParameters } from '../../labels.ts';
import { formatList, formatNumberOf } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { type SweepAxis, sweepAxis } from './sweep-axis.ts';

/** A transport, with the same options, over the values of an axis. */
export interface SweepLine {
  label: string;
  transport: TransportId;
  /** Ascending by value. Of a transport that has no such parameter one point, whose value is null: it is the same everywhere. */
  points: { value: number | null; result: CompletedCell }[];
}

/** Cells that differ in transport, its options, and in one parameter whose values are numbers. */
export interface Sweep {
  axis: SweepAxis;
  /** What the cells have in common and those of other sweeps over the same axis have not; empty when there is one. */
  title: string;
  lines: SweepLine[];
  /** What was left out, since nobody could tell it apart; null when nothing was. */
  note: string | null;
}

// More than this is a matter for a program that reads the run document.
const MOST_SWEEPS = 6;
const MOST_LINES = 14;
const MOST_VALUES = 40;

/** The sweeps of a run, and a sentence about those that are left out; null when there are none. */
export interface Sweeps {
  sweeps: Sweep[];
  note: string | null;
}

function wordsOf(parameters: readonly Parameter[], result: CompletedCell): string {
  const words = parameters.flatMap((parameter) => {
    const value = parameter.read(result.cell);
    return value === null ? [] : [parameter.words(value)];
  });
  return words.join(', ');
}

function linesOf(results: readonly CompletedCell[], axis: SweepAxis, options: readonly Parameter[]): SweepLine[] {
  const named = results.map((result) => {
    const words = wordsOf(options, result);
    return { result, label: words === '' ? result.cell.transport : `${result.cell.transport} (${words})` };
  });
  return [...Map.groupBy(named, ({ label }) => label)].map(([label, members]) => ({
    label,
    transport: (members[0] as (typeof named)[number]).result.cell.transport,
    points: members
      .map(({ result }) => ({ value: axis.read(result), result }))
      .sort((a, b) => (a.value ?? 0) - (b.value ?? 0)),
  }));
}

function sweepsOver(
  axis: SweepAxis,
  results: readonly CompletedCell[],
  others: readonly Parameter[],
  common: Set<string>,
): Omit<Sweep, 'note'>[] {
  const facets = others.filter(({ name }) => common.has(name));
  const options = others.filter(({ name }) => !common.has(name));
  const grouped = Map.groupBy(results, (result) => JSON.stringify(facets.map((facet) => facet.read(result.cell))));
  return [...grouped.values()]
    .map((cells) => ({
      axis,
      title: wordsOf(facets, cells[0] as CompletedCell),
      lines: linesOf(cells, axis, options),
    }))
    .filter(({ lines }) => lines.some(({ points }) => points.length > 1));
}

/** The sweep with as many lines and values as one chart can show: the first lines, and values evenly from the first to the last. */
function limited({ axis, lines, ...rest }: Omit<Sweep, 'note'>): Sweep {
  const { values } = axis;
  const leftLines = lines.length - MOST_LINES;
  const leftValues = values.length - MOST_VALUES;
  const kept =
    leftValues <= 0
      ? values
      : Array.from(
          { length: MOST_VALUES },
          (_, at) => values[Math.round((at * (values.length - 1)) / (MOST_VALUES - 1))] as number,
        );
  const shown = new Set(kept);
  const left = [
    ...(leftLines > 0 ? [formatNumberOf(leftLines, 'line')] : []),
    ...(leftValues > 0 ? [`${formatNumberOf(leftValues, 'value')} of the axis`] : []),
  ];
  return {
    ...rest,
    axis: { ...axis, values: kept },
    lines: lines
      .slice(0, MOST_LINES)
      .map((line) => ({ ...line, points: line.points.filter(({ value }) => value === null || shown.has(value)) })),
    note: left.length === 0 ? null : `Left out: ${formatList(left)}; the run document has all cells.`,
  };
}

/** All sweeps of a run, over each of its axes; none where it sweeps no number. */
export function sweepsOf(document: Pick<RunDocument, 'cells'>): Sweeps {
  const results = deliveryCells(document);
  const parameters = varyingParameters(results.map((result) => result.cell));
  const common = new Set(compareCells(document).parameters);
  const sweeps: Omit<Sweep, 'note'>[] = parameters.flatMap((parameter) => {
    const axis = sweepAxis(parameter, results);
    const others = parameters.filter((other) => other !== parameter);
    return axis === null ? [] : sweepsOver(axis, results, others, common);
  });
  const left = sweeps.length - MOST_SWEEPS;
  return {
    sweeps: sweeps.slice(0, MOST_SWEEPS).map(limited),
    note:
      left <= 0
        ? null
        : `${left === 1 ? '1 more combination' : `${left} more combinations`} of parameters can be drawn in the same way; the run document has all cells.`,
  };
}
