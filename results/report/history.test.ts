import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nightDocument, nightHistory, slowDown } from '../history/fixtures/nights.ts';
import { type History, historyOf } from '../history/history.ts';
import { historyToCsv } from '../history/history-export.ts';
import { historyRun } from '../history/history-run.ts';
import { capacitySearchDocument } from '../samples/capacity-search.ts';
import { hostileDocument } from '../samples/extremes.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { emptyDocument } from '../samples/variants.ts';
import { compact } from './compact.ts';
import { packedDocuments } from './embedded-document.ts';
import { renderHistory } from './history.ts';

const render = (history: History) => renderHistory(history, { folder: 'runs' });
const sections = (page: string) => [...page.matchAll(/<section aria-labelledby="([^"]+)"/g)].map(([, id]) => id);
const figures = (page: string) => [...page.matchAll(/<figure id="([^"]+)"/g)].map(([, id = '']) => id);
/** The figure of this transport. */
const figureOf = (page: string, transport: string) =>
  page.match(new RegExp(`<figure id="trend-quick-fastify-${transport}-[\\s\\S]*?</figure>`))?.[0] ?? '';

describe('a step of websocket on the tenth of sixteen nights', () => {
  const history = nightHistory(16, {
    cell: (cell, night) => {
      if (cell.cell.transport === 'websocket' && night >= 10) slowDown(cell, 1.5);
      if (cell.cell.transport === 'sse' && night === 4) cell.validity = { ok: false, checks: [] };
    },
    document: ({ environment }, night) => {
      if (night >= 13) environment.kernel = '99.1';
    },
  });
  const page = render(history);

  it('is said first, with a link to its chart, where it has the same number', () => {
    const answer = page.match(/<div id="answer">[\s\S]*?<\/div>/)?.[0] ?? '';
    expect(answer).toMatch(/2 times a metric stepped out of its band; the newest first\./);
    const [, number = '', figure = ''] =
      answer.match(/<li value="(\d)">.*?✕ worse.*?<a href="#([^"]+)"><strong>websocket: latency p50 rose from/) ?? [];
    expect(figures(page)).toContain(figure);
    expect(figureOf(page, 'websocket')).toContain(`<title>step ${number}</title>`);
    expect(figureOf(page, 'sse')).not.toContain('<title>step');
  });

  it('has a chart for each cell, a row for each metric, and a line of data for each run', () => {
    expect(sections(page)).toEqual(['scenario-1', 'runs', 'method', 'glossary', 'raw']);
    expect(figures(page)).toHaveLength(5);
    for (const id of figures(page)) {
      const figure = page.match(new RegExp(`<figure id="${id}"[\\s\\S]*?</figure>`))?.[0] ?? '';
      expect(figure.match(/class="row-label"/g)).toHaveLength(6);
      expect(figure.match(/<tr><th scope="row">2026-03-/g)).toHaveLength(16);
      expect(figure).toContain('To be expected next');
    }
  });

  it('shows what is not valid by a cross and by words, and joins no line through it', () => {
    const [sse, websocket] = [figureOf(page, 'sse'), figureOf(page, 'websocket')];
    expect(sse.match(/<title>not valid<\/title>/g)).toHaveLength(4);
    expect(sse.match(/✕ [^<]*, not valid/g)).toHaveLength(4);
    const partsOf = (figure: string) => figure.match(/class="curve" d="([^"]*)"/)?.[1]?.match(/M/g)?.length;
    expect([partsOf(sse), partsOf(websocket)]).toEqual([2, 1]);
    expect(websocket).not.toContain('not valid');
  });

  it('marks the new kernel with words, in every chart and in the list of runs', () => {
    expect(page.match(/<path class="phase change-mark"[^>]*><title>Kernel: 99\.1<\/title>/g)).toHaveLength(5);
    expect(page.match(/<text class="label"[^>]*>Kernel: 99\.1<\/text>/g)).toHaveLength(5);
    expect(page.match(/<td class="text">Kernel: [^<]* → 99\.1<\/td>/g)).toHaveLength(1);
  });

  it('links the documents, and has the points instead of them', () => {
    expect(page.match(/<a href="\.\/runs\/\d+\/run\.json">/g)).toHaveLength(16);
    expect(packedDocuments(page)).toEqual([]);
    const packed = page.match(/href="data:application\/x-gzip;base64,([^"]*)"/)?.[1] ?? '';
    expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toBe(historyToCsv(history));
  });
});

