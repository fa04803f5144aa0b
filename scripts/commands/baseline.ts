import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { commitText } from '../../results/compare/run-differences.ts';
import { runTime } from '../../results/history/run-time.ts';
import { deliveryCells } from '../../results/labels.ts';
import { formatBytes, formatNumberOf } from '../../results/numbers.ts';
import { harmless } from '../../results/report/terminal/paint.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { replaceFile } from '../replace-file.ts';
import { bulletList, readDocuments } from './run-documents.ts';

/** Where baselines are, from the folder the user is in. */
const FOLDER = 'baselines';

export interface BaselineSaveOptions {
  force?: boolean;
}

const BASELINE_NAME = /\.json(?:\.gz)?$/;

/** Only what cannot lead out of the folder. */
const PLAIN_NAME = /^[A-Za-z0-9][\w.-]*$/;

/** Place of the operating system in the head of a gzip file, and the value for an unknown one (RFC 1952, section 2.3.1). */
const GZIP_SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

/** Everything that keeps a run from being a baseline: what is not in it, or wrong in it, could not be compared. */
function shortcomings(document: RunDocument): string[] {
  const measured = new Set(document.cells.map(({ cell }) => cell.id));
  const unmeasured = document.plan.cells.filter(({ id }) => !measured.has(id));
  return [
    ...(document.status === 'completed' ? [] : [`the run was not finished: its status is "${document.status}"`]),
    ...document.cells.flatMap((result) => {
      if (result.outcome !== 'completed')
        return [`${result.cell.id} ${result.outcome === 'failed' ? 'failed' : 'was skipped'}: ${result.reason}`];
      const failed = result.validity.checks.filter(({ ok, severity }) => !ok && severity === 'invalid');
      return result.validity.ok
        ? []
        : [`${result.cell.id} is not valid: it failed its check that ${failed.map(({ name }) => name).join('; ')}`];
    }),
    ...(unmeasured.length === 0 ? [] : [`${formatNumberOf(unmeasured.length, 'planned cell')} without a result`]),
  ];
}

/** The one run of a file. */
async function onlyRun(path: string): Promise<RunDocument> {
  const [document, ...others] = await readDocuments([path]);
  if (document !== undefined && others.length === 0) return document;
  throw new UsageError(
    `${path} holds ${others.length + 1} runs, and a baseline is one; name the run.json of one of them`,
  );
}

function check(document: RunDocument, path: string, isForced: boolean): void {
  if (deliveryCells(document).length === 0) {
    throw new UsageError(
      `${path} cannot be a baseline: no cell in it delivered a feed, so nothing could be compared with it; run a scenario to its end`,
      EXIT.invalid,
    );
  }
  const problems = shortcomings(document);
  if (problems.length === 0 || isForced) return;
  throw new UsageError(
    `${path} should not be a baseline:${bulletList(problems)}\nRepeat the run, or keep this one all the same with --force`,
    EXIT.invalid,
  );
}

function targetOf(file: string | undefined, { scenario }: RunDocument): string {
  if (file !== undefined && !BASELINE_NAME.test(basename(file))) {
    throw new UsageError(`the baseline ${file} needs a name that ends in .json.gz, or in .json to be kept unpacked`);
  }
  if (file !== undefined) return resolve(file);
  if (!PLAIN_NAME.test(scenario.name)) {
    throw new UsageError(
      `the scenario's name "${scenario.name}" cannot be the name of a file; name the file of the baseline`,
    );
  }
  return resolve(join(FOLDER, `${scenario.name}.json.gz`));
}

const described = (document: RunDocument) =>
  `${document.id} of ${runTime(document)}, commit ${commitText(document.tool) ?? 'unknown'}`;

/** What the new baseline takes the place of, in words; null when there is nothing. */
async function replaced(target: string, document: RunDocument, isForced: boolean): Promise<string | null> {
  if (!existsSync(target)) return null;
  try {
    const before = await onlyRun(target);
    const other =
      before.scenario.name === document.scenario.name ? '' : `, a run of another scenario, ${before.scenario.name}`;
    return `${described(before)}${other}`;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (isForced) return 'a file that is no run';
    throw new UsageError(
      `${target} would be replaced, and is no baseline (${error.message}); choose another file, or replace it with --force`,
    );
  }
}

/** The document as it is kept: the same document, the same bytes, so that a commit shows when a baseline has changed. */
function packed(document: RunDocument, target: string): Uint8Array {
  const text = `${JSON.stringify(document, null, target.endsWith('.gz') ? 0 : 1)}\n`;
  if (!target.endsWith('.gz')) return Buffer.from(text);
  // zlib writes no time of its own, but the system it ran on.
  const bytes = gzipSync(text, { level: 9 });
  bytes[GZIP_SYSTEM_BYTE] = UNKNOWN_SYSTEM;
  return bytes;
}

/** `baseline save`: keeps a run for later comparisons. Ends with exit code 3 when the run is not fit for it. */
export async function saveBaseline(run: string, file: string | undefined, options: BaselineSaveOptions): Promise<void> {
  const isForced = options.force === true;
  const document = await onlyRun(run);
  const target = targetOf(file, document);
  check(document, run, isForced);
  const before = await replaced(target, document, isForced);
  const bytes = packed(document, target);
  try {
    replaceFile(target, bytes);
  } catch (error) {
    throw new UsageError(`${target} cannot be written: ${(error as Error).message}; choose another file`);
  }
  const lines = [
    `baseline  ${target}, ${formatBytes(bytes.length)}`,
    `run       ${described(document)}`,
    ...(before === null ? [] : [`replaced  ${before}`]),
    ...shortcomings(document).map((problem) => `warning   ${problem}`),
  ];
  process.stdout.write(`${lines.map(harmless).join('\n')}\n`);
}
