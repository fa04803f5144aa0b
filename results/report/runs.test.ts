import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { significant } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import { capacitySearchDocument } from '../samples/capacity-search.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, partialDocument, quickDocument, withText } from '../samples/variants.ts';
import { packedDocuments } from './embedded-document.ts';
import { renderRuns } from './runs.ts';

/** The ids of the sections of a page, in order. */
const sections = (page: string) => [...page.matchAll(/<section aria-labelledby="([^"]+)"/g)].map(([, id]) => id);

/** The golden document under another id. */
const named = (id: string, document: RunDocument = quickDocument()): RunDocument => ({ ...document, id });

describe('the report of several runs', () => {
  const documents = [named('first'), named('second', doubtfulDocument()), named('third', partialDocument())];
  const page = renderRuns(documents);

  it('has a section for each comparison with the first, and the results of all', () => {
    expect(sections(page)).toEqual(['runs', 'compared-2', 'compared-3', 'results', 'latency', 'glossary', 'raw']);
  });

  it('has every document whole', () => {
    const packed = packedDocuments(page).map((each) => JSON.parse(gunzipSync(Buffer.from(each, 'base64')).toString()));
    expect(packed).toEqual(documents);
  });

  it('has a row with its own numbers for each cell of each run', () => {
    const table = page.match(/<table class="runs">.*?<\/table>/s)?.[0] ?? '';
    const rows = [...table.matchAll(/<tr(?: class="[^"]*")?><th scope="row">.*<\/tr>/g)].map(([row]) => row);
    const results = documents.flatMap((document, run) => deliveryCells(document).map((result) => ({ run, result })));
    expect(rows).toHaveLength(results.length);
    // The page itself is far too long for a message.
    for (const { run, result } of results) {
      const { value } = result.latencyUs.p50 ?? { value: Number.NaN };
      const own = rows.filter((row) => row.includes(`>run ${run + 1}`) && row.includes(`>${result.cell.transport}<`));
      expect(own.join()).toContain(`<td>${significant(value / 1000)}<span`);
    }
  });

  it('marks what is not valid, and says what was lost', () => {
    expect(page.includes('run 2 <strong class="flag">not valid</strong>')).toBe(true);
    expect(/✕ worse<\/strong> sse, Missing deliveries: \+12, 0 → 12\./.test(page)).toBe(true);
  });
});

describe('runs that have little in common', () => {
  it('of different scenarios are shown beside each other, and not compared', () => {
    const sweep = sweepDocument();
    sweep.scenario.question = 'Another question?';
    const page = renderRuns([named('one'), named('two', sweep)]);
    expect(page.includes('2 runs of different scenarios</h1>')).toBe(true);
    expect(page.includes('there is nothing to compare, since no cell was delivered in both')).toBe(true);
    expect(/Not compared: \d+ cells/.test(page)).toBe(true);
  });

  it.each([
    ['one run', [quickDocument()], ['runs', 'results', 'latency', 'glossary', 'raw']],
    ['runs without results', [emptyDocument(), emptyDocument()], ['runs', 'compared-2', 'glossary', 'raw']],
    ['a search for capacities', [capacitySearchDocument(), quickDocument()], undefined],
  ])('%s', (_, documents, expected) => {
    const found = sections(renderRuns(documents));
    if (expected !== undefined) expect(found).toEqual(expected);
    else expect(found).toContain('results');
  });

  it('with hostile texts: none becomes markup', () => {
    const hostile = '</script><img src=x onerror=alert(1)>';
    const page = renderRuns([withText(hostile), withText(`${hostile}2`)]);
    expect(page.includes('<img')).toBe(false);
    expect(page.match(/<script/g)).toHaveLength(1);
  });
});
