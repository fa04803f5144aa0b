import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompletedCell } from '../delivery-result.ts';
import { deliveryCells } from '../labels.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { quickDocument } from '../samples/variants.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { ReportPages } from './fixtures/report-pages.ts';

/** Where the document has what a column shows, told apart from the columns' own code. */
const paths: Record<string, (cell: CompletedCell) => number | null> = {
  p50: ({ latencyUs }) => latencyUs.p50?.value ?? null,
  p90: ({ latencyUs }) => latencyUs.p90?.value ?? null,
  p99: ({ latencyUs }) => latencyUs.p99?.value ?? null,
  max: ({ latencyUs }) => latencyUs.max,
  overheadPerDelivery: ({ bytes }) => bytes.overheadPerDelivery,
  requestsPerDelivery: ({ requests }) => requests.perDelivery,
  connections: ({ connections }) => connections.peak,
  serverCpuPerDelivery: ({ serverUsage }) => serverUsage.cpuUsPerDelivery,
  serverMemoryPerSubscriber: ({ serverUsage }) => serverUsage.rssBytesPerSubscriber,
};

const sizes: Record<string, number> = { '': 1, us: 1, ms: 1e3, s: 1e6, B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** A cell of the table as a reader sees it. */
interface Shown {
  cell: string;
  metric: string;
  unit: string;
  text: string;
}

const READ_MATRIX = `[...document.querySelectorAll('table.matrix tbody tr')].flatMap((row) =>
  [...row.querySelectorAll('td[data-metric]')].map((cell) => ({
    cell: row.dataset.cell,
    metric: cell.dataset.metric,
    unit: document.querySelector('#metric-' + cell.dataset.metric + ' .unit')?.textContent ?? '',
    text: cell.firstChild.textContent,
  })))`;

describe.skipIf(isBrowserMissing())('the table of results in a browser', () => {
  let pages: ReportPages;

  beforeAll(async () => {
    pages = await ReportPages.start();
  });

  afterAll(() => pages?.close());

  test.each([
    ['quick', quickDocument()],
    ['sweep', sweepDocument()],
  ])('%s: every number is the number in the document, to three digits', (_, document) =>
    pages.visit(document, {}, async ({ page }) => {
      const shown = (await page.evaluate(READ_MATRIX)) as Shown[];
      const cells = new Map(deliveryCells(document).map((result) => [result.cell.id, result]));
      expect(shown).toHaveLength(cells.size * Object.keys(paths).length);
      for (const { cell, metric, unit, text } of shown) {
        const value = paths[metric]?.(cells.get(cell) as CompletedCell) ?? null;
        const where = `${cell}, ${metric}: ${text} ${unit}`;
        if (value === null) {
          expect(text, where).toBe('—');
          continue;
        }
        const read = Number(text.replaceAll(',', '')) * (sizes[unit] as number);
        expect(Math.abs(read - value), where).toBeLessThanOrEqual(Math.abs(value) * 0.005);
      }
    }),
  );
});
