import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { pollIntervalDocument, sweepDocument } from '../samples/sweeps.ts';
import {
  doubtfulDocument,
  emptyDocument,
  failTheory,
  partialDocument,
  quickDocument,
  withCells,
  withText,
} from '../samples/variants.ts';
import { layoutTable, wrapText } from './terminal/table.ts';
import { renderTerminal } from './terminal.ts';
import { THEORY_TITLE } from './theory-groups.ts';

const plain = { color: false, width: 100 };

test('the golden document, at 100 columns', async () => {
  await expect(renderTerminal(quickDocument(), plain)).toMatchFileSnapshot('../samples/quick.terminal.txt');
});

test('a doubtful document: flags, failed checks with advice, footnotes', async () => {
  await expect(renderTerminal(doubtfulDocument(), plain)).toMatchFileSnapshot('../samples/doubtful.terminal.txt');
});

test('the default has one table at 100 columns, and more below each other when narrower', () => {
  const headings = (width: number) => {
    const [results] = renderTerminal(quickDocument(), { color: false, width }).split(THEORY_TITLE);
    return results?.match(/^transport /gm)?.length;
  };
  expect([headings(100), headings(80), headings(50)]).toEqual([1, 2, 3]);
});

test.each([40, 60, 80, 100, 200])('no line is longer than %d columns', (width) => {
  for (const document of [
    quickDocument(),
    doubtfulDocument(),
    sweepDocument(),
    pollIntervalDocument(),
    partialDocument(),
  ]) {
    const longest = renderTerminal(document, { color: false, width })
      .split('\n')
      .toSorted((a, b) => b.length - a.length)[0];
    expect(longest?.length, longest).toBeLessThanOrEqual(width);
  }
});

test.each([quickDocument(), doubtfulDocument(), sweepDocument(), pollIntervalDocument(), partialDocument()])(
  'document %#: one blank line between two parts, and none at the ends',
  (document) => {
    for (const width of [80, 100, 140]) {
      const text = renderTerminal(document, { color: false, width });
      expect(text).not.toMatch(/\n\n\n|^\n|\n\n$/);
      for (const heading of ['Latency is counted', 'Findings', 'Warnings']) expect(text).toContain(`\n\n${heading}`);
    }
  },
);

test('the verdict counts the warnings, which stand before the figures', () => {
  const document = quickDocument();
  document.cells = document.cells.filter((result) => result.outcome === 'completed');
  const [warning] = document.warnings;
  const text = (warnings: typeof document.warnings) => renderTerminal({ ...document, warnings }, plain);
  expect(text([])).toContain('\nValid: All ');
  const one = text(document.warnings);
  expect(one).toContain('\nValid, with 1 warning: All ');
  expect(one.replace(/\s+/g, ' ')).toContain('Read the warning before the figures.');
  expect(one.indexOf('Warnings\n')).toBeLessThan(one.indexOf('transport '));
  if (warning !== undefined) expect(text([warning, warning])).toContain('\nValid, with 2 warnings: All ');
});

test('counts are whole numbers: 10 connections are 10', () => {
  const document = withCells((cell) => {
    cell.connections = { ...cell.connections, peak: cell.cell.transport === 'sse' ? 12_345 : 10 };
  });
  const text = renderTerminal(document, plain);
  expect(text).toMatch(/^websocket .* 10 /m);
  expect(text).toMatch(/^sse .* 12,345 /m);
  expect(text).not.toContain('10.0');
});

test('the note on server memory is for few subscribers', () => {
  const withSubscribers = (count: number) =>
    renderTerminal(
      withCells((cell) => {
        cell.cell.subscribers = count;
      }),
      plain,
    );
  expect(withSubscribers(999)).toContain('Server memory per subscriber: with fewer than 1,000');
  expect(withSubscribers(1000)).not.toContain('Server memory per subscriber');
});

test('a percentile without support says how much longer to measure, and no number', () => {
  const document = withCells((cell) => {
    if (cell.cell.transport !== 'sse') return;
    cell.latencyUs.p99 = null;
    // 6 trials of 2 s gave 184 of the 368 effective events that p99 needs.
    cell.latencyUs.effectiveEvents = 184;
  });
  const text = renderTerminal(document, plain).replace(/\s+/g, ' ');
  expect(text).toMatch(/sse 1\.\d+ 1\.\d+ — /);
  expect(text).toContain('— in Latency, p99: too few events; p99 needs at least 12 s more of measuring,');
});

