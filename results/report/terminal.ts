import { stripVTControlCharacters, styleText } from 'node:util';
import type { CompletedCell, RunDocument, Validity } from '../run-document.ts';
import { columns, columnValue } from './columns.ts';
import { findings } from './findings.ts';
import { capacityCells, capacityLabel, cellLabels, deliveryCells, varyingParameters } from './labels.ts';
import { formatNumberOf, significant, timeUnits, UNKNOWN, type Unit, unitForAll } from './numbers.ts';
import { layoutTable, type TextColumn, wrapText } from './terminal/table.ts';
import { columnUnits, unknownReasons } from './units.ts';
import { failedCells, skippedCells, verdict } from './verdict.ts';

/** How a document is shown in a terminal. */
export interface TerminalOptions {
  color: boolean;
  /** Columns of the terminal; no line of a table or paragraph is longer, down to about 40. */
  width: number;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Texts of servers and scenarios may hold anything; none of it may steer the terminal. */
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function paragraph(text: string, width: number, indent = 0): string[] {
  return wrapText(harmless(text), width, indent);
}

function numberColumn(heading: string[], values: (number | null)[], size: number): TextColumn {
  return {
    heading,
    cells: values.map((value) => (value === null ? UNKNOWN : significant(value / size))),
    align: 'decimal',
  };
}

function measuredColumns(results: CompletedCell[]): TextColumn[] {
  const units = columnUnits(results);
  return columns.map((column) => {
    const unit = units.get(column.scale) as Unit;
    const heading = column.heading.map((line) => line.replace('*', unit.symbol));
    return numberColumn(
      heading,
      results.map((result) => columnValue(column, result)),
      unit.size,
    );
  });
}

function keyColumns(results: CompletedCell[]): TextColumn[] {
  const parameters = varyingParameters(results.map((result) => result.cell));
  const transports = results.map((result) => `${result.cell.transport}${result.validity.ok ? '' : ' (!)'}`);
  return [
    { heading: ['transport'], cells: transports, align: 'left' },
    ...parameters.map((parameter): TextColumn => {
      const cells = results.map((result) => harmless(parameter.read(result.cell) ?? ''));
      const numeric = cells.every((cell) => cell === '' || Number.isFinite(Number(cell)));
      return { heading: [parameter.name], cells, align: numeric ? 'decimal' : 'left' };
    }),
  ];
}

function unknownNotes(results: CompletedCell[]): string[] {
  return unknownReasons(results).map(({ names, why }) => `${UNKNOWN} in ${names.join('; ')}: ${why}.`);
}

/** Not grouped by thousands, and the expected number only once where it is the same: at 100 characters there is no room. */
function deliveredColumn(results: CompletedCell[]): TextColumn {
  const expected = new Set(results.map((result) => result.deliveries.expected));
  const [only] = expected;
  return expected.size === 1
    ? {
        heading: ['delivered', `of ${only}`],
        cells: results.map(({ deliveries }) => String(deliveries.delivered)),
        align: 'right',
      }
    : {
        heading: ['delivered/', 'expected'],
        cells: results.map(({ deliveries }) => `${deliveries.delivered}/${deliveries.expected}`),
        align: 'right',
      };
}

function deliveryTable(results: CompletedCell[], width: number, paint: Paint): string[] {
  if (results.length === 0) return [];
  const delivered = deliveredColumn(results);
  const blocks = layoutTable(keyColumns(results), [...measuredColumns(results), delivered], width);
  const sound = (result: CompletedCell) =>
    result.validity.ok && result.deliveries.delivered === result.deliveries.expected;
  const lines = blocks.flatMap((block) => [
    ...block.heading.map((line) => paint('bold', line)),
    ...block.rows.map((line, at) => (sound(results[at] as CompletedCell) ? line : paint('red', line))),
    '',
  ]);
  return [
    ...paragraph('Delivery latency p50 to max: from when an event was due until it was received.', width),
    '',
    ...lines,
    ...unknownNotes(results).flatMap((note) => [...paragraph(note, width, 2)]),
    '',
  ];
}

function capacityTable(document: RunDocument, width: number, paint: Paint): string[] {
  const results = capacityCells(document);
  if (results.length === 0) return [];
  const cpu = results.map((result) => result.serverCpuUsPerRequest?.value ?? null);
  const unit = unitForAll(
    timeUnits,
    cpu.filter((value) => value !== null),
  );
  const text = (heading: string[], cells: string[]): TextColumn => ({ heading, cells, align: 'right' });
  const blocks = layoutTable(
    [
      {
        heading: ['server'],
        cells: results.map((result) => `${harmless(result.cell.server)}${result.validity.ok ? '' : ' (!)'}`),
        align: 'left',
      },
    ],
    [
      text(
        ['connections'],
        results.map((result) => String(result.cell.connections)),
      ),
      text(
        ['requests/s'],
        results.map((result) => significant(result.requestsPerSec.value)),
      ),
      text(
        ['over trials'],
        results.map(({ requestsPerSec: { low, high } }) =>
          low === null || high === null ? UNKNOWN : `${significant(low)} to ${significant(high)}`,
        ),
      ),
      numberColumn([`server CPU ${unit.symbol}/request`], cpu, unit.size),
      text(
        ['errors'],
        results.map((result) => String(result.errors)),
      ),
    ],
    width,
  );
  return [
    paint('bold', 'Request ceiling of polling'),
    ...paragraph(
      'Each connection asks again as soon as it is answered; there is no feed, so there is no delivery latency.',
      width,
    ),
    '',
    ...blocks.flatMap((block) => [...block.heading.map((line) => paint('bold', line)), ...block.rows, '']),
  ];
}

function notCompleted(document: RunDocument, width: number, paint: Paint): string[] {
  const failed = failedCells(document).flatMap((result) => [
    ...paragraph(`FAILED   ${result.cell.id}, trial ${result.trial}: ${result.reason}`, width, 9).map((line) =>
      paint('red', line),
    ),
    ...result.stderrTail
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-5)
      .flatMap((line) => paragraph(`         stderr: ${line}`, width, 17)),
  ]);
  const skipped = skippedCells(document).flatMap((result) =>
    paragraph(`SKIPPED  ${result.cell.id}: ${result.reason}`, width, 9).map((line) => paint('yellow', line)),
  );
  const lines = [...failed, ...skipped];
  return lines.length === 0 ? [] : [...lines, ''];
}

