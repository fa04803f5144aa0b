import { styleText } from 'node:util';
import type { CheckOutcome, CheckResult, ConformanceReport } from './report.ts';

type Style = Parameters<typeof styleText>[0];

const mark: Record<CheckOutcome, { word: string; style: Style }> = {
  passed: { word: 'pass', style: 'green' },
  failed: { word: 'FAIL', style: 'red' },
  skipped: { word: 'skip', style: 'yellow' },
};

/**
 * The report as text for a terminal: a line for each check, its violations and the rule they break indented below it,
 * and a summary. Without colours it is plain text.
 */
export function formatConformance(report: ConformanceReport, { color }: { color: boolean }): string {
  const paint = (style: Style, text: string) => (color ? styleText(style, text, { validateStream: false }) : text);
  const idWidth = Math.max(...report.checks.map(({ id }) => id.length));

  function formatCheck({ id, title, rule, outcome, violations, reason }: CheckResult): string {
    const { word, style } = mark[outcome];
    const why = reason === null ? '' : ` (${reason})`;
    const lines = [`${paint(style, word)}  ${id.padEnd(idWidth)}  ${title}${paint('dim', why)}`];
    if (outcome === 'failed')
      lines.push(paint('dim', `      rule: ${rule}`), ...violations.map((text) => `      - ${text}`));
    return lines.join('\n');
  }

  const { server, contractVersion, passedCount, failedCount, skippedCount, durationMs } = report;
  const summary = `${passedCount} passed, ${failedCount} failed, ${skippedCount} skipped`;
  const style = failedCount > 0 ? 'red' : skippedCount > 0 ? 'yellow' : 'green';
  return [
    `${server}: contract version ${contractVersion}, ${report.transports.join(', ') || 'no transports'}`,
    ...report.checks.map(formatCheck),
    `${paint(style, summary)} in ${(durationMs / 1000).toFixed(1)} s`,
    '',
  ].join('\n');
}
