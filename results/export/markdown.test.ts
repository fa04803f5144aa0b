import { expect, test } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { significant } from '../numbers.ts';
import { capacitySearchDocument } from '../samples/capacity-search.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, quickDocument, withText } from '../samples/variants.ts';
import { toMarkdown } from './markdown.ts';
import { codeSpan, textOf } from './markdown-text.ts';

const headings = (text: string) => [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);

test('question, verdict, findings, figures, what failed, environment', () => {
  const document = quickDocument();
  const text = toMarkdown([document]);
  expect(text.startsWith(`# ${document.scenario.question}\n\n**Not everything could be measured`)).toBe(true);
  expect(headings(text)).toEqual([
    'Warnings',
    'What was found',
    'Results',
    'Request ceiling of polling',
    'Without a result',
    'Environment',
  ]);
  expect(text).toContain('To repeat it: `npm run bench -- run quick --seed 1`');
  expect(headings(toMarkdown([emptyDocument()]))).toEqual(['Environment']);
  expect(headings(toMarkdown([doubtfulDocument()]))).toContain('Checks that failed');
  expect(headings(toMarkdown([capacitySearchDocument()]))).toContain('Capacity');
});

test('a row for each cell with the figures of the document and their intervals', () => {
  const document = sweepDocument();
  const rows = toMarkdown([document])
    .split('\n')
    .filter((line) => /^\| (polling|long-polling|sse|http-stream|websocket) /.test(line));
  expect(rows).toHaveLength(deliveryCells(document).length);
  const [, title = ''] = /\| Latency, p50 (\w+) \|/.exec(toMarkdown([document])) ?? [];
  const size = { us: 1, ms: 1e3, s: 1e6 }[title] as number;
  deliveryCells(document).forEach(({ latencyUs: { p50 } }, at) => {
    const { value, low, high } = p50 as { value: number; low: number; high: number };
    const [shown, from, to] = [value, low, high].map((us) => significant(us / size));
    expect(rows[at]).toContain(`| ${shown} (${from} to ${to}) |`);
  });
});

test('all rows of a table have as many cells as its head, whatever the texts hold', () => {
  const hostile = 'a | b\n\n# c <img src=x> `code` [link](http://x) @someone *bold*';
  for (const document of [quickDocument(), doubtfulDocument(), withText(hostile)]) {
    const blocks = toMarkdown([document])
      .split('\n\n')
      .filter((block) => block.startsWith('|'));
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) {
      const widths = block.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length);
      expect(new Set(widths).size).toBe(1);
    }
  }
});

test('a text means itself', () => {
  expect(textOf('a|b `c` *d* _e_ [f](g) <h> &amp; @i')).toBe(
    'a\\|b \\`c\\` \\*d\\* \\_e\\_ \\[f\\](g) &lt;h&gt; &amp;amp; &#64;i',
  );
  expect(textOf('# one\ntwo')).toBe('\\# one two');
  expect(textOf('- one')).toBe('\\- one');
  expect(textOf('1. one, 1.23 two')).toBe('1\\. one, 1.23 two');
  expect(codeSpan('a ``b`` c')).toBe('```a ``b`` c```');
  expect(codeSpan('`a')).toBe('`` `a ``');
});

test('several runs follow one another', () => {
  const text = toMarkdown([quickDocument(), sweepDocument()]);
  expect(text.match(/^# /gm)).toHaveLength(2);
  expect(text).toContain('\n\n---\n\n# ');
});