test('theory is one line when all predictions hold, otherwise a table of those that do not', () => {
  const good = renderTerminal(quickDocument(), plain).replace(/\s+/g, ' ');
  expect(good).toMatch(/Theory beside measurement: All \d+ predictions hold: wire bytes exactly;/);
  const document = withCells((cell) => {
    if (cell.cell.transport === 'sse')
      failTheory(cell, 'wire bytes per delivery', 2500, 'a further field for each event');
    if (cell.cell.transport === 'websocket') failTheory(cell, 'mean latency', 1500, 'the driver was busy');
  });
  const [, bad = ''] = renderTerminal(document, plain).split(`${THEORY_TITLE}\n`);
  expect(bad).toMatch(/^\d+ of \d+ predictions hold, 2 do not\.\n/);
  expect(bad).toMatch(/^wire bytes per delivery\n {2}sse +1,000 B +2,500 B +± 100\.0 B\n {4}likely: a further field/m);
  expect(bad).toMatch(
    /^mean latency\n {2}websocket +1\.000 ms +1\.500 ms +± 100\.0 us\n {4}likely: the driver was busy$/m,
  );
  // The table has said it.
  expect(bad).not.toContain('was not as predicted');
});

test('packets and IP bytes: parts that add up, doubt where others share the loopback, nothing where unknown', () => {
  const text = renderTerminal(quickDocument(), plain);
  const rows = [...text.matchAll(/^(?:sse|websocket) +1\.99 +(\d+) +([\d.]+) +([\d.]+) +([\d.]+)$/gm)];
  expect(rows).toHaveLength(2);
  for (const [, ...figures] of rows) {
    const [payload = 0, overhead = 0, tcpIp = 0, ip = 0] = figures.map(Number);
    // Each is rounded to three digits.
    expect(Math.abs(payload + overhead + tcpIp - ip)).toBeLessThanOrEqual(1.6);
  }
  expect(text).toContain('a network namespace of its own');
  const host = renderTerminal(doubtfulDocument(), plain).replace(/\s+/g, ' ');
  // 9,000 B/s for as long as the six feeds took, of the cell with the fewest IP bytes.
  expect(host).toMatch(/Other programs share this loopback.*up to 1\.\d+ % of the IP bytes of a cell/);
  const unknown = withCells((cell) => {
    cell.network = null;
  });
  expect(renderTerminal(unknown, plain)).not.toContain('On the network');
});

test('many cells skipped for one reason are one line', () => {
  const document = sweepDocument();
  document.cells = document.cells.map(({ cell }) => ({ outcome: 'skipped', cell, reason: 'the run was stopped' }));
  expect(renderTerminal(document, plain)).toContain('\nSKIPPED  15 cells: the run was stopped\n');
});

test('colour adds control characters and nothing else', () => {
  const colored = renderTerminal(doubtfulDocument(), { color: true, width: 100 });
  expect(colored).toContain('\u001b[');
  expect(stripVTControlCharacters(colored)).toBe(renderTerminal(doubtfulDocument(), plain));
});

test('a sweep shows the swept parameter and no other', () => {
  const text = renderTerminal(sweepDocument(), { color: false, width: 120 });
  expect(text).toMatch(/^transport +subscribers +ms/m);
  expect(text).not.toContain('eventsPerSec  ');
  expect(text).toMatch(/^polling +2,000 +126/m);
});

test('an empty and a partial run say so first', () => {
  expect(renderTerminal(emptyDocument(), plain)).toBe(
    'How should a server push small, frequent events to a hundred clients?\nquick, 6 trials per cell, seed 1\nNo cell was measured: No cell was completed, so there is no result. The run was stopped before its\n  plan was done. 0 of 8 planned cells have a result.\n',
  );
  expect(renderTerminal(partialDocument(), plain)).toContain(
    'Valid, but not the whole plan, with 1 warning: The run was stopped',
  );
});

test('text of a server cannot steer the terminal', () => {
  const text = renderTerminal(withText('a\u001b[2Jb\u009b31mc\rd\u0007e'), plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('decimal points stand below each other', () => {
  const [block] = layoutTable(
    [{ heading: ['key'], cells: ['a', 'b', 'c'], align: 'left' }],
    [{ heading: ['n'], cells: ['1.25', '100', '—'], align: 'decimal' }],
    80,
  );
  expect(block?.rows).toEqual(['a      1.25', 'b    100', 'c      —']);
});

test('text is wrapped at spaces, and long words after a slash', () => {
  expect(wrapText('one two three', 8, 2)).toEqual(['one two', '  three']);
  expect(wrapText('aaaa/bbbb/cccc', 10)).toEqual(['aaaa/bbbb/', 'cccc']);
  expect(wrapText('abcdefghijkl', 5).every((line) => line.length <= 5)).toBe(true);
});
