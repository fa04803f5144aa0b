import { statSync } from 'node:fs';
import { figuresOf } from '../../results/history/figures.ts';
import { deliveryCells } from '../../results/labels.ts';
import { formatNumberOf } from '../../results/numbers.ts';
import { baselineMetrics, baselineText } from '../../results/report/terminal/baseline-text.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { bulletList, readDocuments } from './run-documents.ts';
import { findRunFiles } from './run-files.ts';

export interface BaselineShowOptions {
  json?: boolean;
}

const HOW_TO_SAVE = 'save one with `npm run bench -- baseline save RUN`';
const DEFAULT_WIDTH = 120;

/** A baseline with the file it is in. */
interface Baseline {
  file: string;
  document: RunDocument;
}

/** The files of a path; a missing or empty one is a missing baseline. */
function filesOf(path: string): string[] {
  try {
    const files = statSync(path).isDirectory() ? findRunFiles(path) : [path];
    if (files.length > 0) return files;
  } catch (error) {
    throw new UsageError(
      `there is no baseline at ${path}: ${(error as Error).message}; ${HOW_TO_SAVE}`,
      EXIT.incompatible,
    );
  }
  throw new UsageError(`there is no baseline in ${path}; ${HOW_TO_SAVE}`, EXIT.incompatible);
}

/** What other programs get of a baseline. */
function summary({ file, document }: Baseline) {
  const { id, startedAt, scenario, tool, environment, plan } = document;
  return {
    file,
    scenario: scenario.name,
    id,
    startedAt,
    tool,
    machine: {
      cpuModel: environment.cpuModel,
      cpuCount: environment.cpuCount,
      os: environment.os,
      kernel: environment.kernel,
    },
    nodeVersion: environment.nodeVersion,
    trialsPerCell: plan.trialsPerCell,
    cells: deliveryCells(document).map((result) => {
      const figures = figuresOf(result);
      const shown = baselineMetrics.map(({ key }) => {
        const { value, low, high } = figures.get(key) ?? { value: null, low: null, high: null };
        return [key, value === null ? null : { value, low, high }];
      });
      return {
        id: result.cell.id,
        transport: result.cell.transport,
        valid: result.validity.ok,
        trials: result.trials.length,
        figures: Object.fromEntries(shown),
      };
    }),
  };
}

/** `baseline show`: what baselines are there. Ends with exit code 4 when there is none, or one that cannot be read. */
export async function showBaselines(path: string, options: BaselineShowOptions): Promise<void> {
  const baselines: Baseline[] = [];
  const problems: string[] = [];
  for (const file of filesOf(path)) {
    try {
      baselines.push(...(await readDocuments([file])).map((document) => ({ file, document })));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(baselines.map(summary), null, 1)}\n`);
  else {
    const width = process.stdout.columns || DEFAULT_WIDTH;
    process.stdout.write(baselines.map(({ file, document }) => baselineText(file, document, width)).join('\n'));
  }
  if (problems.length > 0) {
    throw new UsageError(
      `${formatNumberOf(problems.length, 'file')} cannot be used:${bulletList(problems)}\nRemove what is no baseline, or ${HOW_TO_SAVE}`,
      EXIT.incompatible,
    );
  }
}
