import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWindows, encodeWindows } from '../recording/latency-windows.ts';
import { comparisonView } from '../report/comparison/comparison-view.ts';
import { toMarkup } from '../report/tree.ts';
import type { RunDocument } from '../run-document.ts';
import { pollIntervalDocument, sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, partialDocument, quickDocument } from '../samples/variants.ts';
import { compareRuns } from './compare-runs.ts';
import { decodeRun } from './decode-run.ts';
import { shapeProblems } from './document-shape.ts';

describe('the shape that a comparison needs', () => {
  it.each([
    ['golden', quickDocument()],
    ['doubtful', doubtfulDocument()],
    ['empty', emptyDocument()],
    ['partial', partialDocument()],
    ['sweep', sweepDocument()],
    ['poll intervals', pollIntervalDocument()],
  ])('is that of every document: %s', (_, document) => {
    expect(shapeProblems(document)).toEqual([]);
  });

  it('names each thing that is not as it should be', () => {
    expect(shapeProblems(null)).toEqual([': expected an object, got null']);
    const document = JSON.parse(JSON.stringify(quickDocument()));
    document.cells[0].latencyUs.p50 = { value: 'fast', low: null, high: null };
    delete document.plan.cells[0].headers;
    delete document.cells[1].trials[0].windows;
    document.environment.cpuCount = null;
    expect(shapeProblems(document)).toEqual([
      'environment.cpuCount: expected a finite number, got null',
      'plan.cells[0].headers: expected a text or a number, got nothing',
      'cells[0].latencyUs.p50.value: expected a finite number, got a string',
      'cells[1].trials[0].windows: expected an object, got nothing',
    ]);
  });

  it('is enough: whatever else is missing or odd, a comparison with it does not fail', { timeout: 120_000 }, () => {
    const small = JSON.stringify(smallDocument());
    const own = decodeRun(smallDocument());
    const odd = fc.constantFrom(null, 0, -1, 1e308, '', '<b>', [], {}, true, undefined);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 3 }), (changes) => {
        const document = JSON.parse(small);
        for (const [position, value] of changes) spoil(document, position, value);
        if (shapeProblems(document).length > 0) return;
        const comparison = compareRuns(own, decodeRun(document as RunDocument));
        expect(toMarkup(comparisonView(comparison)).text).not.toContain('undefined');
      }),
      { numRuns: 150 },
    );
  });
});

/** Few trials and windows, so that a random change often meets what matters. */
function smallDocument(): RunDocument {
  const document = quickDocument();
  for (const cell of document.cells) {
    if (cell.outcome !== 'completed' || !('theory' in cell)) continue;
    cell.trials = cell.trials.slice(0, 4);
    for (const trial of cell.trials) {
      trial.windows = encodeWindows(trial.windows.events.slice(0, 2), decodeWindows(trial.windows).slice(0, 2));
    }
    cell.theory = [];
    cell.validity.checks = [];
  }
  document.cells = document.cells.slice(0, 1);
  document.calibration = [];
  return document;
}

/** Puts a value in place of one of the document's, the position counting all of them. */
function spoil(document: object, position: number, value: unknown): void {
  const places: [object, string][] = [];
  const walk = (part: object) => {
    for (const [key, child] of Object.entries(part)) {
      places.push([part, key]);
      if (typeof child === 'object' && child !== null) walk(child);
    }
  };
  walk(document);
  const place = places[position % places.length];
  if (place !== undefined) (place[0] as Record<string, unknown>)[place[1]] = value;
}
