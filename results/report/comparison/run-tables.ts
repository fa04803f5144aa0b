import { commitText, type DifferenceKind, type RunDifference } from '../../compare/run-differences.ts';
import type { RunDocument } from '../../run-document.ts';
import { type Child, type Element, element } from '../tree.ts';
import { verdict } from '../verdict.ts';

/** A table in a box of its own that scrolls sideways: as scrollable() of html/tables.ts, for Node and browser. */
export function scrollBox(label: string, table: Element): Element {
  const attributes = {
    class: 'scroll',
    role: 'region',
    'aria-label': `${label}, can be scrolled sideways`,
    tabindex: '0',
  };
  return element('div', attributes, table);
}

const headRow = (texts: readonly string[]) =>
  element(
    'thead',
    {},
    element(
      'tr',
      {},
      texts.map((text) => element('th', { scope: 'col' }, text)),
    ),
  );

/** A row whose first text heads it. */
const factRow = ([first = '', ...others]: readonly string[]) =>
  element(
    'tr',
    {},
    element('th', { scope: 'row' }, first),
    others.map((text) => element('td', { class: 'fact' }, text)),
  );

/** Which run is which: a row for each, under the names they have in the page. */
export function runTable(documents: readonly RunDocument[], names: readonly string[]): Element {
  const rows = documents.map((document, at) => {
    const { id, startedAt, scenario, tool, environment } = document;
    return factRow([
      names[at] as string,
      id,
      startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
      scenario.name,
      commitText(tool) ?? 'unknown',
      `${environment.cpuModel ?? 'unknown'}, ${environment.cpuCount} logical`,
      verdict(document).headline,
    ]);
  });
  const heads = ['Name here', 'Run', 'Started', 'Scenario', 'Commit', 'Processor', 'Validity'];
  return scrollBox('The runs', element('table', {}, headRow(heads), element('tbody', {}, rows)));
}

const meanings: Record<DifferenceKind, string> = {
  machine: 'Of the machine',
  load: 'Of what was asked of the servers, or for how long',
  code: 'Of what was measured, or measured with',
};

/** What a reader must know before any verdict: the machines differ. Null when they do not. */
export function machineWarning(differences: readonly RunDifference[]): Element | null {
  const names = differences.filter(({ kind }) => kind === 'machine').map(({ what }) => what);
  if (names.length === 0) return null;
  return element(
    'p',
    { class: 'incomparable' },
    element('strong', {}, '! The machines differ'),
    ` (${names.join('; ')}). Latency, processor time and memory may differ by that alone: a verdict on them says that the figures differ, and not why. Bytes, requests and connections can still be compared.`,
  );
}

/** What differs between runs besides their results. */
export function differenceTable(differences: readonly RunDifference[], names: readonly string[]): Child {
  if (differences.length === 0) {
    return element(
      'p',
      {},
      'As far as the documents tell, nothing differs besides the results: the same code, machine and load.',
    );
  }
  const groups = (['machine', 'load', 'code'] as const).flatMap((kind) => {
    const own = differences.filter((difference) => difference.kind === kind);
    if (own.length === 0) return [];
    const heading = element('th', { scope: 'rowgroup', colspan: String(names.length + 1) }, meanings[kind]);
    return [
      element(
        'tbody',
        {},
        element('tr', { class: 'group' }, heading),
        own.map(({ what, values }) => factRow([what, ...values])),
      ),
    ];
  });
  return scrollBox('Differences between the runs', element('table', {}, headRow(['Difference', ...names]), groups));
}
