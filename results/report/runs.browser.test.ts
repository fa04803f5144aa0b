import { afterAll, beforeAll, describe, test } from 'vitest';
import type { RunDocument } from '../run-document.ts';
import { hostileDocument, wideDocument } from '../samples/extremes.ts';
import { doubtfulDocument, emptyDocument, partialDocument, quickDocument, withCells } from '../samples/variants.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { ReportPages } from './fixtures/report-pages.ts';
import { expectWhole } from './fixtures/whole-page.ts';
import { renderRuns } from './runs.ts';

/** The golden document with every CPU time multiplied. */
function withCpu(factor: number): RunDocument {
  return withCells((cell) => {
    for (const { serverUsage } of [cell, ...cell.trials]) {
      serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * factor;
    }
  });
}

const sets: Record<string, () => RunDocument[]> = {
  'two runs, one with faults': () => [quickDocument(), doubtfulDocument()],
  'ten runs': () => Array.from({ length: 10 }, (_, at) => withCpu(1.1 ** at)),
  'runs cut short and empty': () => [partialDocument(), quickDocument(), emptyDocument()],
  'values from 1 us to 60 s, and a hundredfold change': () => [
    wideDocument(),
    wideDocument(),
    withCpu(1),
    withCpu(100),
  ],
  'hostile texts': () => [hostileDocument(), hostileDocument()],
  'one run': () => [quickDocument()],
};

describe.skipIf(isBrowserMissing())('the report of several runs in a browser', () => {
  let pages: ReportPages;

  beforeAll(async () => {
    pages = await ReportPages.start();
  });

  afterAll(() => pages?.close());

  test.each(Object.entries(sets))('%s: whole at 1440 and 360 px, light and dark', { timeout: 120_000 }, (_, runs) =>
    expectWhole(pages, renderRuns(runs())),
  );
});
