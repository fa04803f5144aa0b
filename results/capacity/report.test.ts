import { describe, expect, test } from 'vitest';
import { renderHtml } from '../report/html.ts';
import { renderTerminal } from '../report/terminal.ts';
import { verdict } from '../report/verdict.ts';
import type { RunDocument } from '../run-document.ts';
import { capacitySearchDocument } from '../samples/capacity-search.ts';
import type { CapacitySearchSection } from './capacity-search-section.ts';

const plain = { color: false, width: 110 };

function withSearches(keep: (section: CapacitySearchSection) => void): RunDocument {
  const document = capacitySearchDocument();
  keep(document.capacitySearch as CapacitySearchSection);
  return document;
}

describe('in the terminal', () => {
  test('one row for each answer, and below it what limited', async () => {
    await expect(renderTerminal(capacitySearchDocument(), plain)).toMatchFileSnapshot(
      '../samples/capacity-search.terminal.txt',
    );
  });

  test.each([60, 80, 110, 200])('no line is longer than %d columns', (width) => {
    const lines = renderTerminal(capacitySearchDocument(), { color: false, width }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('a figure that the driver or the machine limited never stands without "at least"', () => {
    const document = capacitySearchDocument();
    const text = renderTerminal(document, plain);
    for (const { cell, axis, answer } of document.capacitySearch?.searches ?? []) {
      if (answer.kind !== 'at-least' || axis !== 'rate') continue;
      expect(text).toMatch(new RegExp(`^${cell.transport} +at least ${answer.value.toLocaleString('en')} `, 'm'));
      expect(text).not.toMatch(new RegExp(`^${cell.transport} +${answer.value.toLocaleString('en')} `, 'm'));
    }
  });

  test('names what distinguishes searches: server, payload, options', () => {
    const text = renderTerminal(
      withSearches((section) => {
        const [, first] = section.searches;
        if (first === undefined) throw new Error('no search');
        const other = structuredClone(first);
        Object.assign(other.cell, { server: 'other', payloadBytes: 4096, transportOptions: { keepAlive: false } });
        section.searches = [first, other];
      }),
      plain,
    );
    expect(text).toMatch(/^fastify long-polling 128 B keepAlive=true +\d/m);
    expect(text).toMatch(/^other long-polling 4,096 B keepAlive=false +\d/m);
  });
});

describe('in the HTML report', () => {
  test('the answers, the evidence and every probe; no sections about cells', () => {
    const document = capacitySearchDocument();
    const page = renderHtml(document);
    expect(page).toContain('<h2 id="capacities">');
    expect(page).toContain('at least 800');
    const rows = page.match(/<td class="words">(search|confirm)<\/td>/g) ?? [];
    expect(rows.length).toBe(document.capacitySearch?.searches.reduce((sum, { probes }) => sum + probes.length, 0));
    for (const id of ['findings', 'validity', 'method', 'results', 'trials'])
      expect(page).not.toContain(`<h2 id="${id}">`);
    for (const id of ['environment', 'raw']) expect(page).toContain(`<h2 id="${id}">`);
  });

  test('text of a server is escaped', () => {
    const page = renderHtml(
      withSearches(({ searches }) => {
        for (const probe of searches.flatMap(({ probes }) => probes)) {
          if (!probe.held) probe.reasons = ['<img src=x onerror=alert(1)>'];
        }
      }),
    );
    expect(page).toContain('&lt;img src=x');
    expect(page).not.toContain('<img src=x');
  });
});

describe('the verdict', () => {
  const kinds = (...wanted: string[]) =>
    withSearches((section) => {
      section.searches = section.searches.filter(({ answer }) => wanted.includes(answer.kind));
    });

  test('is sound when every search has its answer, and unsound when none has', () => {
    expect(verdict(kinds('capacity', 'at-least'))).toMatchObject({
      level: 'sound',
      headline: 'Every search has an answer',
    });
    expect(verdict(kinds('none', 'skipped'))).toMatchObject({ level: 'unsound', headline: 'No search has an answer' });
  });

  test('counts what is missing', () => {
    const { level, reasons } = verdict({ ...capacitySearchDocument(), status: 'interrupted' });
    expect(level).toBe('caution');
    expect(reasons).toEqual([
      'The run was stopped before its searches were done.',
      '1 search found no value that holds.',
      '1 search not finished.',
      '1 search skipped.',
    ]);
  });
});
