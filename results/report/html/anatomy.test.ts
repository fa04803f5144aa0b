import { describe, expect, it } from 'vitest';
import { transportIds } from '../../../servers/contract/transports.ts';
import { bytesByKind, exchangeOf } from '../../anatomy/exchange.ts';
import type { RunDocument } from '../../run-document.ts';
import { responseHeads } from '../../samples/models.ts';
import { quickDocument, withText } from '../../samples/variants.ts';
import { anatomy } from './anatomy.ts';

function section(change: (document: RunDocument) => void = () => {}): string {
  const document = quickDocument();
  change(document);
  return anatomy(document)?.text ?? '';
}

/** The text of a page, without its tags. */
const plain = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, '')
    .replace(/\u00a0/g, ' ')
    .replace(/\s+/g, ' ');

describe('the anatomy of a delivery', () => {
  it('has heads as long as the server declares them', () => {
    const { polling, sse, websocket } = responseHeads;
    const of = (transport: string) => {
      const found = quickDocument().anatomy?.find(({ cell }) => cell.transport === transport);
      if (found === undefined) throw new Error(`no ${transport}`);
      return exchangeOf(found);
    };
    const { carrier, emptyPolls, request } = of('polling');
    expect(bytesByKind(carrier === null ? [] : [carrier]).head).toBe(polling.keepAlive.events + '129'.length);
    expect(bytesByKind(emptyPolls.map(({ answer }) => answer)).head).toBe(polling.keepAlive.empty);
    expect(bytesByKind(request === null ? [] : [request]).head).toBe(41 + '127.0.0.1:40113'.length);
    expect(bytesByKind(of('sse').subscription.slice(1)).head).toBe(sse);
    expect(bytesByKind(of('websocket').subscription.slice(1)).head).toBe(websocket);
  });

  it('says for each transport what it took, and shows the bytes as text', () => {
    const text = plain(section());
    expect(text).toContain('The event waited for the client to ask, 137 ms after it was due');
    expect(text).toContain('found nothing took 194 B more');
    expect(text).toContain('The client had asked 298 ms before, and the server held the answer');
    expect(text).toContain('The connection was open and nobody had to ask: 20 B of framing around 128 B of event.');
    expect(text).toContain('4framing81 7e 00 80Frame header: FIN 1');
    expect(text).toContain('GET /polling?after=2 HTTP/1.1\\r\\n');
    expect(text).toContain('FIN 1 (the last frame of its message), opcode 1 (text), not masked');
  });

  it('has a timeline and a link for each transport, and one table of their data', () => {
    const page = section();
    for (const transport of transportIds) {
      expect(page).toContain(`<h3 id="anatomy-${transport}"><a href="#anatomy-${transport}">`);
      expect(page).toContain(`aria-label="Timeline of ${transport}: `);
    }
    expect(page.match(/<svg/g)).toHaveLength(5);
    expect(page.match(/class="chart-data"/g)).toHaveLength(1);
  });

  it('draws labels that lie on none other', () => {
    const texts = [...section().matchAll(/<text x="([\d.]+)" y="([\d.]+)"><tspan class="label">/g)];
    expect(texts.length).toBe(5 + 5 + 3 * 4);
    for (const [, x = '', y = ''] of texts) {
      expect(Number(x)).toBeLessThanOrEqual(400 - 150);
      expect((Number(y) - 13) % 17).toBe(0);
    }
  });

  it('says what is not as in the plan', () => {
    const text = section((document) => {
      for (const cell of document.plan.cells) if (cell.kind === 'delivery') cell.payloadBytes = 4096;
    });
    expect(plain(text)).toContain('Unlike in the plan, an event had 128 B and not 4,096 B.');
    expect(plain(section())).not.toContain('Unlike in the plan');
  });

  it('is left out where none was recorded, and holds with bytes that are none of the transport', () => {
    expect(section((document) => delete document.anatomy)).toBe('');
    expect(section((document) => Object.assign(document, { anatomy: [] }))).toBe('');
    const hostile = anatomy(withText('</script><img src=x onerror=alert(1)>'))?.text ?? '';
    expect(hostile).not.toMatch(/<img|<\/script/);
    expect(plain(hostile)).toContain('What was recorded does not show the event.');
  });

  it.each([Number.NaN, 1e308, Number.NEGATIVE_INFINITY])('leaves out what cannot have been recorded: %d us', (atUs) => {
    const page = section((document) => {
      for (const each of document.anatomy ?? []) if (each.cell.transport !== 'sse') each.receivedUs = atUs;
    });
    expect(page.match(/<svg/g)).toHaveLength(1);
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it('shows an event that is markup as text', () => {
    const page = section((document) => {
      const push = document.anatomy?.find(({ cell }) => cell.transport === 'http-stream');
      const line = '<img src=x onerror=alert(1)>\n';
      const bytes = `${line.length.toString(16)}\r\n${line}\r\n`;
      push?.delivery.splice(0, 1, { ...(push.delivery[0] as (typeof push.delivery)[0]), bytes: btoa(bytes) });
    });
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('bounds what it shows of a document that has far too much', () => {
    const page = section((document) => {
      const [first] = document.anatomy ?? [];
      if (first === undefined) return;
      const bytes = btoa(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(5_000)}\r\n`.repeat(50));
      document.anatomy = Array.from({ length: 200 }, () => ({
        ...first,
        delivery: [{ ...first.delivery[0], bytes } as (typeof first.delivery)[0]],
      }));
    });
    expect(page.length).toBeLessThan(3_000_000);
  });
});
