import type { CellChange, MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import type { Gate } from '../../compare/gate.ts';
import { html, type Markup } from '../../report/markup.ts';
import { thresholdWords } from '../../report/threshold-rows.ts';
import { cellNames, cellsById, changeSentence, differenceSentence, missingCells } from './gate-text.ts';
import { type GatedThreshold, gatedThresholds } from './threshold-text.ts';

/** How a test case came out; `message` is what a list of test cases shows beside it. */
type CaseResult =
  | { kind: 'passed' }
  | { kind: 'skipped'; message: string }
  | { kind: 'failure' | 'error'; type: string; message: string; details: string };

interface TestCase {
  className: string;
  name: string;
  result: CaseResult;
}

interface Suite {
  name: string;
  cases: TestCase[];
  properties: [name: string, value: string][];
}

const PASSED: CaseResult = { kind: 'passed' };

const isBad = ({ result: { kind } }: TestCase) => kind === 'failure' || kind === 'error';

function caseMarkup({ className, name, result }: TestCase): Markup {
  const found =
    result.kind === 'passed'
      ? null
      : result.kind === 'skipped'
        ? html`<skipped message="${result.message}"/>`
        : result.kind === 'failure'
          ? html`<failure type="${result.type}" message="${result.message}">${result.details}</failure>`
          : html`<error type="${result.type}" message="${result.message}">${result.details}</error>`;
  // A comparison of a metric takes no time of its own, and the format wants one.
  return html`    <testcase classname="${className}" name="${name}" time="0">${found}</testcase>\n`;
}

/** Without a time zone and fractions, as the format has it; null when the document's is no time. */
const timestamp = (startedAt: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(startedAt)?.[0] ?? null;

function suiteMarkup({ name, cases, properties }: Suite, id: number, { head }: RunComparison): Markup {
  const count = (kind: CaseResult['kind']) => cases.filter(({ result }) => result.kind === kind).length;
  const started = timestamp(head.startedAt);
  const about = properties.map(([key, value]) => html`      <property name="${key}" value="${value}"/>\n`);
  return html`  <testsuite id="${id}" package="transport-bench" name="${name}" hostname="localhost"${
    started === null ? null : html` timestamp="${started}"`
  } tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="0">
    <properties>
${about}    </properties>
${cases.map(caseMarkup)}    <system-out></system-out>
    <system-err></system-err>
  </testsuite>
`;
}

/** A cell's class, which groups its cases by scenario and transport, and its other parameters, which never depend on other cells. */
function naming(comparison: RunComparison) {
  const cells = cellsById(comparison);
  const scenario = comparison.head.scenario.name;
  return (cellId: string) => {
    const transport = cells.get(cellId)?.transport;
    return transport === undefined
      ? { className: scenario, parameters: cellId }
      : { className: `${scenario}.${transport}`, parameters: cellId.replace(`/${transport}`, '') };
  };
}

function changeResult({ outcome }: Gate, cellName: string, change: MetricChange): CaseResult {
  if (outcome === 'incompatible') return { kind: 'skipped', message: 'base and head cannot be compared' };
  const message = changeSentence(change);
  switch (change.verdict) {
    case 'worse':
      return { kind: 'failure', type: 'regression', message, details: `${cellName}: ${message}` };
    case 'undecided':
      return { kind: 'skipped', message: `undecided: ${message}` };
    case null:
      return { kind: 'skipped', message: `no verdict: ${change.note ?? 'unknown'}` };
    case 'same':
    case 'better':
      return PASSED;
  }
}

const exact = (value: number | null | undefined) => (value == null ? 'unknown' : String(value));

function comparisonSuite(comparison: RunComparison, gate: Gate): Suite {
  const { head, base, cells } = comparison;
  const nameOf = cellNames(comparison);
  const names = naming(comparison);
  const properties: Suite['properties'] = [
    ['base', base.id],
    ['head', head.id],
    ['outcome', gate.outcome],
  ];
  const changeCases = ({ id, changes }: CellChange): TestCase[] => {
    const { className, parameters } = names(id);
    return changes.map((change) => {
      const name = `${change.metric.title}, ${parameters}`;
      const key = `${className}: ${name}`;
      properties.push(
        [`${key}: base`, exact(change.base)],
        [`${key}: head`, exact(change.head)],
        [`${key}: ratio`, exact(change.ratio?.value)],
      );
      return { className, name, result: changeResult(gate, nameOf(id), change) };
    });
  };
  const missing = missingCells(gate).map(({ cellId, text: message }): TestCase => {
    const { className, parameters } = names(cellId);
    const details = `${nameOf(cellId)}: ${message}`;
    return {
      className,
      name: `has results in base and head, ${parameters}`,
      result: { kind: 'error', type: 'missing', message, details },
    };
  });
  return {
    name: `comparison of ${head.scenario.name}`,
    cases: [...missing, ...cells.flatMap(changeCases)],
    properties,
  };
}

function thresholdResult({ row, effect, sentence: message }: GatedThreshold): CaseResult {
  switch (effect) {
    case 'pass':
      return PASSED;
    case 'fail':
      return { kind: 'failure', type: row.state, message, details: message };
    case 'missing':
      return { kind: 'error', type: row.state, message, details: message };
    case 'undecided':
    case 'warning':
    case 'none':
      return { kind: 'skipped', message: `${thresholdWords[row.state]}: ${message}` };
  }
}

function thresholdSuite(comparison: RunComparison, gate: Gate): Suite {
  const scenario = comparison.head.scenario.name;
  const cases = gatedThresholds(comparison, gate).map((threshold) => ({
    className: `${scenario}.thresholds`,
    name: threshold.row.text,
    result: thresholdResult(threshold),
  }));
  return { name: `thresholds of ${scenario}`, cases, properties: [] };
}

/** Whether the runs could be compared and the gate has passed, where no other case says that it has not. */
function outcomeCase({ head }: RunComparison, gate: Gate, others: readonly TestCase[]): TestCase {
  const named = { className: head.scenario.name, name: 'the gate' };
  const { outcome, reason, incompatibilities } = gate;
  if (outcome === 'pass' || (outcome !== 'incompatible' && others.some(isBad))) return { ...named, result: PASSED };
  const details = [reason, ...incompatibilities.map(differenceSentence)].join('\n');
  const kind = outcome === 'regression' ? 'failure' : 'error';
  return { ...named, result: { kind, type: outcome, message: reason, details } };
}

/**
 * The comparison as JUnit XML: a suite for the scenario with a case for each metric of each cell, a failure being a
 * regression and an error missing data or runs that cannot be compared; a suite for the thresholds. What decides nothing is
 * skipped, with the reason. There is a failure or an error exactly when the gate has not passed. The values are
 * properties of the suite, since the format has none for a case.
 */
export function comparisonToJunit(comparison: RunComparison, gate: Gate): string {
  const compared = comparisonSuite(comparison, gate);
  const thresholds = thresholdSuite(comparison, gate);
  compared.cases.unshift(outcomeCase(comparison, gate, [...compared.cases, ...thresholds.cases]));
  const suites = thresholds.cases.length === 0 ? [compared] : [compared, thresholds];
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
${suites.map((suite, id) => suiteMarkup(suite, id, comparison))}</testsuites>
`.text;
}