function failedChecks(name: string, validity: Validity, width: number, paint: Paint): string[] {
  if (validity.ok) return [];
  const checks = validity.checks.filter((check) => !check.ok);
  return [
    ...paragraph(`NOT VALID (!)  ${name}`, width, 15).map((line) => paint('red', line)),
    ...checks.flatMap((check) => {
      const value = check.value === null ? UNKNOWN : significant(check.value);
      return paragraph(`  ${check.name}: ${value}, limit ${check.limit}. ${check.advice}`, width, 4);
    }),
    '',
  ];
}

function invalid(document: RunDocument, width: number, paint: Paint): string[] {
  const labels = cellLabels(deliveryCells(document).map((result) => result.cell));
  return [
    ...deliveryCells(document).flatMap((result) =>
      failedChecks(labels.get(result.cell.id) ?? result.cell.id, result.validity, width, paint),
    ),
    ...capacityCells(document).flatMap((result) => failedChecks(capacityLabel(result), result.validity, width, paint)),
  ];
}

function warnings(document: RunDocument, width: number, paint: Paint): string[] {
  if (document.warnings.length === 0) return [];
  const lines = document.warnings.flatMap((warning) => {
    const where = warning.cellId === null ? '' : `${warning.cellId}: `;
    return paragraph(`! ${where}${warning.message} ${warning.advice}`, width, 2).map((line) => paint('yellow', line));
  });
  return [paint('bold', 'Warnings'), ...lines, ''];
}

function findingLines(document: RunDocument, width: number, paint: Paint): string[] {
  const all = findings(document);
  if (all.length === 0) return [];
  const lines = all.flatMap(({ text, problem }) => {
    const wrapped = paragraph(`- ${text}`, width, 2);
    return problem ? wrapped.map((line) => paint('red', line)) : wrapped;
  });
  return [paint('bold', 'Findings'), ...lines, ''];
}

function banner(document: RunDocument, width: number, paint: Paint): string[] {
  const { level, headline, reasons } = verdict(document);
  const style = level === 'sound' ? 'green' : level === 'partial' ? 'yellow' : 'red';
  const { scenario, plan } = document;
  const about = `${scenario.name}, ${formatNumberOf(plan.trialsPerCell, 'trial')} per cell, seed ${plan.seed}`;
  return [
    ...paragraph(scenario.question, width).map((line) => paint('bold', line)),
    ...paragraph(about, width),
    ...paragraph(`${headline}: ${reasons.join(' ')}`, width, 2).map((line) => paint(style, line)),
    '',
  ];
}

/** The whole result as text for a terminal or a log, ending in a line feed. Pure: the same document, the same text. */
export function renderTerminal(document: RunDocument, options: TerminalOptions): string {
  const paint: Paint = (style, text) => (options.color ? styleText(style, text, { validateStream: false }) : text);
  const { width } = options;
  const lines = [
    ...banner(document, width, paint),
    ...deliveryTable(deliveryCells(document), width, paint),
    ...capacityTable(document, width, paint),
    ...notCompleted(document, width, paint),
    ...invalid(document, width, paint),
    ...warnings(document, width, paint),
    ...findingLines(document, width, paint),
  ];
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
