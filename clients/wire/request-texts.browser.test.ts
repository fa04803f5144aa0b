import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserArguments, chromiumPath, isBrowserMissing } from '../../results/report/fixtures/browser.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import { HeadListener } from './fixtures/head-listener.ts';
import { RequestTexts } from './request-texts.ts';

/** What a page does to subscribe; each resolves when the browser has got an answer. */
const subscribing: Record<TransportId, string> = {
  polling: `new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('GET', '/polling?after=0');
    request.onload = done;
    request.send();
  })`,
  'long-polling': `fetch('/long-polling?after=0').then((answer) => answer.text())`,
  'http-stream': `fetch('/http-stream?after=0').then((answer) => answer.text())`,
  sse: `new Promise((done) => { new EventSource('/sse?after=0').onopen = done; })`,
  websocket: `new Promise((done) => { new WebSocket('ws://' + location.host + '/websocket?after=0').onopen = done; })`,
};

/** Values that name a version or a system, and those of one connection or user; all others must be the browser's. */
const ownValues = /^(user-agent|sec-ch-ua(-platform)?|accept-language|cookie|sec-websocket-key)$/i;

/** Names in their order, with the values that must agree. */
function fieldsOf(head: string): string[] {
  return head
    .trimEnd()
    .split('\r\n')
    .map((line) => {
      const [name = ''] = line.split(':');
      return ownValues.test(name) ? name : line;
    });
}

describe.skipIf(isBrowserMissing('The header profile browser is not compared with one'))(
  'the profile browser is what Chromium sends',
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
    });

    afterAll(async () => {
      await browser?.close();
    });

    it.each(transportIds)('%s: names, their order, and values but for versions and cookies', async (transport) => {
      await using listener = await HeadListener.start();
      const { authority } = listener;
      const page = await browser.newPage();
      try {
        await page.context().addCookies([{ name: 'sessionid', value: 'a', url: `http://${authority}` }]);
        await page.goto(`http://${authority}/`);
        await page.evaluate(`${subscribing[transport]}.then(() => null)`);
        const head = listener.lastHead(`/${transport}?after=0`);
        const ours = RequestTexts.of({ transport, authority, headers: 'browser', keepAlive: true }).after(0);
        expect(fieldsOf(ours)).toEqual(fieldsOf(head));
      } finally {
        await page.close();
      }
    });
  },
);
