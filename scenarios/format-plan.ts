import { calibrationTrials } from './calibration.ts';
import type { Cell, Plan } from './cell.ts';
import { durationInWords, estimateConnections } from './estimate.ts';
import { scheduleName } from './expand.ts';
import { estimateBlockMs, type PrecisionGoal } from './further-blocks.ts';
import { machineProblems } from './machine-problems.ts';
import type { OfferedTransports } from './plan.ts';
import { formatProblem, type Problem } from './problems.ts';
import { type MachineLimits, type ProcessLayout, processLayout } from './process-layout.ts';

// Three screens; the summary above the table holds for all of them.
const MOST_ROWS = 100;
const LABEL_WIDTH = 13;

/**
 * A plan as text for the terminal, ending in a line feed: the question, what all cells have in common, a row for each
 * cell with what differs, what the run will take on a machine of these limits, and why that machine cannot, where it
 * cannot. Cells whose server does not offer their transport are marked. With a goal: how the run goes on beyond the plan.
 */
export function formatPlan(
  plan: Plan,
  offered: OfferedTransports,
  limits: MachineLimits,
  goal: PrecisionGoal | null = null,
): string {
  const layouts = plan.cells.map((cell) =>
    cell.kind === 'delivery' && offered[cell.server]?.includes(cell.transport)
      ? processLayout(cell, plan.phases, limits)
      : null,
  );
  const rows: Record<string, string>[] = plan.cells.map((cell, index) => ({
    ...columnsOf(cell),
    ...processColumns(layouts, index),
  }));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row).filter((column) => row[column] !== '')))];
  // A capacity cell has no feed: what it lacks does not make a column of the others vary.
  const valuesOf = (column: string) => new Set(rows.flatMap((row) => row[column] ?? []));
  // A column of one value would only widen the table; the transport stays, since every row needs a name.
  const varying = columns.filter((column) => column === 'transport' || valuesOf(column).size > 1);
  const common = columns.filter((column) => !varying.includes(column));
  const notes = plan.cells.map((cell) => noteOn(cell, offered));

  const table = [varying, ...rows.map((row) => varying.map((column) => row[column] ?? ''))];
  const noted = table.map((row, index) => (index === 0 ? row : [...row, notes[index - 1] ?? '']));
  const shown = noted.slice(0, MOST_ROWS + 1);
  const hiddenCount = noted.length - shown.length;
  const more = hiddenCount > 0 ? [`  ... and ${hiddenCount} more cells`] : [];

  return [
    `${plan.scenario}: ${plan.question}`,
    '',
    ...(common.length > 0
      ? [
          `  ${'in common'.padEnd(LABEL_WIDTH)}${common.map((column) => `${column} ${[...valuesOf(column)].join()}`).join(', ')}`,
          '',
        ]
      : []),
    ...alignTable(shown).map((line) => `  ${line}`),
    ...more,
    '',
    ...summaryOf(plan, notes, layouts, goal).map(([label, text]) => `  ${label.padEnd(LABEL_WIDTH)}${text}`),
    '',
    ...problemLines(machineProblems(plan, offered, limits)),
  ].join('\n');
}

function columnsOf(cell: Cell): Record<string, string> {
  if (cell.kind === 'capacity') {
    return {
      server: cell.server,
      transport: `${cell.transport} (capacity)`,
      options: `connections=${cell.connections} durationMs=${cell.durationMs}`,
    };
  }
  const options = Object.entries({ ...cell.transportOptions, ...cell.serverOptions });
  return {
    server: cell.server,
    transport: cell.transport,
    subscribers: thousands(cell.subscribers),
    'events/s': thousands(cell.eventsPerSec),
    'payload bytes': thousands(cell.payloadBytes),
    schedule: scheduleName(cell.schedule),
    headers: typeof cell.headers === 'number' ? `${thousands(cell.headers)} B` : cell.headers,
    options: options.map(([key, value]) => `${key}=${value}`).join(' '),
  };
}

const processColumnNames: [keyof ProcessLayout, string][] = [
  ['serverProcesses', 'server processes'],
  ['workers', 'workers'],
  ['sourceAddresses', 'addresses'],
];

/** The numbers of processes by which these cells differ; the summary has those they share. */
function processColumns(layouts: readonly (ProcessLayout | null)[], index: number): Record<string, string> {
  const known = layouts.filter((layout) => layout !== null);
  return Object.fromEntries(
    processColumnNames.flatMap(([key, name]) => {
      const layout = layouts[index];
      const differs = new Set(known.map((each) => each[key])).size > 1;
      return differs && layout != null ? [[name, thousands(layout[key])]] : [];
    }),
  );
}

/** What runs at one moment: `1 to 3 server processes, 1 worker of the driver, 1 publisher; connections from 127.0.0.1`. */
function processesInWords(layouts: readonly (ProcessLayout | null)[]): string {
  const known = layouts.filter((layout) => layout !== null);
  const range = (key: keyof ProcessLayout, one: string, many: string) => {
    const numbers = known.map((layout) => layout[key]);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return `${low === high ? '' : `${thousands(low)} to `}${thousands(high)} ${high === 1 ? one : many}`;
  };
  const addresses = known.every((layout) => layout.sourceAddresses === 1)
    ? '127.0.0.1'
    : range('sourceAddresses', 'loopback address', 'loopback addresses');
  return (
    `${range('serverProcesses', 'server process', 'server processes')}, ` +
    `${range('workers', 'driver worker', 'driver workers')}, 1 publisher; connections from ${addresses}`
  );
}

