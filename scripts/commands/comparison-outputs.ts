import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunComparison } from '../../results/compare/compare-runs.ts';
import type { Gate } from '../../results/compare/gate.ts';
import { comparisonToAnnotations } from '../../results/export/comparison/annotations.ts';
import { comparisonToBadge } from '../../results/export/comparison/badge.ts';
import { comparisonToBenchmarkAction } from '../../results/export/comparison/benchmark-action.ts';
import { comparisonToCsv } from '../../results/export/comparison/csv.ts';
import { comparisonToJunit } from '../../results/export/comparison/junit.ts';
import { comparisonToMarkdown } from '../../results/export/comparison/markdown.ts';
import { compact } from '../../results/report/compact.ts';
import { renderComparison } from '../../results/report/comparison-page.ts';
import { replaceFile } from '../replace-file.ts';
import type { CompareCommandOptions } from './compare-options.ts';

/** A step summary may have 1 MiB, a comment 65,536 characters; both with room for what a workflow adds. */
const SUMMARY_BYTES_MAX = 900_000;
const COMMENT_BYTES_MAX = 60_000;

type Output = 'summary' | 'comment' | 'junit' | 'csv' | 'benchmarkAction' | 'badge' | 'html';

const outputs: Record<Output, (comparison: RunComparison, gate: Gate) => string> = {
  summary: (comparison, gate) => comparisonToMarkdown(comparison, gate, { mostBytes: SUMMARY_BYTES_MAX }),
  comment: (comparison, gate) => comparisonToMarkdown(comparison, gate, { mostBytes: COMMENT_BYTES_MAX }),
  junit: comparisonToJunit,
  csv: comparisonToCsv,
  benchmarkAction: comparisonToBenchmarkAction,
  badge: comparisonToBadge,
  html: (comparison, gate) => compact(renderComparison(comparison, gate)),
};

const names = Object.keys(outputs) as Output[];

/** What is wrong with the files that are asked for, before anything is done. */
export function checkOutputs(options: CompareCommandOptions): string[] {
  const asked = names.flatMap((name) => (options[name] === undefined ? [] : [resolve(options[name])]));
  return [...new Set(asked.filter((path, at) => asked.indexOf(path) !== at))].map(
    (path) => `${path} is asked for twice; give each output a file of its own`,
  );
}

/**
 * Writes every file that is asked for, and what a job of GitHub Actions shows: its step summary, to which other steps write as
 * well, and annotations. Returns what could not be written; the others are.
 */
export function writeOutputs(comparison: RunComparison, gate: Gate, options: CompareCommandOptions): string[] {
  const failures: string[] = [];
  const attempt = (path: string, write: () => void) => {
    try {
      write();
    } catch (error) {
      failures.push(`${path} could not be written: ${(error as Error).message}`);
    }
  };
  for (const name of names) {
    const path = options[name];
    if (path !== undefined) attempt(path, () => replaceFile(resolve(path), outputs[name](comparison, gate)));
  }
  const { GITHUB_STEP_SUMMARY: stepSummary, GITHUB_ACTIONS: isJob } = process.env;
  if (stepSummary) attempt(stepSummary, () => appendFileSync(stepSummary, outputs.summary(comparison, gate)));
  if (isJob === 'true') {
    // A runner reads both streams; with --json the first has to stay JSON.
    (options.json ? process.stderr : process.stdout).write(comparisonToAnnotations(comparison, gate));
  }
  return failures;
}
