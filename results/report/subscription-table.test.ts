import { describe, expect, it } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { quickDocument } from '../samples/variants.ts';
import { renderHtml } from './html.ts';
import { renderTerminal } from './terminal.ts';
import { THEORY_TITLE } from './theory-groups.ts';

const TITLE = 'What a subscriber takes';

function table(width: number, change = (_document: ReturnType<typeof sweepDocument>) => {}): string {
  const document = sweepDocument();
  change(document);
  const text = renderTerminal(document, { color: false, width });
  return text.slice(text.indexOf(TITLE), text.indexOf(THEORY_TITLE));
}

describe('what a subscriber takes', () => {
  it('is not asked where subscribers are few', () => {
    expect(renderTerminal(quickDocument(), { color: false, width: 110 })).not.toContain(TITLE);
    expect(renderHtml(quickDocument())).not.toContain(TITLE);
  });

  it('is a table of its own, of the cells with a thousand subscribers or more', () => {
    const text = table(110);
    // Of 100, 500 and 2,000 subscribers only the last: all are equal in them, so they are no column.
    expect(text.match(/^(polling|long-polling|sse|http-stream|websocket) .*$/gm)?.length).toBe(5);
    expect(text).toMatch(/^sse +1 +1 +2,500 +6\.02 +723 +387 +12\.3 +8\.00$/m);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    const html = renderHtml(sweepDocument());
    expect(html.match(/What a subscriber takes<\/a><\/h2>/g)?.length).toBe(1);
  });

  it('has the number of subscribers as a column where it varies, and says why a value is missing', () => {
    const text = table(110, (document) => {
      for (const { cell, subscription } of deliveryCells(document)) {
        if (cell.subscribers === 500) cell.subscribers = 50_000;
        if (cell.subscribers === 50_000 && cell.transport === 'sse') subscription.firstDeliveryUs = null;
      }
    });
    expect(text).toMatch(/^sse +50,000 +1 +1 +2,500 +— /m);
    expect(text).toContain('— in First delivery: not every subscriber received the first event.');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});
