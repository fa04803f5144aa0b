import { dirname, join } from 'node:path';
import { toCsv } from '../../results/export/csv.ts';
import { toHlog } from '../../results/export/hlog.ts';
import { toMarkdown } from '../../results/export/markdown.ts';
import { formatList } from '../../results/numbers.ts';
import { compact } from '../../results/report/compact.ts';
import { renderHtml } from '../../results/report/html.ts';
import { renderRuns } from '../../results/report/runs.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { UsageError } from '../exit-codes.ts';
import { reportHistory } from './report-history.ts';
import { type ReportFormat, writeReport } from './report-output.ts';
import { readDocuments } from './run-documents.ts';

export interface ReportOptions {
  format: ReportFormat;
  output?: string;
  /** A folder of runs, instead of documents. */
  history?: string;
}

/** The one document of a format that holds no more. */
function onlyOne(documents: readonly RunDocument[], format: ReportFormat): RunDocument {
  const [first, ...others] = documents as [RunDocument, ...RunDocument[]];
  if (others.length === 0) return first;
  throw new UsageError(
    `--format ${format} takes one document, and there are ${documents.length}; html, md and csv take several`,
  );
}

async function render(documents: readonly RunDocument[], format: ReportFormat): Promise<string> {
  switch (format) {
    case 'html':
      return compact(documents.length === 1 ? renderHtml(documents[0] as RunDocument) : renderRuns(documents));
    case 'md':
      return toMarkdown(documents);
    case 'csv':
      return toCsv(documents);
    case 'json':
      return `${JSON.stringify(onlyOne(documents, format), null, 1)}\n`;
    case 'hlog':
      return toHlog(onlyOne(documents, format));
  }
}

/** Where it goes when nothing is said: a page beside its document, that of several into this folder, a text to standard output. */
function defaultOutput(paths: readonly string[], format: ReportFormat): string {
  if (format !== 'html') return '-';
  return paths.length === 1 ? join(dirname(paths[0] as string), 'report.html') : 'runs.html';
}

/** `report`: makes a page, or another format, of documents that were written before, or of a folder of them over time. */
export async function report(paths: readonly string[], options: ReportOptions): Promise<void> {
  const { format, output, history } = options;
  if (history !== undefined) {
    if (paths.length > 0) {
      throw new UsageError(
        `--history takes the runs of its folder, and ${formatList(paths)} would be left out; put it into the folder, or leave --history out`,
      );
    }
    return reportHistory(history, { format, output });
  }
  if (paths.length === 0) {
    throw new UsageError("missing argument 'run.json': name the document of a run, or a folder of runs with --history");
  }
  const text = await render(await readDocuments(paths), format);
  writeReport(text, output ?? defaultOutput(paths, format), paths);
}
