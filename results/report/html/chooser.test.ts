import { expect, test } from 'vitest';
import { adviceModel } from '../../advice/calibrate.ts';
import { ownNeeds } from '../../advice/own-needs.ts';
import type { RunDocument } from '../../run-document.ts';
import { withNumbers } from '../../samples/extremes.ts';
import { sweepDocument } from '../../samples/sweeps.ts';
import { emptyDocument, quickDocument, withCells, withText } from '../../samples/variants.ts';
import { chooser } from './chooser.ts';

const textOf = (document: RunDocument) => chooser(document)?.text.replaceAll('\u00a0', ' ') ?? '';

/** What the page hands to its script. */
function handedOver(text: string): unknown {
  const [, escaped = ''] = /data-chooser="([^"]*)"/.exec(text) ?? [];
  const entities: Record<string, string> = { '&quot;': '"', '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#39;': "'" };
  return JSON.parse(escaped.replace(/&(?:quot|amp|lt|gt|#39);/g, (entity) => entities[entity] as string));
}

test('without a script: the measured figures of the run, and those of typical needs with what they stand on', () => {
  const text = textOf(quickDocument());
  expect(text).toContain('50 events/s, 100 subscribers, 128 B, a poll every 250 ms, bare headers, at most 100 ms');
  expect(text).toContain('Measured in this run, all of it, with just these parameters.');
  expect(text).toMatch(/Not in time: polling \(\d+ ms; a poll every 97 ms would do\)\./);
  expect(text.match(/<details class="typical"/g)).toHaveLength(3);
  expect(text.match(/<table class="advice-table">/g)).toHaveLength(4);
  expect(text).toContain('event rate 1/100 of that measured (50 events/s)');
  expect(text).toContain('arithmetic, extrapolated');
});

test('hands the model and the needs to the script, and no more of the document', () => {
  const document = quickDocument();
  const model = adviceModel(document);
  expect(handedOver(textOf(document))).toEqual({ model, needs: ownNeeds(model) });
  expect(JSON.stringify(model).length).toBeLessThan(8_000);
});

test('a run without polling asks for no poll interval, and one without requests for no headers', () => {
  const document = quickDocument();
  document.cells = document.cells.filter(({ cell }) => cell.kind === 'delivery' && cell.transport === 'sse');
  const text = textOf(document);
  expect(text).not.toContain('need-pollIntervalMs');
  expect(text).not.toContain('need-headers');
  expect(text.match(/data-slider=/g)).toHaveLength(4);
});

test('without a cell there is no section, and without a valid one a sentence', () => {
  expect(chooser(emptyDocument())).toBeNull();
  const invalid = withCells((cell) => {
    cell.validity.ok = false;
  });
  expect(textOf(invalid)).toContain('No cell of this run is valid, so nothing can be said for other needs.');
  const one = withCells((cell) => {
    cell.validity.ok = cell.cell.transport !== 'sse';
  });
  expect(textOf(one)).toContain('Not used, as not valid or without deliveries: sse !.');
});

test('what a document contains reaches the page as text', () => {
  const hostile = `"></div><script>alert(1)</script>`;
  const text = textOf(withText(hostile));
  expect(text).toContain('id="chooser"');
  expect(text).not.toContain('<script');
  expect(text.match(/<\/div><script/)).toBeNull();
});

test('a sweep is named by what it sweeps', () => {
  const text = textOf(sweepDocument());
  expect(text).toContain('websocket (2,000 subscribers)');
});

test('numbers too large to multiply are unknown, and what cannot be measured leaves no cell to stand on', () => {
  const text = textOf(withNumbers((value) => value * 1e200));
  expect(text).toContain('out of range');
  expect(text).not.toMatch(/NaN|Infinity/);
  expect(textOf(withNumbers(() => Number.NaN))).toContain('No cell of this run is valid');
});