function problemLines(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  return ['  This machine does not suffice:', ...problems.map((problem) => `    ${formatProblem(problem)}`), ''];
}

function noteOn(cell: Cell, offered: OfferedTransports): string {
  return offered[cell.server]?.includes(cell.transport) ? '' : 'skipped: not offered by this server';
}

function summaryOf(
  plan: Plan,
  notes: readonly string[],
  layouts: readonly (ProcessLayout | null)[],
  goal: PrecisionGoal | null,
): [string, string][] {
  const { phases } = plan;
  const runs = new Map(plan.cells.filter((_, index) => notes[index] === '').map((cell) => [cell.id, cell]));
  const connections = plan.trials.reduce((sum, { cellId }) => {
    const cell = runs.get(cellId);
    return cell === undefined ? sum : sum + estimateConnections(cell, phases);
  }, 0);
  const atOnce = [...runs.values()].map((cell) => (cell.kind === 'delivery' ? cell.subscribers : cell.connections));
  const skippedCount = plan.cells.length - runs.size;
  const skipped = skippedCount === 0 ? '' : `, of which ${skippedCount} will be skipped`;
  return [
    ['cells', `${thousands(plan.cells.length)}${skipped}`],
    ['trials', `${thousands(plan.trials.length)}, ${plan.trialsPerCell} of each cell${capacityTrials(plan)}`],
    ['order', 'interleaved: blocks of one trial of every cell, each block in a seeded random order'],
    [
      'phases',
      `warm-up ${seconds(phases.warmupMs)}, measure ${seconds(phases.measureMs)}, ` +
        `drain at most ${seconds(phases.drainMs)}`,
    ],
    ['seed', String(plan.seed)],
    ...(calibrationTrials([...runs.values()]).length > 0
      ? [
          ['anatomy', 'the way of one event over each transport, recorded on the wire before the others'] satisfies [
            string,
            string,
          ],
          ['calibration', 'the driver by itself: a short trial of each transport before the others'] satisfies [
            string,
            string,
          ],
        ]
      : []),
    ...(layouts.some((layout) => layout !== null)
      ? [['processes', processesInWords(layouts)] satisfies [string, string]]
      : []),
    ['connections', `${thousands(connections)} in all, ${thousands(Math.max(0, ...atOnce))} at once`],
    ['time', durationInWords(plan.estimateMs)],
    ...thresholdLines(plan),
    ...(goal === null ? [] : precisionLines(plan, goal, (cellId) => runs.has(cellId))),
  ];
}

/** What the run will be held against, and which of it cannot be in a part of the scenario. */
function thresholdLines({ thresholds = [] }: Plan): [string, string][] {
  return thresholds.map(({ text, severity, cells, leftOutBecause }, index) => {
    const about = cells.length === 1 ? '' : ` (${thousands(cells.length)} cells)`;
    const note = leftOutBecause === null ? about : `: left out, ${leftOutBecause}`;
    return [index === 0 ? 'thresholds' : '', `${text}${severity === 'warn' ? ', only a warning' : ''}${note}`];
  });
}

/** How a run goes on until its intervals are narrow enough, or that it cannot. */
function precisionLines(plan: Plan, goal: PrecisionGoal, runs: (cellId: string) => boolean): [string, string][] {
  const blockMs = estimateBlockMs(plan, runs);
  const inWords = (durationMs: number) => durationInWords(durationMs).replace('about ', '');
  const target = `±${thousands(goal.target * 100)} %`;
  if (plan.estimateMs + blockMs > goal.budgetMs) {
    return [
      [
        'precision',
        `no further trials for ${target}: the plan and one more block take about ${inWords(plan.estimateMs + blockMs)}`,
      ],
      ['', `and the budget is ${inWords(goal.budgetMs)}; raise --budget`],
    ];
  }
  return [
    ['precision', `then one more trial of each cell whose p50 or p99 is not known to ${target} (95 % interval),`],
    [
      '',
      `block by block of at most about ${inWords(blockMs)}, until all are or ${inWords(goal.budgetMs)} in all are spent`,
    ],
  ];
}

/** Capacity cells may have a number of trials of their own. */
function capacityTrials(plan: Plan): string {
  const capacityIds = plan.cells.filter((cell) => cell.kind === 'capacity').map((cell) => cell.id);
  const count = plan.trials.filter((trial) => trial.cellId === capacityIds[0]).length;
  return capacityIds.length === 0 || count === plan.trialsPerCell ? '' : ` (${count} of a capacity cell)`;
}

const thousands = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
const seconds = (durationMs: number) => `${thousands(durationMs / 1000)} s`;

const isNumber = (text: string) => /^[\d.,]+$/.test(text);

/** Columns two spaces apart, numbers to the right; the first row is the heading. */
function alignTable(rows: string[][]): string[] {
  const columnCount = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: columnCount }, (_, index) => rows.map((row) => row[index] ?? ''));
  const formats = columns.map((cells) => ({
    width: Math.max(...cells.map((text) => text.length)),
    right: cells.slice(1).every((text) => text === '' || isNumber(text)) && cells.slice(1).some(isNumber),
  }));
  return rows.map((row) =>
    row
      .map((text, index) => {
        const { width = 0, right = false } = formats[index] ?? {};
        return right ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
