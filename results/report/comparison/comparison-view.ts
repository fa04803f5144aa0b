import type { RunComparison } from '../../compare/compare-runs.ts';
import { COUNT_TOLERANCE } from '../../compare/compare-runs.ts';
import { EQUIVALENCE_MARGIN } from '../../statistics/compare.ts';
import { type Child, element } from '../tree.ts';
import { changeChart } from './change-chart.ts';
import { labelsOfRuns } from './comparison-labels.ts';
import { claimedChanges, withoutPair } from './comparison-summary.ts';
import { changeList, changeMatrix, hasFaults } from './comparison-table.ts';
import { differenceTable, machineWarning, runTable } from './run-tables.ts';

const NAMES = ['A, the base', 'B, the other'];

const READING = `Each figure is the change from A to B with its 95 % interval, and both values are below it. Less is better in all of them. Timed figures (latency, processor time, memory) are the same when the whole interval lies within ${EQUIVALENCE_MARGIN * 100} %; they are worse or better only when the change is larger than that, the interval excludes 0 and p, corrected for all comparisons together, is below 5 %. Counted ones (bytes, requests, connections, faults) are compared exactly, up to ${COUNT_TOLERANCE * 100} %; where their trials show that they depend on timing, the interval and p decide. Two runs at different times may differ by more than their trials show: repeat both before acting on a small change.`;

const NO_FAULTS = 'No event was missing, duplicated, out of order or corrupted in either run. ';

/** How a comparison is shown. */
interface ComparisonOptions {
  /** "run 2 against run 1": tells its tables from those of other comparisons in the page. */
  name: string;
  /** Whether to say how the verdicts are to be read; once in a page is enough. */
  isExplained: boolean;
}

/** What a comparison claims, its chart, and the table of all cells and metrics; without saying which run is which. */
export function comparisonResults(comparison: RunComparison, { name, isExplained }: ComparisonOptions): Child {
  const labels = labelsOfRuns([comparison.base, comparison.head]);
  const numbers = changeList(comparison, labels, name);
  const chart = changeChart(comparison, labels, { name, data: numbers });
  const noFaults = numbers === null || comparison.cells.some(hasFaults) ? null : NO_FAULTS;
  const reading = numbers === null || !isExplained ? null : READING;
  return [
    machineWarning(comparison.differences),
    claimedChanges(comparison, labels),
    chart,
    changeMatrix(comparison, labels, name),
    noFaults === null && reading === null ? null : element('p', { class: 'note' }, noFaults, reading),
    withoutPair(comparison, labels),
    chart === null ? numbers : null,
  ];
}

/** A comparison as a whole: which run is which, the results, and what differs besides. */
export function comparisonView(comparison: RunComparison): Child {
  return [
    runTable([comparison.base, comparison.head], NAMES),
    comparisonResults(comparison, { name: 'B against A', isExplained: true }),
    element('h3', {}, 'What differs besides the results'),
    differenceTable(comparison.differences, NAMES),
  ];
}
