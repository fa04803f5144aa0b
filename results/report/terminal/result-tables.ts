import type { CompletedCell } from '../../delivery-result.ts';
import { capacityCells, marked, parameterText, varyingParameters } from '../../labels.ts';
import { formatCount, formatShare, significant, timeUnits, UNKNOWN, type Unit, unitForAll } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { type Column, columns, columnText, columnValue, memoryNote } from '../columns.ts';
import { columnUnits, unknownNotes } from '../units.ts';
import { harmless, type Paint, paragraph } from './paint.ts';
import { layoutTable, type TextColumn } from './table.ts';

// Completes the headings, which have no room for it.
const READING =
  'Latency is counted from when an event was due until it was received. Overhead, requests and server CPU are per delivery, server memory is per subscriber; connections are the most open at one moment.';

/** Measured quantities of these cells as columns. */
export function measuredColumns(results: CompletedCell[], of: readonly Column[] = columns): TextColumn[] {
  const units = columnUnits(results, of);
  return of.map((column) => {
    const unit = units.get(column.scale) as Unit;
    return {
      heading: column.heading.map((line) => line.replace('*', unit.symbol)),
      cells: results.map((result) => columnText(column, columnValue(column, result), unit)),
      align: 'decimal',
    };
  });
}

/** What tells these cells apart, as the first columns of a table. */
export function keyColumns(results: CompletedCell[]): TextColumn[] {
  const parameters = varyingParameters(results.map((result) => result.cell));
  const transports = results.map((result) => marked(result.cell.transport, result));
  return [
    { heading: ['transport'], cells: transports, align: 'left' },
    ...parameters.map((parameter): TextColumn => {
      const cells = results.map((result) => harmless(parameterText(parameter, result.cell)));
      const numeric = cells.every((cell) => /^[\d,.]*$/.test(cell));
      return { heading: [parameter.name], cells, align: numeric ? 'decimal' : 'left' };
    }),
  ];
}

/** The expected number stands in the heading where it is the same for all: at 100 characters there is no room. */
function deliveredColumn(results: CompletedCell[]): TextColumn {
  const expected = new Set(results.map((result) => result.deliveries.expected));
  const [only] = expected;
  return expected.size === 1
    ? {
        heading: ['delivered', `of ${formatCount(only ?? 0)}`],
        cells: results.map(({ deliveries }) => formatCount(deliveries.delivered)),
        align: 'right',
      }
    : {
        heading: ['delivered', 'of expected'],
        cells: results.map(
          ({ deliveries }) => `${formatCount(deliveries.delivered)} of ${formatCount(deliveries.expected)}`,
        ),
        align: 'right',
      };
}

/** The headline table, with what is needed to read it above and below. */
export function deliveryTable(results: CompletedCell[], width: number, paint: Paint): string[][] {
  if (results.length === 0) return [];
  const blocks = layoutTable(keyColumns(results), [...measuredColumns(results), deliveredColumn(results)], width);
  const sound = (result: CompletedCell) =>
    result.validity.ok && result.deliveries.delivered === result.deliveries.expected;
  const tables = blocks.map((block) => [
    ...block.heading.map((line) => paint('bold', line)),
    ...block.rows.map((line, at) => (sound(results[at] as CompletedCell) ? line : paint('red', line))),
  ]);
  const memory = memoryNote(results);
  const notes = [...unknownNotes(results), ...(memory === null ? [] : [memory])];
  return [paragraph(READING, width), ...tables, notes.flatMap((note) => paragraph(note, width, 2))];
}

/** The request ceiling, which is another experiment and has a table of its own. */
export function capacityTable(document: RunDocument, width: number, paint: Paint): string[][] {
  const results = capacityCells(document);
  if (results.length === 0) return [];
  const cpu = results.map((result) => result.serverCpuUsPerRequest?.value ?? null);
  const unit = unitForAll(
    timeUnits,
    cpu.filter((value) => value !== null),
  );
  const responseUnit = unitForAll(
    timeUnits,
    results.flatMap(({ responseUs }) => responseUs?.p50 ?? []),
  );
  const column = (heading: string[], cells: string[]): TextColumn => ({ heading, cells, align: 'right' });
  const names = results.map((result) => `${harmless(result.cell.server)}${result.validity.ok ? '' : ' !'}`);
  const blocks = layoutTable(
    [{ heading: ['server'], cells: names, align: 'left' }],
    [
      column(
        ['connections'],
        results.map((result) => formatCount(result.cell.connections)),
      ),
      column(
        ['requests/s'],
        results.map((result) => significant(result.requestsPerSec.value)),
      ),
      column(
        ['over trials'],
        results.map(({ requestsPerSec: { low, high } }) =>
          low === null || high === null ? UNKNOWN : `${significant(low)} to ${significant(high)}`,
        ),
      ),
      column(
        ['response', `p50 ${responseUnit.symbol}`],
        results.map(({ responseUs }) =>
          responseUs === null ? UNKNOWN : significant(responseUs.p50 / responseUnit.size),
        ),
      ),
      column(
        ['server CPU', `${unit.symbol}/request`],
        cpu.map((us) => (us === null ? UNKNOWN : significant(us / unit.size))),
      ),
      column(
        ['driver', 'busy'],
        results.map(({ driverUtilization }) => formatShare(driverUtilization)),
      ),
      column(
        ['errors'],
        results.map((result) => formatCount(result.errors)),
      ),
    ],
    width,
  );
  const about =
    'Each connection asks again as soon as it is answered; there is no feed, so there is no delivery latency. With a ' +
    'driver that is busy most of the time, the server could answer more.';
  const tables = blocks.map((block) => [...block.heading.map((line) => paint('bold', line)), ...block.rows]);
  return [[paint('bold', 'Request ceiling of polling'), ...paragraph(about, width)], ...tables];
}