describe('a history of', () => {
  it('one run says that there is nothing to hold it against, and is drawn', () => {
    const page = render(nightHistory(1));
    expect(page).toContain(
      'There is nothing to hold a run against yet. A band needs 5 runs of the same conditions, or 2 that agree',
    );
    expect(figures(page)).toHaveLength(5);
    expect(page).not.toContain('class="curve"');
  });

  it('two runs has lines, and bands of what is counted for the next run', () => {
    const page = render(nightHistory(2));
    expect(page).toContain('6 of 30 lines have a band of what is to be expected.');
    expect(figureOf(page, 'sse').match(/class="curve"/g)).toHaveLength(6);
  });

  it('two hundred runs is a page of less than 2 MB, with all of them drawn', () => {
    const history = nightHistory(200, { cell: (cell, night) => slowDown(cell, 1 + 0.03 * Math.sin(night)) });
    const page = compact(render(history));
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    expect(page.match(/<path class=trend-dots d="([^"]*)"/)?.[1]?.match(/h0/g)).toHaveLength(200);
  });

  it('fifteen cells and two hundred runs is not larger: the newest runs are drawn, and the data has all', () => {
    const sweep = (night: number) => {
      const { id, startedAt } = nightDocument(night);
      return historyRun({ ...sweepDocument(), id, startedAt }, `${night}.json`);
    };
    const history = historyOf(Array.from({ length: 200 }, (_, night) => sweep(night)));
    const page = compact(render(history));
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    const cells = history.scenarios[0]?.cells.length ?? 0;
    expect(page).toContain(`Drawn are the newest ${Math.floor(2400 / cells)} of 200 runs. The data below has all.`);
    expect(page.match(/<figure id=trend-/g)).toHaveLength(cells);
  });

  it('runs without a result names them, and draws nothing', () => {
    const page = render(
      historyOf(
        [capacitySearchDocument(), { ...emptyDocument(), startedAt: '2026-11-22' }].map((each) =>
          historyRun(each, 'x.json'),
        ),
      ),
    );
    expect(page).toContain('No run has the result of a cell in which a feed was delivered.');
    expect(page).toMatch(/✕ The newest run of quick:<\/strong> No cell was measured\./);
    expect(figures(page)).toEqual([]);
  });

  it('several scenarios has a section for each, and names files that could not be read', () => {
    const other = nightDocument(1, { document: ({ scenario }) => Object.assign(scenario, { name: 'another' }) });
    const runs = [nightDocument(0), other].map((each) => historyRun(each, 'x.json'));
    const page = render(historyOf(runs, [{ source: 'cut.json', reason: 'is cut off <here>' }]));
    expect(page).toContain('<h1>2 scenarios, from run to run</h1>');
    expect(sections(page)).toEqual(['scenario-1', 'scenario-2', 'runs', 'unread', 'method', 'glossary', 'raw']);
    expect(page).toContain('<code>cut.json</code>: is cut off &lt;here&gt;');
    expect(new Set(figures(page)).size).toBe(10);
  });

  it('hostile texts: none becomes markup, and no number is spoilt', () => {
    const runs = Array.from({ length: 3 }, () => hostileDocument());
    const page = render(historyOf(runs.map((each) => historyRun(each, '"><img src=x>/run.json'))));
    const markup = page.replace(/<style>[\s\S]*?<\/style>|<script[\s\S]*?<\/script>/g, '');
    expect(markup.match(/<img|<!--|\son[a-z]+=['"]|href="javascript:/gi)).toBeNull();
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(markup.match(/.{30}(?:\bNaN\b|\bundefined\b|\[object|\bInfinity\b).{10}/)).toBeNull();
    expect(page.isWellFormed()).toBe(true);
  });
});
