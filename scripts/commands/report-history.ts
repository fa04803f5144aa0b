import { dirname, relative, resolve } from 'node:path';
import { type History, historyOf, type UnreadFile } from '../../results/history/history.ts';
import { historyPoints, historyToCsv } from '../../results/history/history-export.ts';
import { type HistoryRun, historyRun } from '../../results/history/history-run.ts';
import { formatNumberOf } from '../../results/numbers.ts';
import { compact } from '../../results/report/compact.ts';
import { renderHistory } from '../../results/report/history.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { UsageError } from '../exit-codes.ts';
import { type ReportFormat, writeReport } from './report-output.ts';
import { bulletList, readDocuments } from './run-documents.ts';
import { findRunFiles, RUN_FILE_NAMES } from './run-files.ts';

function filesOf(folder: string): string[] {
  try {
    return findRunFiles(folder);
  } catch (error) {
    throw new UsageError(
      `the history ${folder} cannot be read: ${(error as Error).message}; give --history a folder of runs`,
    );
  }
}

/** A run lies beside its report, which has the same document: it is one run, and people rather open the report. */
const identityOf = ({ id, startedAt, finishedAt, tool, cells }: RunDocument) =>
  JSON.stringify([id, startedAt, finishedAt, tool, cells.length]);

const isPage = ({ source }: HistoryRun) => source.endsWith('.html');

/** All runs of a folder, each once; one file after the other, since all documents together would fill the memory. */
async function readHistory(folder: string, files: readonly string[]): Promise<History> {
  const runs = new Map<string, HistoryRun>();
  const unread: UnreadFile[] = [];
  for (const path of files) {
    const source = relative(folder, path);
    try {
      for (const document of await readDocuments([path])) {
        const run = historyRun(document, source);
        const identity = identityOf(document);
        if (!runs.has(identity) || isPage(run)) runs.set(identity, run);
      }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unread.push({ source, reason: error.message });
    }
  }
  return historyOf([...runs.values()], unread);
}

function render(history: History, format: ReportFormat, folderFromPage: string | null): string {
  switch (format) {
    case 'html':
      return compact(renderHistory(history, { folder: folderFromPage }));
    case 'csv':
      return historyToCsv(history);
    case 'json':
      return `${JSON.stringify({ points: historyPoints(history), unread: history.unread }, null, 1)}\n`;
    case 'md':
    case 'hlog':
      throw new UsageError(`--format ${format} is of single runs; of a history there are html, csv and json`);
  }
}

/** `report --history`: the runs of a folder over time. Files that cannot be read are named, and matter only when none can. */
export async function reportHistory(
  folder: string,
  { format, output }: { format: ReportFormat; output: string | undefined },
): Promise<void> {
  const files = filesOf(folder);
  if (files.length === 0) {
    throw new UsageError(
      `${folder} holds no run: there is no ${RUN_FILE_NAMES} in it or in a folder within; put the documents of \`run\` there`,
    );
  }
  const history = await readHistory(folder, files);
  const { unread } = history;
  const list = bulletList(unread.map(({ reason }) => reason));
  if (history.scenarios.length === 0) {
    throw new UsageError(`none of the ${formatNumberOf(files.length, 'file')} in ${folder} can be used:${list}`);
  }
  const given = output ?? (format === 'html' ? 'history.html' : '-');
  const folderFromPage = given === '-' ? null : relative(dirname(resolve(given)), resolve(folder));
  const text = render(history, format, folderFromPage);
  if (unread.length > 0) {
    process.stderr.write(`warning: ${formatNumberOf(unread.length, 'file')} left out:${list}\n`);
  }
  writeReport(text, given, files);
}
