import { commitText } from '../../compare/run-differences.ts';
import type { CompletedCell } from '../../delivery-result.ts';
import { figuresOf, followedMetrics } from '../../history/figures.ts';
import { runTime } from '../../history/run-time.ts';
import { deliveryCells } from '../../labels.ts';
import { significant, UNKNOWN, type Unit, unitForAll } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { verdict } from '../verdict.ts';
import { harmless, paragraph } from './paint.ts';
import { keyColumns } from './result-tables.ts';
import { layoutTable, type TextColumn } from './table.ts';

/** What is shown of a baseline: the figures on which gates are usually set. */
const HEADINGS: Readonly<Record<string, string>> = {
  'latencyUs.p50': 'p50',
  'latencyUs.p99': 'p99',
  'bytes.overheadPerDelivery': 'overhead',
  'serverUsage.cpuUsPerDelivery': 'server CPU',
};

/** The metrics of a baseline's table. */
export const baselineMetrics = followedMetrics.filter(({ key }) => key in HEADINGS);

function figureColumns(results: readonly CompletedCell[]): TextColumn[] {
  const figures = results.map(figuresOf);
  return baselineMetrics.flatMap(({ key, units, kind }): TextColumn[] => {
    const ofCells = figures.map((each) => each.get(key) ?? null);
    const unit: Unit = unitForAll(
      units,
      ofCells.flatMap((figure) => figure?.value ?? []),
    );
    const text = (value: number | null) => (value === null ? UNKNOWN : significant(value / unit.size));
    const values = ofCells.map((figure) => text(figure?.value ?? null));
    const value: TextColumn = { heading: [HEADINGS[key] ?? key, unit.symbol], cells: values, align: 'decimal' };
    if (kind !== 'noisy') return [value];
    const intervals = ofCells.map((figure) =>
      figure === null || figure.low === null ? UNKNOWN : `${text(figure.low)} to ${text(figure.high)}`,
    );
    return [value, { heading: ['95 % interval', unit.symbol], cells: intervals, align: 'left' }];
  });
}

/** A baseline for the terminal: which run it is, of what, where, and its figures. `name`: its file. */
export function baselineText(name: string, document: RunDocument, width: number): string {
  const { scenario, tool, environment: machine, plan, id } = document;
  const { headline, reasons } = verdict(document);
  const facts = [
    ['scenario', scenario.name],
    ['run', `${id}, ${runTime(document)}`],
    ['code', `commit ${commitText(tool) ?? 'unknown'}, transport-bench ${tool.version}`],
    [
      'machine',
      `${machine.cpuModel ?? 'unknown processor'}, ${machine.cpuCount} logical; ${machine.os}, kernel ${machine.kernel}; Node.js ${machine.nodeVersion}`,
    ],
    ['trials', `${plan.trialsPerCell} of each cell, seed ${plan.seed}`],
    ['validity', `${headline}. ${reasons.join(' ')}`],
  ].flatMap(([fact = '', text = '']) => paragraph(`${fact.padEnd(10)}${text}`, width, 10));
  const results = deliveryCells(document);
  const tables = results.length === 0 ? [] : layoutTable(keyColumns(results), figureColumns(results), width);
  const lines = [harmless(name), ...facts, ...tables.flatMap(({ heading, rows }) => ['', ...heading, ...rows])];
  return `${lines.join('\n')}\n`;
}
