import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { formatConformance } from './format.ts';
import type { ConformanceReport } from './report.ts';

const base = { rule: 'the rule', transport: null, violations: [], reason: null };
const report: ConformanceReport = {
  server: 'some',
  contractVersion: 1,
  transports: ['polling', 'sse'],
  checks: [
    { ...base, id: 'start/ready', title: 'starts', outcome: 'passed' },
    {
      ...base,
      id: 'sse/form',
      title: 'has a form',
      outcome: 'failed',
      violations: ['expected a, got b', 'expected c, got d'],
    },
    { ...base, id: 'polling/answer', title: 'answers', outcome: 'skipped', reason: 'interrupted' },
  ],
  passedCount: 1,
  failedCount: 1,
  skippedCount: 1,
  durationMs: 1234,
};

const plain = `some: contract version 1, polling, sse
pass  start/ready     starts
FAIL  sse/form        has a form
      rule: the rule
      - expected a, got b
      - expected c, got d
skip  polling/answer  answers (interrupted)
1 passed, 1 failed, 1 skipped in 1.2 s
`;

it('writes a line for each check, violations below it, and a summary', () => {
  expect(formatConformance(report, { color: false })).toBe(plain);
});

it('differs in nothing but colour with colours', () => {
  const coloured = formatConformance(report, { color: true });
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});
