import { join } from 'node:path';
import { compareRuns } from '../../results/compare/compare-runs.ts';
import { comparisonDocument } from '../../results/compare/comparison-document.ts';
import { type GateOutcome, gateOf } from '../../results/compare/gate.ts';
import { poolRounds, poolRuns } from '../../results/compare/pool-runs.ts';
import { comparisonToTerminal } from '../../results/report/terminal/comparison.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { judgeThresholds } from '../../results/thresholds/judge-thresholds.ts';
import { calendarTime } from '../../servers/contract/clock.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { type InterleavedRuns, runInterleaved } from '../interleave/interleaved-runs.ts';
import { projectFolder } from '../run/environment.ts';
import { interruption } from '../run/interruption.ts';
import { folderName } from '../run/run-folder.ts';
import { type CompareCommandOptions, type CompareRequest, readCompareRequest } from './compare-options.ts';
import { readSides } from './compare-sides.ts';
import { checkOutputs, writeOutputs } from './comparison-outputs.ts';
import { readDocuments } from './run-documents.ts';

const exitCodes: Record<GateOutcome, number> = {
  pass: EXIT.ok,
  regression: EXIT.failed,
  incomplete: EXIT.invalid,
  incompatible: EXIT.incompatible,
};

/** What is compared, and whether the runs of both sides ran in turns; null when the user interrupted. */
type Sides = { documents: readonly [RunDocument[], RunDocument[]]; isPaired: boolean } | null;

/** `compare`: the head against the base, judged, in whatever forms are asked for. */
export async function compare(
  base: string | undefined,
  head: string | undefined,
  options: CompareCommandOptions,
): Promise<void> {
  const problems: string[] = [];
  const request = readCompareRequest([base, head], options, problems);
  problems.push(...checkOutputs(options));
  if (request === null || problems.length > 0) throw new UsageError(problems.join('\n'));
  const sides = request.kind === 'documents' ? await documentSides(request) : await interleavedSides(request);
  if (sides === null) {
    process.exitCode = EXIT.interrupted;
    return;
  }
  const [before, after] = sides.documents;
  const { margin, tolerance } = request;
  const { isPaired } = sides;
  const [earlier, later] = isPaired ? poolRounds(before, after) : [poolRuns(before), poolRuns(after)];
  const comparison = compareRuns(earlier, later, { margin, tolerance, isPaired });
  const gate = gateOf(comparison, judgeThresholds(later.document), {
    undecided: options.undecided,
    force: options.force ?? false,
  });
  if (options.json) process.stdout.write(`${JSON.stringify(comparisonDocument(comparison, gate), null, 1)}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env['NO_COLOR'];
    process.stdout.write(comparisonToTerminal(comparison, gate, { color, width: process.stdout.columns || 100 }));
  }
  const failures = writeOutputs(comparison, gate, options);
  for (const failure of failures) process.stderr.write(`error: ${failure}\n`);
  // A gate that passed and whose results are lost has not done what was asked.
  process.exitCode = exitCodes[gate.outcome] || (failures.length > 0 ? EXIT.usage : EXIT.ok);
}

async function documentSides({ base, head }: Extract<CompareRequest, { kind: 'documents' }>): Promise<Sides> {
  return { documents: await readSides(base, head), isPaired: false };
}

async function interleavedSides({
  base,
  head,
  rounds,
  out,
}: Extract<CompareRequest, { kind: 'interleaved' }>): Promise<Sides> {
  const signal = interruption(() => process.stderr.write('\ninterrupted: stopping the run that goes on\n'));
  const folder = out ?? join(projectFolder, 'results', 'runs', folderName(calendarTime(), 'interleaved'));
  const runs = await runInterleaved({
    base,
    head,
    rounds,
    folder,
    signal,
    say: (text) => process.stderr.write(text),
    columns: process.stderr.isTTY === true ? process.stderr.columns || 80 : undefined,
  });
  process.stderr.write(`documents ${folder}\n`);
  if (runs.interrupted) return null;
  return { documents: await documentsOfRounds(runs), isPaired: true };
}

async function documentsOfRounds({ rounds }: InterleavedRuns): Promise<readonly [RunDocument[], RunDocument[]]> {
  const failures = rounds.flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0) {
    const isIncompatible = rounds.some((round) => round.isIncompatible);
    throw new UsageError(failures.join('\n'), isIncompatible ? EXIT.incompatible : EXIT.invalid);
  }
  const paths = (side: 'base' | 'head') => rounds.flatMap((round) => round[side] ?? []);
  return [await readDocuments(paths('base')), await readDocuments(paths('head'))];
}
